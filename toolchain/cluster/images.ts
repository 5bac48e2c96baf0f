// Images on the cluster's node. What a registry holds, the node pulls: from the local one before the vendors'.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { docker, EngineAddress } from "../images/docker";
import { run } from "../run";
import { layout } from "./layout";

const LOG = "cluster-images";
const NAMESPACE = "k8s.io";

/** The arguments of containerd's own client. */
export function ctr(socket: string, ...args: string[]): string[] {
    return ["--address", socket, "--namespace", NAMESPACE, ...args];
}

/**
 * Brings images that are only in the Docker engine, such as an app's that was built there, to the node, unless they
 * are there. Needs a cluster that runs.
 */
export async function loadImages(engine: EngineAddress, references: readonly string[]): Promise<void> {
    const { socket } = layout();
    const there = (await run("ctr", ctr(socket, "images", "list", "--quiet"), { log: LOG })).split("\n");
    const missing = references.filter((reference) => !there.includes(fullReference(reference)));
    if (missing.length === 0) {
        return;
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-images-"));
    try {
        const archive = path.join(folder, "images.tar");
        await docker(engine, ["save", "--output", archive, ...missing]);
        await run("ctr", ctr(socket, "images", "import", archive), { log: LOG });
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

/** A reference with all that Docker lets out: `shop:1` is `docker.io/library/shop:1`. */
export function fullReference(reference: string): string {
    const [first, ...rest] = reference.split("/");
    const named = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
    const withHost = named ? reference : `docker.io/${rest.length > 0 ? "" : "library/"}${reference}`;
    return /:[^/]+$|@/.test(withHost) ? withHost : `${withHost}:latest`;
}

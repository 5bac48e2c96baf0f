// Several Elasticsearch nodes refuse to start on a machine that lets a process open fewer than 65535 files. Where the tests'
// machine is one, and its limit can't be raised, they run in an image that is told otherwise: the tests open far fewer.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { ensureEngine, VERSIONS } from "../../../../toolchain";
import { installPackages } from "../../../../toolchain/debian";
import { ensureImages } from "../../../../toolchain/images";
import { buildImage, docker } from "../../../../toolchain/images/docker";
import { run } from "../../../engine/support/command";

const WANTED = 65_535;

/** How many files a process of this machine may open at most. */
function mostOpenFiles(): number {
    const [, most] = /^Max open files +\S+ +(\d+|unlimited)/m.exec(fs.readFileSync("/proc/self/limits", "utf8"))!;
    return most === "unlimited" ? Infinity : Number(most);
}

/** The setting `images` with which several nodes start on this machine; empty where nothing stands in their way. */
export async function imagesForSeveralNodes(): Promise<{ elasticsearch?: { image: string; version: string } }> {
    if (mostOpenFiles() >= WANTED) {
        return {};
    }
    process.stderr.write(`this machine lets ${mostOpenFiles()} files be opened; Elasticsearch is told ${WANTED}\n`);
    const engine = await ensureEngine();
    const { registry, refs } = await ensureImages(engine, ["elasticsearch"]);
    if (registry === undefined) {
        throw new Error("the vendors' registries answer: raise this machine's limit of open files to 65535, and run the test again");
    }
    const version = VERSIONS.elasticsearch;
    const reference = `${registry}/traced-environment-tests/elasticsearch:${version}`;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "open-files-"));
    try {
        await installPackages(["gcc", "libc6-dev"], "Elasticsearch where few files may be opened", "raise the limit to 65535.");
        const library = path.join(folder, "openFiles.so");
        await run("gcc", ["-shared", "-fPIC", "-O2", "-o", library, path.join(__dirname, "openFiles.c"), "-ldl"]);
        const lines = [
            `FROM ${refs.elasticsearch}`,
            "COPY openFiles.so /usr/local/lib/",
            "ENV LD_PRELOAD=/usr/local/lib/openFiles.so",
        ];
        fs.writeFileSync(path.join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
        await buildImage(engine, { reference, folder });
        await docker(engine, ["push", reference]);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
    return { elasticsearch: { image: reference, version } };
}

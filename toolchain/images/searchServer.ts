// A search server's build for integration tests, which is the real server without most plugins: fetched, and arranged
// as its vendor's image has it.
import * as fs from "node:fs";
import * as path from "node:path";

import { installPackages } from "../debian";
import { ensureFolder } from "../folders";
import { WaitingFor } from "../progress";
import { run } from "../run";

const COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy";

/** A server's distribution. */
export interface SearchServer {
    product: "elasticsearch" | "opensearch";
    version: string;
    /** Files of the image's folder that take the place of the distribution's in its configuration folder. */
    settings: readonly string[];
}

const GROUPS = {
    elasticsearch: "org.elasticsearch.distribution.integ-test-zip",
    opensearch: "org.opensearch.distribution.integ-test-zip",
};

/** The coordinates of a server's distribution. */
export function artifactOf({ product, version }: SearchServer): string {
    return `${GROUPS[product]}:${product}:${version}:zip`;
}

/**
 * Fetches a server into a build folder: what it writes to comes below `writable`, all else below `home`, where the image
 * has it.
 */
export async function gatherServer(
    server: SearchServer,
    buildFolder: string,
    waitingFor: WaitingFor,
): Promise<void> {
    const log = `image-${server.product}-${server.version}`;
    waitingFor("Maven and Java");
    await installPackages(
        ["maven", "default-jre-headless", "unzip"],
        `Making the image of ${server.product} ${server.version}`,
        "use an engine that reaches the vendors' registries.",
    );
    waitingFor(`${server.product} ${server.version} from Maven`);
    // A repository of its own, so that nothing of it stays behind.
    const repository = path.join(buildFolder, "maven");
    await run(
        "mvn",
        [
            ...["--quiet", "--batch-mode", COPY_GOAL, `-Dartifact=${artifactOf(server)}`],
            ...[`-DoutputDirectory=${buildFolder}`, `-Dmaven.repo.local=${repository}`],
        ],
        { log, cwd: buildFolder },
    );
    await fs.promises.rm(repository, { recursive: true });
    const name = `${server.product}-${server.version}`;
    const zip = path.join(buildFolder, `${name}.zip`);
    await run("unzip", ["-q", zip, "-d", buildFolder], { log });
    fs.rmSync(zip);
    arrange(server, buildFolder, path.join(buildFolder, name));
}

function arrange({ product, settings }: SearchServer, buildFolder: string, unpacked: string): void {
    const home = path.join(buildFolder, "home");
    const writable = ensureFolder(path.join(buildFolder, "writable"));
    ensureFolder(path.join(home, "usr/share"));
    ensureFolder(path.join(home, "usr/local/bin"));
    const entrypoint = "docker-entrypoint.sh";
    if (fs.existsSync(path.join(buildFolder, entrypoint))) {
        fs.renameSync(path.join(buildFolder, entrypoint), path.join(home, "usr/local/bin", entrypoint));
    }
    fs.renameSync(path.join(unpacked, "config"), path.join(writable, "config"));
    for (const name of settings) {
        fs.renameSync(path.join(buildFolder, name), path.join(writable, "config", name));
    }
    for (const name of ["data", "logs", "plugins", "tmp"]) {
        fs.rmSync(path.join(unpacked, name), { recursive: true, force: true });
        ensureFolder(path.join(writable, name));
    }
    for (const name of fs
        .readdirSync(path.join(unpacked, "bin"))
        .filter((file) => /\.(bat|exe)$/.test(file))) {
        fs.rmSync(path.join(unpacked, "bin", name));
    }
    fs.renameSync(unpacked, path.join(home, "usr/share", product));
    makeGroupWritable(writable);
}

function makeGroupWritable(folder: string): void {
    fs.chmodSync(folder, 0o775);
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) {
            makeGroupWritable(file);
        } else {
            fs.chmodSync(file, 0o664);
        }
    }
}

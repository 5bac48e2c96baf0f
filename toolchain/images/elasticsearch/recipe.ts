// Elasticsearch from its build for integration tests, which is the real server, on Debian's Java 17.
import * as fs from "node:fs";
import * as path from "node:path";

import { installPackages } from "../../debian";
import { ensureFolder } from "../../folders";
import { WaitingFor } from "../../progress";
import { run } from "../../run";
import { VERSIONS } from "../../versions";
import { Recipe } from "../recipe";

const VERSION = VERSIONS.elasticsearch;
const ARTIFACT = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${VERSION}:zip`;
const COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy";
const LOG = "image-elasticsearch";

/** Elasticsearch with transport, HTTP and security; index lifecycle management and ingest are not in it. */
export const elasticsearch: Recipe = {
    image: "elasticsearch",
    repository: "elasticsearch/elasticsearch",
    tag: VERSION,
    version: VERSION,
    folder: path.join(__dirname, "context"),
    onDebian: true,
    ingredients: () => [ARTIFACT],
    gather,
};

async function gather(buildFolder: string, waitingFor: WaitingFor): Promise<void> {
    waitingFor("Maven and Java");
    await installPackages(
        ["maven", "default-jre-headless", "unzip"],
        "Making the image of Elasticsearch",
        "use an engine that reaches the vendors' registries.",
    );
    waitingFor("Elasticsearch from Maven");
    // A repository of its own, so that nothing of it stays behind.
    const repository = path.join(buildFolder, "maven");
    await run(
        "mvn",
        [
            ...["--quiet", "--batch-mode", COPY_GOAL, `-Dartifact=${ARTIFACT}`],
            ...[`-DoutputDirectory=${buildFolder}`, `-Dmaven.repo.local=${repository}`],
        ],
        { log: LOG, cwd: buildFolder },
    );
    await fs.promises.rm(repository, { recursive: true });
    const zip = path.join(buildFolder, `elasticsearch-${VERSION}.zip`);
    await run("unzip", ["-q", zip, "-d", buildFolder], { log: LOG });
    fs.rmSync(zip);
    arrange(buildFolder, path.join(buildFolder, `elasticsearch-${VERSION}`));
}

function arrange(buildFolder: string, unpacked: string): void {
    const home = path.join(buildFolder, "home");
    const writable = ensureFolder(path.join(buildFolder, "writable"));
    ensureFolder(path.join(home, "usr/share"));
    ensureFolder(path.join(home, "usr/local/bin"));
    const entrypoint = "docker-entrypoint.sh";
    fs.renameSync(path.join(buildFolder, entrypoint), path.join(home, "usr/local/bin", entrypoint));
    fs.renameSync(path.join(unpacked, "config"), path.join(writable, "config"));
    for (const name of ["elasticsearch.yml", "log4j2.properties"]) {
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
    fs.renameSync(unpacked, path.join(home, "usr/share/elasticsearch"));
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

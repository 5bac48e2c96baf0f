// On what the figures of a report were measured.
import * as os from "node:os";

import { Platform } from "../toolchain/executables";

/** The machine, the date and the versions of what decides what a run on a platform takes, in Markdown. */
export function describeMachine(platform: Platform): string {
    const cpus = os.cpus();
    const gibibytes = Math.round(os.totalmem() / 2 ** 30);
    const packages = ["@pulumi/pulumi", `@pulumi/${platform}`, "typescript", "ts-node"];
    const versions = packages.map((name) => `${name} ${versionOf(name)}`);
    return [
        `- Date: ${new Date().toISOString().slice(0, 10)}`,
        `- Machine: ${cpus.length} cores (${cpus[0]?.model ?? "not known"}), ${gibibytes} GiB, ${os.type()}`,
        `- Versions: Node.js ${process.versions.node}, ${versions.join(", ")}`,
    ].join("\n");
}

function versionOf(name: string): string {
    return (require(`${name}/package.json`) as { version: string }).version;
}

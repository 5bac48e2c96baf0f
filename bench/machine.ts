// On what the figures of a report were measured.
import * as os from "node:os";

/** Packages whose version decides what a run takes. */
const PACKAGES = ["@pulumi/pulumi", "@pulumi/docker", "typescript", "ts-node"];

/** The machine, the date and the versions, in Markdown. */
export function describeMachine(): string {
    const cpus = os.cpus();
    const gibibytes = Math.round(os.totalmem() / 2 ** 30);
    const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`);
    return [
        `- Date: ${new Date().toISOString().slice(0, 10)}`,
        `- Machine: ${cpus.length} cores (${cpus[0]?.model ?? "not known"}), ${gibibytes} GiB, ${os.type()}`,
        `- Versions: Node.js ${process.versions.node}, ${versions.join(", ")}`,
    ].join("\n");
}

function versionOf(name: string): string {
    return (require(`${name}/package.json`) as { version: string }).version;
}

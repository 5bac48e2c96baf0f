// The part of the report about memory (pure).
import { medianText, table } from "../statistics";

/** A container's memory, several times, in bytes. */
export interface Idle {
    name: string;
    role: string;
    limit: number;
    bytes: number[];
}

const MEBIBYTE = 2 ** 20;

/** Each container and their sum, the largest first. */
export function memoryReport(idle: readonly Idle[]): string {
    const mebibytes = (values: readonly number[]) => medianText(values.map((bytes) => bytes / MEBIBYTE), 0);
    const sums = idle[0].bytes.map((_, round) => idle.reduce((sum, { bytes }) => sum + bytes[round], 0));
    const limits = idle.reduce((sum, { limit }) => sum + limit, 0);
    const rows = [...idle]
        .sort((x, y) => y.bytes[0] - x.bytes[0])
        .map(({ name, role, limit, bytes }) => [
            `${role}: ${shortName(name)}`,
            mebibytes(bytes),
            String(limit / MEBIBYTE),
        ]);
    return [
        "The environment of `Pulumi.dev.yaml` as the stack `bench`: two instances of the shop and PostgreSQL, a minute",
        "after its last request. Without the page cache, which the kernel gives back when it needs the room. Medians of",
        `${sums.length} looks, with least and most in parentheses.`,
        "",
        table(["container", "MiB", "limit MiB"], [...rows, ["all", mebibytes(sums), String(limits / MEBIBYTE)]]),
    ].join("\n");
}

// The environment's own part of the names is the same for all.
function shortName(name: string): string {
    return name.replace(/^traced-environment-bench-[0-9a-f]+-/, "");
}

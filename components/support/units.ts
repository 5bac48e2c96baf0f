// Units: sizes and durations as people write them, in the numbers that engines want.

const SIZE = /^(\d+)\s*(MiB|GiB|TiB)$/;
const MEBIBYTES: Record<string, number> = { MiB: 1, GiB: 1024, TiB: 1024 * 1024 };

/** Parses a size such as `512MiB` or `2 GiB` into mebibytes; undefined when it is not one. */
export function parseMebibytes(size: string): number | undefined {
    const match = SIZE.exec(size.trim());
    return match ? Number(match[1]) * MEBIBYTES[match[2]] : undefined;
}

/** What a size must look like, for messages and schemas. */
export const SIZE_PATTERN = "^\\d+\\s*(MiB|GiB|TiB)$";

const DURATION = /^(\d+)\s*(s|m|h)$/;
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** Parses a duration such as `30s`, `15m` or `1h` into seconds; undefined when it is not one. */
export function parseSeconds(duration: string): number | undefined {
    const match = DURATION.exec(duration.trim());
    return match ? Number(match[1]) * SECONDS[match[2]] : undefined;
}

/** What a duration must look like, for messages and schemas. */
export const DURATION_PATTERN = "^\\d+\\s*(s|m|h)$";

/** Seconds in the one notation that Docker's engine gives back, e.g. `45s`, `2m0s`, `1h0m0s`: another is a change. */
export function goDuration(seconds: number): string {
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return `${hours ? `${hours}h` : ""}${hours || minutes ? `${minutes}m` : ""}${rest}s`;
}

const MILLICORES = /^(\d+)(m?)$/;

/** Parses an amount of CPU such as `250m` or `2` into thousandths of a core; undefined when it is not one. */
export function parseMillicores(cpu: string): number | undefined {
    const match = MILLICORES.exec(cpu.trim());
    return match ? Number(match[1]) * (match[2] ? 1 : 1000) : undefined;
}

/** What an amount of CPU must look like, for messages and schemas. */
export const CPU_PATTERN = "^\\d+m?$";

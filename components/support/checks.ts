// Checks of arguments that several components have.
import { Problems, shown } from "./errors";
import { parseMebibytes } from "./units";

/** What a component wants of its memory limit: sizes as people write them. */
export interface MemoryBounds {
    /** What it is when it is not given. */
    fallback: string;
    least: string;
    /** A size that would do, for the message. */
    example: string;
}

/** The memory limit in mebibytes; a wrong one is noted, and 0. */
export function checkMemory(problems: Problems, given: string | undefined, bounds: MemoryBounds): number {
    const memory = parseMebibytes(given ?? bounds.fallback) ?? 0;
    problems.expect(
        memory >= (parseMebibytes(bounds.least) ?? 0),
        "memory",
        () => `got ${shown(given)}, expected a size of at least ${bounds.least} such as "${bounds.example}"`,
    );
    return memory;
}

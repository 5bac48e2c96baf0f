// Where Pulumi's promises were made: a note that Pulumi takes for each property of each resource, kept cheap.

/** Turns the frames of a stack into the text of `error.stack`, as V8 asks for it. */
export type PrepareStackTrace = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/** Pulumi's module that makes the notes. */
const NOTES = /[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]debuggable\.js$/;

/** The same, but for what is a note of Pulumi's: that is not mapped to the TypeScript it comes from. */
export function withCheapNotes(prepare: PrepareStackTrace): PrepareStackTrace {
    return (error, frames) => (NOTES.test(frames[0]?.getFileName() ?? "") ? String(error) : prepare(error, frames));
}

/**
 * Keeps the notes cheap, unless they are asked for (`PULUMI_DEBUG_PROMISE_LEAKS`). To map some hundreds for each
 * container to TypeScript took a quarter of a preview. All other errors say their place as before.
 */
export function keepPromiseNotesCheap(): void {
    const prepare = Error.prepareStackTrace;
    if (prepare && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
        Error.prepareStackTrace = withCheapNotes(prepare);
    }
}

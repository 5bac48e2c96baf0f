// The end of a command whose program has failed and has already said why.

/** Ends a command with this exit code and no message. */
export class ExitCode extends Error {
    constructor(public readonly code: number) {
        super(`exit code ${code}`);
    }
}

/** Goes on only when the program has ended with 0. */
export function expectSuccess(code: number): void {
    if (code !== 0) {
        throw new ExitCode(code);
    }
}

// The arguments that the engine passes to its plugins: logging options, then the engine's own address.

/** Options of the engine that come with a value in the next argument. */
const OPTIONS_WITH_VALUE = new Set(["--tracing"]);

/** The arguments without the engine's logging options, which mean nothing to Node.js programs. */
export function withoutLoggingOptions(args: readonly string[]): string[] {
    return args.filter((arg, i) => !arg.startsWith("-") && !OPTIONS_WITH_VALUE.has(args[i - 1] ?? ""));
}

/** The engine's address, which is the last positional argument; throws when there is none. */
export function findEngineAddress(args: readonly string[]): string {
    const address = withoutLoggingOptions(args).at(-1);
    if (!address) {
        throw new Error(
            "the address of the engine is missing: expected it as the last argument. " +
                "This program is started by the pulumi command, not by hand",
        );
    }
    return address;
}

// The commands by their names, and how one is run: help, errors and exit codes are the same for all.
import { helpText, parseArguments, UsageError } from "../arguments";
import { Command, PassingCommand } from "./command";
import { ExitCode } from "./exitCode";

// Loaded when called, so that no command waits for what only another one needs.
const COMMANDS: Readonly<Record<string, () => Promise<Command | PassingCommand>>> = {
    up: async () => (await import("./up")).up,
    preview: async () => (await import("./preview")).preview,
    "preview-summary": async () => (await import("./previewSummary")).previewSummary,
    verify: async () => (await import("./verify")).verify,
    diagram: async () => (await import("./diagram")).diagram,
    down: async () => (await import("./down")).down,
    backup: async () => (await import("./backup")).backup,
    restore: async () => (await import("./restore")).restore,
    pulumi: async () => (await import("./pulumi")).pulumi,
    engine: async () => (await import("./engine")).engine,
    cluster: async () => (await import("./cluster")).cluster,
    generate: async () => (await import("./generate")).generate,
    build: async () => (await import("./build")).build,
    bench: async () => (await import("./bench")).bench,
    test: async () => (await import("./test")).test,
};

/** Runs a command by its name and sets the exit code: 2 for arguments that it does not take. */
export async function runCommand(name: string | undefined, args: readonly string[]): Promise<void> {
    try {
        const load = COMMANDS[name ?? ""];
        if (!load) {
            throw new UsageError(`"${name ?? ""}" is no command: expected one of ${Object.keys(COMMANDS).join(", ")}.`);
        }
        process.exitCode = await start(await load(), args);
    } catch (error) {
        if (error instanceof ExitCode) {
            process.exitCode = error.code;
            return;
        }
        process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = error instanceof UsageError ? 2 : 1;
    }
}

async function start(command: Command | PassingCommand, args: readonly string[]): Promise<number> {
    if ("runWith" in command) {
        return command.runWith(args);
    }
    const parsed = parseArguments(command.usage, args);
    if (parsed.has("help")) {
        process.stdout.write(`${helpText(command.usage)}\n`);
        return 0;
    }
    return command.run(parsed);
}

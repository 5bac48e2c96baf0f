// What a command is.
import { Arguments, Usage } from "../arguments";

/** A command of README. */
export interface Command {
    usage: Usage;
    /** Does the work; the result is the process's exit code. */
    run(args: Arguments): Promise<number>;
}

/** A command whose arguments are another program's. */
export interface PassingCommand {
    runWith(args: readonly string[]): Promise<number>;
}

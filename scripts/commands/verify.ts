// `npm run verify`: sends requests through a stack and shows their traces; says what is broken when they are not whole.
import * as path from "node:path";

import { ChildResult, runChild } from "../children";
import { openStack, Stack } from "../stack";
import { PassingCommand } from "./command";
import { splitStack } from "./pulumi";

const PROGRAM = path.resolve(__dirname, "../verify/cli.ts");

export const verify: PassingCommand = {
    async runWith(args) {
        const { stack, rest } = splitStack(args);
        return (await runVerify(await openStack(stack, "tools"), rest, false)).code;
    },
};

/** Runs the verification on a stack, whose outputs it reads by the `pulumi` of the stack's environment. */
export function runVerify(stack: Stack, args: readonly string[], capture: boolean): Promise<ChildResult> {
    return runChild(process.execPath, ["--require", require.resolve("../typescript.js"), PROGRAM, "--stack", stack.name, ...args], {
        cwd: stack.project.folder,
        env: stack.env,
        output: capture ? "capture" : "inherit",
    });
}

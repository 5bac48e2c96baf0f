// The checks of a test run that are no tests in Jest: each counts as one test, and shows its output when it fails.
import { say, step } from "../../toolchain/progress";
import { runChild } from "../children";
import { PartResult } from "./summary";

/** A program that has to end with 0. */
export interface Check {
    name: string;
    command: readonly string[];
}

const AT_ONCE = 2;

/** Runs checks, two at a time. */
export async function runChecks(checks: readonly Check[], cwd: string): Promise<PartResult> {
    const waiting = [...checks];
    let passed = 0;
    const worker = async () => {
        for (let check = waiting.shift(); check; check = waiting.shift()) {
            const succeeded = await succeeds(check, cwd);
            // Counted after waiting: the other worker counts meanwhile.
            passed += succeeded ? 1 : 0;
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { passed, failed: checks.length - passed };
}

async function succeeds({ name, command: [program, ...args] }: Check, cwd: string): Promise<boolean> {
    try {
        await step(name, async () => {
            const { code, stdout } = await runChild(program, args, { cwd, env: process.env, output: "capture" });
            if (code !== 0) {
                throw new Error(stdout);
            }
        });
        return true;
    } catch (error) {
        say((error as Error).message.trimEnd());
        return false;
    }
}

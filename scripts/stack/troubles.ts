// What is shown of a stack that could not be made: its instances in trouble, with the end of their logs and the way out.
import { say } from "../../toolchain/progress";
import { Instance, Runtime, runtimeOfStack } from "../runtime";
import { Stack } from ".";
import { adviceOn } from "./advice";

const LOG_LINES = 15;

/** Shows the containers or pods of a stack that are in trouble, with the end of their logs. */
export async function tellTroubles(stack: Stack): Promise<void> {
    const runtime = runtimeOfStack(stack);
    for (const instance of await runtime.instances()) {
        if (instance.trouble !== undefined) {
            const log = await runtime.log(instance, { lines: LOG_LINES });
            say(troubleText(runtime.noun, instance, log.split("\n").filter((line) => line !== "").slice(-LOG_LINES)));
        }
    }
    for (const warning of await runtime.warnings()) {
        say(withAdvice(`\n${warning}`, warning));
    }
}

/** What is shown of an instance in trouble. */
export function troubleText(
    noun: Runtime["noun"],
    { name, trouble }: Pick<Instance, "name" | "trouble">,
    log: readonly string[],
): string {
    const head = `\nThe ${noun} ${name} is in trouble: ${trouble?.replace(/\.$/, "")}.`;
    const text =
        log.length === 0
            ? `${head} It has logged nothing.`
            : [`${head} Its log ends:`, ...log.map((line) => `    ${line}`)].join("\n");
    return withAdvice(text, trouble ?? "");
}

function withAdvice(text: string, trouble: string): string {
    const advice = adviceOn(trouble);
    return advice === undefined ? text : `${text}\nWhat to do: ${advice}`;
}

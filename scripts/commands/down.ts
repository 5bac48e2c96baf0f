// `npm run down`: removes a stack and, when nothing else needs them, the engine, cluster and registry that `up` started.
import { say, step } from "../../toolchain/progress";
import { openStack, Stack } from "../stack";
import { notYetKept, StackVolume, staysText, volumesIn } from "../stack/keptData";
import { clearInterrupted } from "../stack/interrupted";
import { exportState, removeEmptyState, stackExists } from "../stack/operations";
import { setting } from "../stack/settings";
import { stopUnused } from "../stack/unused";
import { Command } from "./command";
import { expectSuccess } from "./exitCode";
import { STACK } from "./options";

export const down: Command = {
    usage: {
        name: "down",
        summary: "Removes all that a stack has made but what it keeps, which is named, and the stack.",
        options: {
            stack: STACK,
            yes: { description: "removes a stack that is not local without asking" },
            "keep-engine": { description: "leaves the local engine, cluster and registry running" },
        },
    },
    async run(args) {
        const stack = await openStack(args.value("stack")!, "platform");
        if (await stackExists(stack)) {
            await clearInterrupted(stack, "down");
            const volumes = volumesIn(await exportState(stack));
            refuseUnapplied(stack, volumes);
            await destroy(stack, args.has("yes"));
            await remove(stack);
            tellWhatStays(stack, volumes);
        } else {
            say(`There is no stack "${stack.name}": nothing to remove.`);
        }
        if (stack.local && !args.has("keep-engine")) {
            await stopUnused();
        }
        return 0;
    },
};

// The state decides what stays; who has just set keepData would lose what they want to keep.
function refuseUnapplied(stack: Stack, volumes: readonly StackVolume[]): void {
    const paths = notYetKept(stack.current, stack.project.name, volumes);
    if (paths.length > 0) {
        throw new Error(
            `${paths.join(", ")}: set, but the stack "${stack.name}" was made without it, and its data would go. ` +
                `Run "npm run up -- --stack ${stack.name}" first, or take it out of the settings. Nothing was changed.`,
        );
    }
}

function tellWhatStays(stack: Stack, volumes: readonly StackVolume[]): void {
    const engine = setting(stack.settings, stack.project.name, "engine");
    const text = staysText(volumes, stack.name, {
        engine: stack.local ? undefined : String(engine),
        cluster: stack.cluster,
    });
    if (text !== undefined) {
        say(text);
    }
}

async function destroy(stack: Stack, yes: boolean): Promise<void> {
    if (!stack.local && !yes) {
        expectSuccess((await stack.pulumi(["destroy"], [], { interactive: true })).code);
        return;
    }
    await step(`pulumi destroy (stack ${stack.name})`, async () => {
        const quick = stack.local ? ["--skip-preview"] : [];
        expectSuccess((await stack.pulumi(["destroy"], ["--yes", "--non-interactive", ...quick])).code);
    });
}

// Others may want the history of a stack of theirs; a local one has none worth keeping. What the user has set on this
// machine stays for the next `up`.
async function remove(stack: Stack): Promise<void> {
    if (stack.local) {
        const args = ["--yes", "--preserve-config"];
        expectSuccess((await stack.pulumi(["stack", "rm"], args, { output: "stderr" })).code);
        removeEmptyState(stack);
    }
}

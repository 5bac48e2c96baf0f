// `npm run pulumi`: any command of Pulumi on a stack, with the environment that `npm run up` uses.
import { openStack, Need } from "../stack";
import { PassingCommand } from "./command";
import { STACK } from "./options";

/** What a command of Pulumi needs; only those that make resources need the images. */
const NEEDS: Readonly<Record<string, Need>> = {
    up: "images",
    update: "images",
    preview: "images",
    watch: "images",
    destroy: "platform",
    refresh: "platform",
    import: "platform",
};

/** Groups of commands, whose second word is the command. */
const GROUPS = new Set(["stack", "config", "state", "plugin", "package", "schema", "policy", "org"]);

export const pulumi: PassingCommand = {
    async runWith(args) {
        const { stack: name, command, rest } = splitArguments(args);
        const stack = await openStack(name, NEEDS[command[0]] ?? "tools");
        return (await stack.pulumi(command, rest, { interactive: true })).code;
    },
};

/** The stack, the words of the command and all else, of Pulumi's arguments. */
export function splitArguments(args: readonly string[]): { stack: string; command: string[]; rest: string[] } {
    const { stack, rest } = splitStack(args);
    // Words stand first, as in "stack output --json"; options of all commands may not stand before them here.
    const isWord = (i: number) => rest[i] !== undefined && !rest[i].startsWith("-");
    const words = !isWord(0) ? 0 : GROUPS.has(rest[0]) && isWord(1) ? 2 : 1;
    return words === 0
        ? { stack, command: ["help"], rest: [] }
        : { stack, command: rest.slice(0, words), rest: rest.slice(words) };
}

/** The stack that arguments name by `--stack`, or `dev`, and the other arguments. */
export function splitStack(args: readonly string[]): { stack: string; rest: string[] } {
    const rest: string[] = [];
    let stack = STACK.default!;
    for (let i = 0; i < args.length; i++) {
        const [option, value] = args[i].split(/=(.*)/s, 2);
        if (option !== "--stack" && option !== "-s") {
            rest.push(args[i]);
        } else {
            stack = value ?? args[++i] ?? "";
        }
    }
    return { stack, rest };
}

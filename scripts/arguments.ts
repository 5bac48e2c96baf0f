// The arguments of a command: declared once, and from that parsed, checked and explained.
import { parseArgs } from "node:util";

/** One option, `--name` or `--name <value>`. */
export interface Option {
    /** What it does, for `--help`. */
    description: string;
    /** What stands for the value in `--help`; an option without it is a switch. */
    value?: string;
    /** Value when it is not given. */
    default?: string;
}

/** What a command takes. */
export interface Usage {
    /** Name in `npm run <name>`. */
    name: string;
    /** How it is called, when npm has no script of that name. @default npm run <name> -- */
    call?: string;
    /** One sentence, for `--help`. */
    summary: string;
    options: Readonly<Record<string, Option>>;
    /** The words that may follow the options, one of which may be given. @default none */
    words?: readonly string[];
    /** What stands for a file in `--help`, when one may follow the options. @default none */
    file?: string;
}

/** The arguments as given. */
export interface Arguments {
    /** Whether a switch is there. */
    has(option: string): boolean;
    /** The value of an option, or its default. */
    value(option: string): string | undefined;
    /** The word, or the file, or undefined. */
    word: string | undefined;
}

/** Arguments that a command does not take; its message is all that the user needs. */
export class UsageError extends Error {}

const HELP: Option = { description: "shows this" };

/** Parses arguments; throws a UsageError that lists what there is when one is unknown. */
export function parseArguments(usage: Usage, args: readonly string[]): Arguments {
    const options = { ...usage.options, help: HELP };
    const { values, positionals } = parse(usage, options, args);
    const word = positionals[0];
    const isExpected = (given: string) => usage.file !== undefined || (usage.words ?? []).includes(given);
    if (positionals.length > 1 || (word !== undefined && !isExpected(word))) {
        const unexpected = positionals.find((each) => !isExpected(each)) ?? positionals[1];
        throw new UsageError(`"${unexpected}" is not expected here.\n\n${helpText(usage)}`);
    }
    return {
        has: (option) => values[option] === true,
        value: (option) => values[option] as string | undefined,
        word,
    };
}

/** What `--help` prints. */
export function helpText(usage: Usage): string {
    const options = Object.entries({ ...usage.options, help: HELP }).map(([name, option]) => [
        `--${name}${option.value ? ` <${option.value}>` : ""}`,
        `${option.description}${option.default === undefined ? "" : ` (default: ${option.default})`}`,
    ]);
    const width = Math.max(...options.map(([left]) => left.length));
    const words = usage.words ? ` [${usage.words.join(" | ")}]` : usage.file ? ` [${usage.file}]` : "";
    return [
        usage.summary,
        "",
        `Usage: ${usage.call ?? `npm ${usage.name === "test" ? "test" : `run ${usage.name}`} --`} [options]${words}`,
        ...options.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    ].join("\n");
}

function parse(usage: Usage, options: Readonly<Record<string, Option>>, args: readonly string[]) {
    try {
        return parseArgs({
            args: [...args],
            allowPositionals: true,
            options: Object.fromEntries(
                Object.entries(options).map(([name, option]) => [
                    name,
                    option.value
                        ? { type: "string" as const, ...(option.default && { default: option.default }) }
                        : { type: "boolean" as const },
                ]),
            ),
        });
    } catch (error) {
        // Node's message goes on with advice about positional arguments, which does not fit here.
        const message = (error as Error).message.split(". To specify")[0].replace(/\.$/, "");
        throw new UsageError(`${message}.\n\n${helpText(usage)}`);
    }
}

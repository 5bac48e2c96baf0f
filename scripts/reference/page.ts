// The page docs/components.md (pure): what the package offers, as tables.
import { Component, Described, Member, Reference } from "./model";

const WIDTH = 110;

/** The page. */
export function referencePage({ components, records, values }: Reference): string {
    const ofComponents = new Set(components.map(({ args }) => args));
    const links = linksTo([...components, ...records, ...values]);
    const rest = records.filter(({ name }) => !ofComponents.has(name));
    const sections = [
        "# Components",
        wrapped(
            "Made from the sources by `npm run generate`: every component with its arguments and outputs, the records " +
                "that they are wired by, and sets of values. A type `pulumi.Input<T>` takes a value or an output; any " +
                "other has to be known when the program runs. How they are put together: " +
                "[examples/compose](../examples/compose/index.ts).",
        ),
        ...components.flatMap((each) => componentSection(each, records, links)),
        "## Records",
        ...rest.flatMap((record) => [
            `### ${record.name}`,
            wrapped(record.text),
            table(["field", "type", "default", "meaning"], record.members.map((member) => argumentRow(member, links))),
        ]),
        "## Values",
        ...values.flatMap((set) => [
            `### ${set.name}`,
            wrapped(set.text),
            table(["name", "value", "meaning"], set.members.map(({ name, type, text }) => [`\`${name}\``, `\`${type}\``, text])),
        ]),
    ];
    return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

type Links = (type: string) => string;

function componentSection(component: Component, records: readonly Described[], links: Links): string[] {
    const args = records.find(({ name }) => name === component.args)?.members ?? [];
    return [
        `## ${component.name}`,
        wrapped(component.text),
        table(["argument", "type", "default", "meaning"], args.map((member) => argumentRow(member, links))),
        table(
            ["output", "type", "meaning"],
            component.members.map(({ name, type, text }) => [`\`${name}\``, links(type), text]),
        ),
    ];
}

function argumentRow({ name, type, optional, text, fallback }: Member, links: Links): string[] {
    return [`\`${name}\``, links(type), fallback ?? (optional ? "" : "required"), text];
}

/** A type with links to what is on this page. */
function linksTo(described: readonly Described[]): Links {
    const names = new Set(described.map(({ name }) => name));
    return (type) =>
        type
            .replaceAll("pulumi.", "")
            .split(/\b(\w+)\b/)
            .reduce<string[]>(
                (parts, word) =>
                    names.has(word)
                        ? [...parts, `[\`${word}\`](#${word.toLowerCase()})`, ""]
                        : [...parts.slice(0, -1), `${parts.at(-1) ?? ""}${word}`],
                [""],
            )
            .map((part) => (part === "" || part.startsWith("[`") ? part : `\`${part}\``))
            .join("");
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return rows.length === 0 ? "" : [line(heading), `|${"---|".repeat(heading.length)}`, ...rows.map(line)].join("\n");
}

/** A text in lines that are not too long. */
export function wrapped(text: string): string {
    const lines: string[] = [""];
    for (const word of text.split(" ")) {
        const line = lines.at(-1)!;
        if (line !== "" && line.length + 1 + word.length > WIDTH) {
            lines.push(word);
        } else {
            lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
        }
    }
    return lines.join("\n");
}

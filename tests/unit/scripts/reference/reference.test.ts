// The reference of the components: what is read off the sources, and what the page makes of it.
import * as fs from "node:fs";
import * as path from "node:path";

import { readReference } from "../../../../scripts/reference/model";
import { referencePage, wrapped } from "../../../../scripts/reference/page";
import { ROOT, rows } from "../../docs/pages";
import { useTemporaryFolder } from "../../components/temporaryFolder";

const SOURCES: Record<string, string> = {
    "index.ts": 'export { Part, type PartArgs } from "./part";\nexport { Kind } from "./kind";\n',
    "kind.ts": `/** What it is. */
export const Kind = {
    /** The one. */
    One: "one",
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
`,
    "part.ts": `interface Hidden {
    /** Of another record. */
    place: string;
}
export interface Shared extends Hidden {
    /** Where. @default here */
    place?: string;
}
/** The arguments of {@link Part}. */
export interface PartArgs extends Shared {
    /** Its kind, one of
     * some. */
    kind: pulumi.Input<Kind>;
    /** One or the other. @default a */
    choice?: "a" | "b";
}
/** A part. */
export class Part extends pulumi.ComponentResource {
    /** Where it is. */
    public readonly url: pulumi.Output<string>;
    private readonly inner = 1;
    constructor(name: string, args: PartArgs, opts?: pulumi.ComponentResourceOptions) {}
}
/** Nobody's business. */
export interface Unexported {}
`,
};

const folder = useTemporaryFolder();

function reference() {
    for (const [name, text] of Object.entries(SOURCES)) {
        fs.writeFileSync(path.join(folder(), name), text);
    }
    return readReference(folder());
}

test("what is exported is read, with what it takes from others, its defaults and its comments", () => {
    expect(reference()).toEqual({
        components: [
            {
                ...{ name: "Part", text: "A part.", args: "PartArgs" },
                members: [{ name: "url", type: "pulumi.Output<string>", optional: false, text: "Where it is." }],
            },
        ],
        records: [
            {
                ...{ name: "PartArgs", text: "The arguments of `Part`." },
                members: [
                    { name: "kind", type: "pulumi.Input<Kind>", optional: false, text: "Its kind, one of some." },
                    { name: "choice", type: '"a" | "b"', optional: true, text: "One or the other.", fallback: "a" },
                    { name: "place", type: "string", optional: true, text: "Where.", fallback: "here" },
                ],
            },
        ],
        values: [
            {
                ...{ name: "Kind", text: "What it is." },
                members: [{ name: "One", type: '"one"', optional: false, text: "The one." }],
            },
        ],
    });
});

test("the page has a row of each, with links to what is on it", () => {
    const page = referencePage(reference());
    expect(rows(page)).toEqual(
        expect.arrayContaining([
            ["`kind`", "`Input<`[`Kind`](#kind)`>`", "required", "Its kind, one of some."],
            ["`choice`", '`"a" \\| "b"`', "a", "One or the other."],
            ["`url`", "`Output<string>`", "Where it is."],
            ["`One`", '`"one"`', "The one."],
        ]),
    );
    // The arguments of a component stand with it.
    expect(page).not.toContain("### PartArgs");
});

test("nothing that is exported is without a comment", () => {
    const { components, records, values } = readReference(path.join(ROOT, "components"));
    const all = [...components, ...records, ...values];
    const silent = all.flatMap(({ name, text, members }) => [
        ...(text === "" ? [name] : []),
        ...members.filter((member) => member.text === "").map((member) => `${name}.${member.name}`),
    ]);
    expect(silent).toEqual([]);
    expect(all.length).toBeGreaterThan(50);
    expect(components.every(({ args }) => records.some(({ name }) => name === args))).toBe(true);
});

test.each([
    ["short", "short"],
    ["x".repeat(120), "x".repeat(120)],
    [`${"a".repeat(60)} ${"b".repeat(60)}`, `${"a".repeat(60)}\n${"b".repeat(60)}`],
])("lines break between words (%#)", (text, lines) => {
    expect(wrapped(text)).toBe(lines);
});

// The TypeScript of the documentation compiles against the package, and nothing that the package exports is undocumented.
import * as fs from "node:fs";
import * as path from "node:path";

import { readReference } from "../../../scripts/reference/model";
import { useTemporaryFolder } from "../components/temporaryFolder";
import { code, EXAMPLES, PAGES, read, ROOT } from "./pages";
import { errorsIn, programOf, Public, surface } from "./programs";

/** Programs of the repository that are compiled and run by other tests: a block may quote one as it is. */
const QUOTABLE = ["examples", "templates"].flatMap((folder) =>
    fs
        .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
        .map((file) => `${folder}/${file}`),
);
const texts = new Map(QUOTABLE.map((file) => [read(file), file]));

/** The blocks by the name of their page and their number on it. */
const blocks = [...PAGES, ...EXAMPLES].flatMap((page) =>
    code(read(page), "ts").map((text, number): [string, string] => [
        `${page.replaceAll("/", "-")}-${number + 1}.ts`,
        text,
    ]),
);
const own = new Map(blocks.filter(([, text]) => !texts.has(text)));

/** Longer than this a program has to be one that is run. */
const LONGEST = 20;

/** Blocks with mistakes, which have to be found. */
const wrong = new Map([
    ["argument.ts", 'import { TracedApp } from "traced-environment";\nnew TracedApp("shop", { image: 1, otlp: {} });'],
    ["export.ts", 'import { TracedShop } from "../components";\nnew TracedShop();'],
    ["syntax.ts", "const = 1;"],
]);

// One for all: most of its time is the Pulumi SDK's types.
const program = programOf(new Map([...own, ...wrong]));

describe("a block of TypeScript in the documentation", () => {
    it("compiles against the package, or is a program of the repository as it is", () => {
        expect(errorsIn(program, own.keys())).toEqual([]);
        expect(own.size).toBeGreaterThan(3);
    });

    it("is short unless it is a program that is run", () => {
        expect([...own].filter(([, text]) => text.split("\n").length > LONGEST).map(([name]) => name)).toEqual([]);
    });

    it("quotes the programs that the pages say", () => {
        expect(blocks.flatMap(([name, text]) => (texts.has(text) ? [[name, texts.get(text)]] : []))).toEqual([
            ["README.md-1.ts", "examples/compose/index.ts"],
            ["docs-guide-library.md-1.ts", "templates/docker-typescript/index.ts"],
            ["docs-guide-library.md-3.ts", "examples/second-program/index.ts"],
        ]);
    });
});

describe("what is wrong in a block", () => {
    it("is found", () => {
        const errors = errorsIn(program, wrong.keys());
        expect([...wrong.keys()].filter((name) => !errors.some((error) => error.startsWith(`${name}: `)))).toEqual([]);
        expect(errors).toContainEqual(expect.stringContaining("Type 'number' is not assignable to type 'Input<string>'"));
        expect(errors).toContainEqual(expect.stringContaining("has no exported member"));
    });
});

const undescribed = (all: readonly Public[]) => all.filter(({ described }) => !described).map(({ name }) => name);

describe("what the package exports", () => {
    const all = surface(program);

    it("is described, with every member that can be seen", () => {
        expect(undescribed(all)).toEqual([]);
    });

    // The page is made of that: `npm run generate -- --check`.
    it("is on the page of the components, and nothing else is", () => {
        const { components, records, values } = readReference(path.join(ROOT, "components"));
        const listed = [...components, ...records, ...values].flatMap(({ name, members }) => [
            name,
            ...members.map((member) => `${name}.${member.name}`),
        ]);
        expect(listed.sort()).toEqual(all.map(({ name }) => name).sort());
    });
});

describe("what would be undocumented", () => {
    const folder = useTemporaryFolder();

    it("is found: of classes, records, sets of values, functions and types", () => {
        const index = path.join(folder(), "index.ts");
        fs.writeFileSync(index, 'export * from "./part";\n');
        fs.writeFileSync(
            path.join(folder(), "part.ts"),
            `interface Hidden { inherited: string }
/** A record. */
export interface Args extends Hidden {
    /** Its size. */
    size: number;
    silent?: string;
}
/** A part. */
export class Part extends Error {
    /** Where. */
    public readonly url = "";
    public readonly port = 1;
    private readonly inner = 1;
    static of(): number { return new Part().inner; }
    start(): void {}
}
/** Kinds. */
export const Kind = {
    /** One. */
    One: "one",
    Two: "two",
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
export enum Level { Low = "low" }
export function make(): void {}
export type Name = string;
`,
        );
        expect(undescribed(surface(programOf(new Map(), index), index)).sort()).toEqual([
            "Args.inherited",
            "Args.silent",
            "Kind.Two",
            "Level",
            "Level.Low",
            "Name",
            "Part.of",
            "Part.port",
            "Part.start",
            "make",
        ]);
    });
});

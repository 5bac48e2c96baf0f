// The pages of the documentation, and what can be read off them: links, headings, code, tables.
import * as fs from "node:fs";
import * as path from "node:path";

/** The checkout. */
export const ROOT = path.resolve(__dirname, "../../..");

/** A file of the checkout. */
export function read(file: string): string {
    return fs.readFileSync(path.join(ROOT, file), "utf8");
}

/** All pages, by their path in the checkout. */
export const PAGES: readonly string[] = [
    "README.md",
    "CHANGELOG.md",
    ...fs
        .readdirSync(path.join(ROOT, "docs"))
        .filter((name) => name.endsWith(".md"))
        .sort()
        .map((name) => `docs/${name}`),
];

/** The READMEs of the examples. */
export const EXAMPLES: readonly string[] = fs
    .readdirSync(path.join(ROOT, "examples"))
    .map((name) => `examples/${name}/README.md`)
    .filter((file) => fs.existsSync(path.join(ROOT, file)))
    .sort();

/** A block of code, which may stand in an item of a list. */
const BLOCK = /^( *)```(\w*)\n(.*?)^\1```$/gms;

/** The blocks of code in a language. */
export function code(page: string, language: string): string[] {
    return [...page.matchAll(BLOCK)]
        .filter(([, , given]) => given === language)
        .map(([, indentation, , text]) => text.replaceAll(new RegExp(`^${indentation}`, "gm"), ""));
}

/** What stands between the blocks of code. */
export function prose(page: string): string {
    return page.replace(BLOCK, "");
}

/** The targets of links that lead into the checkout. */
export function relativeLinks(page: string): string[] {
    return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => target)
        .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings. */
export function anchors(page: string): string[] {
    return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
        title
            .toLowerCase()
            .replace(/[^\p{L}\p{N} _-]/gu, "")
            .replaceAll(" ", "-"),
    );
}

/** The cells of the rows of all tables, without headings and lines. */
export function rows(page: string): string[][] {
    return page
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

/** The text in code marks that is a row's first cell, of each row that begins so. */
export function firstCells(page: string): string[] {
    return rows(page).flatMap(([first]) => /^`([^`]+)`$/.exec(first)?.[1] ?? []);
}

/** The part of a page below a heading, up to the next one of the same level or above. */
export function section(page: string, heading: string): string {
    const level = /^#+/.exec(heading)?.[0] ?? "";
    const [, after = ""] = page.split(`\n${heading}\n`);
    return after.split(new RegExp(`^#{2,${level.length}} `, "m"))[0];
}

// Real scrapes, as each program answered: the names and labels of its series.
import * as fs from "node:fs";
import * as path from "node:path";

const FOLDER = path.join(__dirname, "scrapes");

/** The scrapes by their name: program, version and role. */
export const SCRAPES: Readonly<Record<string, string>> = Object.fromEntries(
    fs
        .readdirSync(FOLDER)
        .sort()
        .map((file) => [file.replace(/\.txt$/, ""), fs.readFileSync(path.join(FOLDER, file), "utf8")]),
);

/** The series of a scrape, without their values. */
export function seriesOf(scrape: string): string[] {
    return SCRAPES[scrape]
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => line.replace(/ [^ }]+$/, ""));
}

/** The names of all series of all scrapes. */
export function metricNames(): Set<string> {
    return new Set(Object.keys(SCRAPES).flatMap(seriesOf).map((series) => series.replace(/\{.*/, "")));
}

/** The first series of a metric, with further labels as the scraping gives them. */
export function series(scrape: string, metric: string, labels: Readonly<Record<string, string>> = {}): string {
    const found = seriesOf(scrape).find((each) => each.replace(/\{.*/, "") === metric);
    if (found === undefined) {
        throw new Error(`${scrape} has no ${metric}`);
    }
    const own = /\{(.*)\}/.exec(found)?.[1];
    const more = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return `${metric}{${[...(own ? [own] : []), ...more].join(",")}}`;
}

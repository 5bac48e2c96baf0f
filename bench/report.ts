// The report: parts under headings, of which a run writes those that it has measured anew (pure).

const HEAD = "# Benchmarks\n\nMade by `npm run bench -- --write`, which writes the parts that it measures and leaves the others.\n";

/** One part. */
export interface Part {
    title: string;
    text: string;
}

/** The report's parts, in their order. */
export function parseReport(report: string): Part[] {
    return report
        .split(/^## /m)
        .slice(1)
        .map((part) => {
            const end = part.indexOf("\n");
            return { title: part.slice(0, end), text: part.slice(end).trim() };
        });
}

/** The whole report: the new parts in the place of those with their titles, in the order of all titles. */
export function renderReport(
    titles: readonly string[],
    old: readonly Part[],
    made: readonly Part[],
): string {
    const parts = titles.flatMap((title) => {
        const found = [...made, ...old].find((part) => part.title === title);
        return found ? [`## ${title}\n\n${found.text.trim()}\n`] : [];
    });
    return [HEAD, ...parts].join("\n");
}

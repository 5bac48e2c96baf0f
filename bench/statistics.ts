// Medians with their spread, and how they are written (pure).

/** Where the values of several rounds lie. */
export interface Spread {
    median: number;
    min: number;
    max: number;
}

/** The median of the values and their extremes. Throws when there is no value. */
export function spread(values: readonly number[]): Spread {
    if (values.length === 0) {
        throw new Error("There is no median of no values: expected at least one round.");
    }
    const sorted = [...values].sort((x, y) => x - y);
    const middle = sorted.length >> 1;
    return {
        median: sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
        min: sorted[0],
        max: sorted[sorted.length - 1],
    };
}

/** A spread as text: `1.25 (1.20-1.31)`. */
export function spreadText({ median, min, max }: Spread): string {
    return `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}

/** A table in Markdown, aligned as plain text too; all columns but the first hold numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const lines = [head, ...rows];
    const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
    const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
    const padded = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
    return [head, rule, ...rows].map((line) => `| ${line.map(padded).join(" | ")} |\n`).join("");
}

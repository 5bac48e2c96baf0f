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

/** A spread as text: `1.25 (1.20-1.31)`, with thousands parted. */
export function spreadText({ median, min, max }: Spread, digits = 2): string {
    const text = (value: number) =>
        value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return `${text(median)} (${text(min)}-${text(max)})`;
}

/** How the figures of a part were made, for its head. */
export function roundsText(loads: readonly number[]): string {
    return (
        `Medians, with least and most in parentheses, of ${loads.length === 1 ? "1 round" : `${loads.length} rounds`} in turns after one to warm up; ratios\n` +
        `are taken round by round. Load of the machine: ${medianText(loads)}.`
    );
}

/** The quotients of two rows of values, round by round: what loads the machine in one round slows both. */
export function ratios(values: readonly number[], others: readonly number[]): number[] {
    return values.map((value, round) => value / others[round]);
}

/** The median with the least and the most as text, or what is said when there is no value. */
export function medianText(values: readonly number[], digits = 2, none = "not known"): string {
    return values.length === 0 ? none : spreadText(spread(values), digits);
}

/** A table in Markdown, aligned as plain text too; all columns but the first hold numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const lines = [head, ...rows];
    const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
    const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
    const padded = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
    return [head, rule, ...rows].map((line) => `| ${line.map(padded).join(" | ")} |\n`).join("");
}

// The nearest known key to a mistyped one (pure).

/** How many letters are put in, taken out, replaced or swapped with the next from one text to another. */
export function editDistance(from: string, to: string): number {
    const rows = [[...Array(to.length + 1).keys()]];
    for (let i = 1; i <= from.length; i++) {
        const row = [i];
        for (let j = 1; j <= to.length; j++) {
            const replaced = rows[i - 1][j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
            row.push(Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced));
            if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
                row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    return rows[from.length][to.length];
}

/** The known text that is most like the given one; undefined when none is like it. */
export function nearest(given: string, known: readonly string[]): string | undefined {
    // Case, - and _ are how the same name looks elsewhere: in an environment variable, say.
    const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, "");
    const [best] = known
        .map((text) => ({ text, distance: editDistance(plain(given), plain(text)) }))
        .sort((a, b) => a.distance - b.distance || a.text.localeCompare(b.text));
    return best && best.distance <= Math.max(2, Math.floor(given.length / 3)) ? best.text : undefined;
}

// Cuts a summary to a length: from its end, whole lines, and it says how many (pure).

/** A part of the summary. */
export interface Section {
    /** Stays as long as anything of the section does. */
    head: string;
    lines: readonly string[];
    /** Closes what the head has opened. */
    foot?: string;
}

/** The sections as one text that is no longer than the limit; the first one is the last to be cut. */
export function cut(sections: readonly Section[], limit: number): string {
    const all = sections.map((section) => ({ ...section, left: section.lines.length }));
    const whole = joined(all);
    if (whole.length <= limit) {
        return whole;
    }
    for (let count = all.length; count > 0; count--) {
        const kept = all.slice(0, count);
        const left = fitting(kept, limit);
        const text = joined(withLeft(kept, left), true);
        if (text.length <= limit && (left > 0 || kept[count - 1].lines.length === 0)) {
            return text;
        }
    }
    return `${whole.slice(0, limit - 2)}…\n`;
}

type Kept = Section & { left: number };

/** How many lines of the last section fit, by halving. */
function fitting(kept: readonly Kept[], limit: number): number {
    const last = kept[kept.length - 1];
    let [low, high] = [0, last.left];
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        const fits = joined(withLeft(kept, middle), true).length <= limit;
        [low, high] = fits ? [middle, high] : [low, middle - 1];
    }
    return low;
}

function withLeft(kept: readonly Kept[], left: number): Kept[] {
    return [...kept.slice(0, -1), { ...kept[kept.length - 1], left }];
}

function joined(sections: readonly Kept[], isCut = false): string {
    const texts = sections.map(({ head, lines, foot, left }) => {
        const more = lines.length - left;
        const shown = [head, ...lines.slice(0, left)].join("\n");
        return `${shown}${more > 0 ? `\n\n… and ${more} more` : ""}${foot === undefined ? "" : `\n${foot}`}`.trimEnd();
    });
    const note = isCut ? ["_This is cut to the length of a comment: `npm run preview` shows the rest._"] : [];
    return `${[...texts, ...note].join("\n\n")}\n`;
}

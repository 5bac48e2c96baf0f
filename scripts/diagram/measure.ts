// How large texts and boxes are (pure): the font has one width for all characters, so that it is known without a browser.
import { Box } from "./model";

/** Pixels of a name and of all other texts. */
export const NAME_SIZE = 14;
export const TEXT_SIZE = 12;
export const TITLE_SIZE = 18;

/** The advance of a character in the widest of the fonts that may be taken, in its size. */
const ADVANCE = 0.62;

/** Pixels from one line to the next. */
export const LINE = 16;
const NAME_LINE = 20;
const PADDING = 12;

/** The most characters of a line in a box; longer texts go on in the next one. */
const LONGEST = 32;

/** A point, and a rectangle by its upper left corner. */
export interface Point {
    x: number;
    y: number;
}
export interface Rectangle extends Point {
    width: number;
    height: number;
}

/** A box with its text in lines that fit, not yet placed. */
export interface MeasuredBox {
    box: Box;
    name: readonly string[];
    lines: readonly string[];
    width: number;
    height: number;
}

/** The width of a text; characters of other scripts may take the place of two. */
export function textWidth(text: string, size = TEXT_SIZE): number {
    const places = [...text].reduce((sum, character) => sum + ((character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2), 0);
    return Math.ceil(places * size * ADVANCE);
}

/** A text in lines of at most so many characters, broken after spaces and what separates the parts of a name. */
export function wrapped(text: string, longest = LONGEST): string[] {
    const lines = [""];
    for (const piece of text.match(/[^\s./_-]*[\s./_-]?/g) ?? []) {
        let rest = piece;
        if ([...(lines.at(-1) + rest.trimEnd())].length > longest && lines.at(-1) !== "") {
            lines.push("");
        }
        for (; [...rest].length > longest; rest = [...rest].slice(longest).join("")) {
            lines.splice(-1, 1, [...rest].slice(0, longest).join(""), "");
        }
        lines[lines.length - 1] += rest;
    }
    return lines.map((line) => line.trim()).filter((line) => line !== "");
}

/** A box's text and size. */
export function measured(box: Box): MeasuredBox {
    const name = wrapped(box.name, LONGEST - 4);
    const lines = box.lines.flatMap((line) => wrapped(line));
    const widths = [...name.map((text) => textWidth(text, NAME_SIZE)), ...lines.map((text) => textWidth(text))];
    return {
        box,
        name,
        lines,
        width: Math.max(80, ...widths) + 2 * PADDING,
        height: name.length * NAME_LINE + lines.length * LINE + 2 * PADDING,
    };
}

/** The lines of a placed box with the point at which each starts: the left end of its base line. */
export function textLines({ x, y, height }: Rectangle, { name, lines }: Pick<MeasuredBox, "name" | "lines">) {
    const own = name.length * NAME_LINE + lines.length * LINE;
    const top = y + (height - own) / 2;
    return [
        ...name.map((text, index) => ({ text, isName: true, x: x + PADDING, y: Math.round(top + index * NAME_LINE + 15) })),
        ...lines.map((text, index) => ({
            text,
            isName: false,
            x: x + PADDING,
            y: Math.round(top + name.length * NAME_LINE + index * LINE + 12),
        })),
    ];
}

// HTML that escapes by itself: what a template holds is text, unless it is HTML already.
import { printable } from "../text";

/** A piece of HTML. */
export class Html {
    constructor(public readonly text: string) {}
}

/** What may stand in a template: text is escaped, pieces of HTML stay. */
export type Value = string | number | Html | readonly Html[];

/** HTML from a template. In it attributes stand in double quotes. */
export function html(template: TemplateStringsArray, ...values: readonly Value[]): Html {
    return new Html(template.map((part, index) => part + (index < values.length ? rendered(values[index]) : "")).join(""));
}

function rendered(value: Value): string {
    if (value instanceof Html) {
        return value.text;
    }
    return typeof value === "object" ? value.map(({ text }) => text).join("") : escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as HTML shows it, within elements and quoted attributes. */
export function escaped(text: string): string {
    return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

// Text for the terminal.

/** The text without control characters: names and answers come from the network. */
export function printable(text: string): string {
    return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}

/** `1 span`, `2 spans`. */
export function counted(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

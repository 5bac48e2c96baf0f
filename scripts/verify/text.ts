// Text for the terminal.

/** The text without control characters: names and answers come from the network. */
export function printable(text: string): string {
    return text.replace(/\p{Cc}/gu, "?");
}

/** `1 span`, `2 spans`. */
export function counted(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

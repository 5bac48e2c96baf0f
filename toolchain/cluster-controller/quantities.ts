// Quantities of Kubernetes, such as 1Gi, as numbers of bytes.

const POWERS = ["", "k", "M", "G", "T", "P", "E"];

/** The number of bytes of a quantity; NaN when it is none. */
export function bytes(quantity: string): number {
    const match = /^(\d+(?:\.\d+)?)(?:([kKMGTPE]?)(i?)|[eE](\d+))$/.exec(quantity);
    if (!match) {
        return NaN;
    }
    const [, digits, prefix = "", binary, exponent] = match;
    return exponent
        ? Number(digits) * 10 ** Number(exponent)
        : Number(digits) * (binary ? 1024 : 1000) ** POWERS.indexOf(prefix === "K" ? "k" : prefix);
}

// Quantities as Kubernetes writes them (pure).

const FACTORS: Readonly<Record<string, number>> = {
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
};

/** A quantity such as `10240Mi` or `10Gi` in bytes; undefined when it is none. */
export function parseQuantity(text: string): number | undefined {
    const match = /^(\d+(?:\.\d+)?)([kMGT]|[KMGT]i)?$/.exec(text);
    return match ? Number(match[1]) * FACTORS[match[2] ?? ""] : undefined;
}

// RandomId: random bytes, written in several ways, each with the same prefix.
import { randomBytes } from "node:crypto";

import { COUNT, TEXT } from "../resource-plugin/input-types";
import type { Made, ResourceKind } from "../resource-plugin/resource-kind";
import { drawsAnew, KEEPERS } from "./keepers";

/** Between prefix and value in the id of an import. */
const PREFIX_END = ",";

export const randomId: ResourceKind = {
    inputs: { byteLength: COUNT, keepers: KEEPERS, prefix: TEXT },
    required: ["byteLength"],
    outputs: ["b64Std", "b64Url", "dec", "hex"],
    secrets: [],
    rules: ({ byteLength }) =>
        Number(byteLength) < 1
            ? [{ property: "byteLength", reason: `is ${byteLength}; expected 1 or more` }]
            : [],
    withDefaults: (inputs) => inputs,
    replaces: drawsAnew,
    create: async ({ byteLength, prefix }) =>
        writtenOut(randomBytes(Number(byteLength)), String(prefix ?? "")),
    import: async (id) => {
        const end = id.lastIndexOf(PREFIX_END);
        const prefix = id.slice(0, Math.max(end, 0));
        const bytes = decode(id.slice(end + 1));
        const inputs = { byteLength: bytes.length, ...(prefix && { prefix }) };
        return { ...writtenOut(bytes, prefix), inputs };
    },
};

/** The outputs for these bytes. The id is without the prefix. */
export function writtenOut(bytes: Buffer, prefix: string): Made {
    const id = bytes.toString("base64url");
    const hex = bytes.toString("hex");
    return {
        id,
        computed: {
            b64Std: prefix + bytes.toString("base64"),
            b64Url: prefix + id,
            dec: prefix + BigInt(`0x${hex}`).toString(),
            hex: prefix + hex,
        },
    };
}

function decode(text: string): Buffer {
    const bytes = Buffer.from(text, "base64url");
    if (bytes.length === 0 || bytes.toString("base64url") !== text) {
        throw new Error(
            `A RandomId can't be imported from "${text}": expected the value's b64Url without padding, ` +
                'after "<prefix>," when it has a prefix',
        );
    }
    return bytes;
}

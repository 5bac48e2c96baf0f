// The few parts of the protocol buffers' wire format that an OTLP request of spans is made of (pure).

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

/** One field, encoded. */
export type Field = Buffer;

function varint(value: number): Buffer {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) {
        bytes.push((rest % 128) | 0x80);
    }
    bytes.push(rest);
    return Buffer.from(bytes);
}

function key(number: number, wireType: number): Buffer {
    return varint(number * 8 + wireType);
}

/** A field of bytes, or a message made of its fields. */
export function bytes(number: number, ...parts: readonly Buffer[]): Field {
    const content = Buffer.concat(parts);
    return Buffer.concat([key(number, LENGTH), varint(content.length), content]);
}

/** A field of text. */
export function text(number: number, value: string): Field {
    return bytes(number, Buffer.from(value, "utf8"));
}

/** A field of a whole number that is not negative. */
export function integer(number: number, value: number): Field {
    return Buffer.concat([key(number, VARINT), varint(value)]);
}

/** A field of eight bytes, lowest first. */
export function fixed64(number: number, value: bigint): Field {
    const content = Buffer.alloc(8);
    content.writeBigUInt64LE(value);
    return Buffer.concat([key(number, FIXED64), content]);
}

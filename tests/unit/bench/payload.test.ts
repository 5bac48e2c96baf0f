// The OTLP requests that the spans benchmark sends.
import { Payload, SPANS_PER_TRACE } from "../../../bench/spans/payload";
import { integer, text } from "../../../bench/spans/protobuf";

/** The fields of a message: lengths and numbers as they stand in it. */
function fieldsOf(message: Buffer): { field: number; value: Buffer | number }[] {
    const fields: { field: number; value: Buffer | number }[] = [];
    let at = 0;
    const varint = () => {
        let value = 0;
        for (let factor = 1; ; factor *= 128) {
            const byte = message[at++];
            value += (byte & 0x7f) * factor;
            if (byte < 0x80) {
                return value;
            }
        }
    };
    while (at < message.length) {
        const key = varint();
        const length = { 0: undefined, 1: 8, 2: -1 }[key & 7];
        if (length === undefined) {
            fields.push({ field: key >> 3, value: varint() });
            continue;
        }
        const end = length < 0 ? varint() : length;
        fields.push({ field: key >> 3, value: message.subarray(at, at + end) });
        at += end;
    }
    return fields;
}

function all(message: Buffer, field: number): Buffer[] {
    return fieldsOf(message)
        .filter((each) => each.field === field)
        .map(({ value }) => value as Buffer);
}

function spansOf(payload: Payload) {
    const [resourceSpans] = all(payload.bytes, 1);
    const [scopeSpans] = all(resourceSpans, 2);
    return all(scopeSpans, 2).map((span) => ({
        traceId: all(span, 1)[0].toString("hex"),
        spanId: all(span, 2)[0].toString("hex"),
        parent: all(span, 4)[0]?.toString("hex"),
        name: all(span, 5)[0].toString(),
        start: all(span, 7)[0].readBigUInt64LE(),
        end: all(span, 8)[0].readBigUInt64LE(),
    }));
}

const NOW = Date.parse("2026-11-25T12:00:00Z");

describe("the wire format", () => {
    it.each([
        ["a text", text(5, "GET"), "2a03474554"],
        ["a small number", integer(6, 2), "3002"],
        ["a number of two bytes", integer(3, 8000), "18c03e"],
    ])("of %s", (_, field, hex) => {
        expect(field.toString("hex")).toBe(hex);
    });
});

describe("a request of spans", () => {
    it("carries whole traces, each span below the one before it", () => {
        const payload = new Payload(3, 1, NOW);
        const spans = spansOf(payload);
        expect(payload.spans).toBe(3 * SPANS_PER_TRACE);
        expect(spans).toHaveLength(payload.spans);
        expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(3);
        spans.forEach((span, index) => {
            const root = index % SPANS_PER_TRACE === 0;
            expect(span.parent).toBe(root ? undefined : spans[index - 1].spanId);
            expect(span.traceId).toBe(spans[index - (index % SPANS_PER_TRACE)].traceId);
            expect(span.end).toBeGreaterThan(span.start);
        });
    });

    it("gets new ids with new numbers, and stays what it is otherwise", () => {
        const payload = new Payload(2, 1, NOW);
        const ids = new Set<string>();
        const before = spansOf(payload);
        for (const first of [0, 2, 70_000]) {
            payload.number(first);
            const spans = spansOf(payload);
            spans.forEach(({ spanId }) => ids.add(spanId));
            expect(spans.map(({ name, start, end }) => ({ name, start, end }))).toEqual(
                before.map(({ name, start, end }) => ({ name, start, end })),
            );
            expect(spans[1].parent).toBe(spans[0].spanId);
        }
        expect(ids.size).toBe(3 * 2 * SPANS_PER_TRACE);
    });

    it("of two senders never has the same trace", () => {
        const [first, second] = [1, 2].map((sender) => spansOf(new Payload(1, sender, NOW))[0].traceId);
        expect(first).not.toBe(second);
    });
});

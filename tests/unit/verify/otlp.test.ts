// Jaeger's answers become spans, whatever spelling of ids and enumerations it uses.
import { byTrace, idOf, spansOf } from "../../../scripts/verify/otlp";
import { flawsOf } from "../../../scripts/verify/shape";
import { recorded } from "./recorded";

describe("a trace recorded from Jaeger 2.2.0 behind Traefik 3.7", () => {
    const spans = recorded("trace-of-failed-request");

    test("has the spans of both services by start time", () => {
        expect(spans.map(({ service, name, kind, error }) => [service, name, kind, error])).toEqual([
            ["ingress", "GET", "server", true],
            ["ingress", "ReverseProxy", "client", true],
            ["shop", "GET", "server", true],
            ["shop", "SELECT", "client", false],
        ]);
        expect(spans.map(({ instance }) => instance)).toEqual([undefined, undefined, "shop-1", "shop-1"]);
        expect(spans[2].message).toBe("boom");
        expect(spans[0].end - spans[0].start).toBe(16_485_607n);
    });

    test("is whole", () => {
        const expected = { ingress: "ingress", app: "shop", parent: "1234567890abcdef", database: true, startsAtApp: false };
        expect(flawsOf(spans, expected)).toEqual([]);
    });
});

describe("other spellings of OTLP's JSON", () => {
    const wire = (span: object) => ({
        resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans: [span] }] }],
    });

    test.each([
        ["hexadecimal", "00000000000000AB", "00000000000000ab"],
        ["base64", Buffer.from("00000000000000ab", "hex").toString("base64"), "00000000000000ab"],
        ["all zeros", "0000000000000000", undefined],
        ["empty", "", undefined],
        ["absent", undefined, undefined],
    ])("an id that is %s", (_, id, expected) => expect(idOf(id, 8)).toBe(expected));

    test("enumerations by name, times as numbers, no result around it", () => {
        const [span] = spansOf(
            wire({
                kind: "SPAN_KIND_CLIENT",
                status: { code: "STATUS_CODE_ERROR" },
                startTimeUnixNano: 5,
                endTimeUnixNano: "7",
                attributes: [
                    { key: "a", value: { intValue: "3" } },
                    { key: "b", value: { boolValue: false } },
                    { key: "c", value: { arrayValue: { values: [] } } },
                ],
            }),
        );
        expect(span).toMatchObject({ kind: "client", error: true, start: 5n, end: 7n, service: "unknown" });
        expect(span.attributes).toEqual({ a: 3, b: false, c: '{"arrayValue":{"values":[]}}' });
    });

    test.each([[undefined], [null], ["text"], [{ result: { resourceSpans: "no" } }], [[1]]])(
        "%j has no spans",
        (body) => expect(spansOf(body)).toEqual([]),
    );

    test("a span that was stored twice counts once", () => {
        const span = { traceId: "1".repeat(32), spanId: "2".repeat(16) };
        expect(
            spansOf({ resourceSpans: [...wire(span).resourceSpans, ...wire(span).resourceSpans] }),
        ).toHaveLength(1);
    });

    test("traces are told apart by their ids", () => {
        const of = (digit: string) =>
            wire({ traceId: digit.repeat(32), spanId: "2".repeat(16) }).resourceSpans;
        const traces = byTrace(spansOf({ resourceSpans: [...of("1"), ...of("3")] }));
        expect([...traces.keys()]).toEqual(["1".repeat(32), "3".repeat(32)]);
    });
});

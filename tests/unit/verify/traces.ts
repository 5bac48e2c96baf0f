// Traces for the tests: a whole one, and what may be wrong with it.
import { Span } from "../../../scripts/verify/otlp";
import { Expectation } from "../../../scripts/verify/shape";

export const PARENT = "00000000000000aa";
export const EXPECTED: Expectation = { ingress: "ingress", app: "shop", parent: PARENT, database: true, startsAtApp: false };

const START = 1_795_445_548_000_000_000n;

/** A span that starts and ends so many milliseconds after the trace. */
export function span(
    id: string,
    parent: string | undefined,
    from: number,
    to: number,
    rest: Partial<Span>,
): Span {
    return {
        traceId: "0".repeat(31) + "1",
        spanId: id,
        parentSpanId: parent,
        name: "GET",
        kind: "server",
        service: "ingress",
        instance: undefined,
        start: START + BigInt(Math.round(from * 1e6)),
        end: START + BigInt(Math.round(to * 1e6)),
        error: false,
        message: undefined,
        attributes: {},
        ...rest,
    };
}

/** Both spans of the ingress, the app's, the database's. */
export function wholeTrace(): [Span, Span, Span, Span] {
    const app = { service: "shop", instance: "shop-0" };
    const upstream = { "server.address": "shop-0", "server.port": 8000 };
    return [
        span("01", PARENT, 0, 20, { attributes: { "url.path": "/" } }),
        span("02", "01", 1, 19, { name: "ReverseProxy", kind: "client", attributes: upstream }),
        span("03", "02", 2, 18, { ...app, name: "GET /" }),
        span("04", "03", 4, 14, {
            ...app,
            name: "SELECT",
            kind: "client",
            attributes: { "db.system": "postgresql" },
        }),
    ];
}

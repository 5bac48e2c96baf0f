// Spans from OTLP's JSON form, as Jaeger's query API sends it.

/** The role of a span in a call, as OpenTelemetry names it. */
export type SpanKind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";

/** An attribute's value; what is neither text, number nor truth value is kept as JSON text. */
export type AttributeValue = string | number | boolean;

/** One span, with what its resource says about who made it. */
export interface Span {
    /** 32 hexadecimal digits. */
    traceId: string;
    /** 16 hexadecimal digits. */
    spanId: string;
    /** The parent's span id; undefined for a root. */
    parentSpanId: string | undefined;
    name: string;
    kind: SpanKind;
    /** `service.name` of the resource. */
    service: string;
    /** `service.instance.id` of the resource. */
    instance: string | undefined;
    /** Nanoseconds since the epoch. */
    start: bigint;
    /** Nanoseconds since the epoch. */
    end: bigint;
    /** Whether its status is an error. */
    error: boolean;
    /** The status message, when there is one. */
    message: string | undefined;
    attributes: Record<string, AttributeValue>;
}

const KINDS: readonly SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUS_ERROR = 2;

type Json = Record<string, unknown>;

function objectOf(value: unknown): Json {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): Json[] {
    return Array.isArray(value) ? value.map(objectOf) : [];
}

/** The number of an enumeration's value, which is sent as a number or by its name with a prefix. */
function enumNumber(value: unknown, prefix: string, names: readonly string[]): number {
    if (typeof value === "number") {
        return value;
    }
    const index = typeof value === "string" ? names.indexOf(value.replace(prefix, "").toLowerCase()) : -1;
    return Math.max(index, 0);
}

/**
 * An id as hexadecimal digits; undefined when it is absent or all zeros, which both mean none.
 * OTLP's JSON has hexadecimal ids, the plain JSON form of protocol buffers has base64.
 */
export function idOf(value: unknown, bytes: number): string | undefined {
    if (typeof value !== "string" || value === "") {
        return undefined;
    }
    const hex = new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`).test(value)
        ? value.toLowerCase()
        : Buffer.from(value, "base64")
              .toString("hex")
              .padStart(bytes * 2, "0");
    return /^0+$/.test(hex) ? undefined : hex;
}

function timeOf(value: unknown): bigint {
    return typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))
        ? BigInt(value)
        : 0n;
}

function attributeValue(value: unknown): AttributeValue {
    const typed = objectOf(value);
    if (typeof typed.stringValue === "string") {
        return typed.stringValue;
    }
    if (typeof typed.boolValue === "boolean") {
        return typed.boolValue;
    }
    const number = typed.intValue ?? typed.doubleValue;
    return number === undefined ? (JSON.stringify(value) ?? "") : Number(number);
}

function attributesOf(value: unknown): Record<string, AttributeValue> {
    return Object.fromEntries(
        listOf(value).map(({ key, value: typed }) => [String(key), attributeValue(typed)]),
    );
}

function textOf(value: unknown): string | undefined {
    return value === undefined || value === "" ? undefined : String(value);
}

function spanOf(wire: Json, resource: Record<string, AttributeValue>): Span {
    const status = objectOf(wire.status);
    return {
        traceId: idOf(wire.traceId, 16) ?? "",
        spanId: idOf(wire.spanId, 8) ?? "",
        parentSpanId: idOf(wire.parentSpanId, 8),
        name: String(wire.name ?? "").trim(),
        kind: KINDS[enumNumber(wire.kind, "SPAN_KIND_", KINDS)] ?? "unspecified",
        service: String(resource["service.name"] ?? "unknown"),
        instance: textOf(resource["service.instance.id"]),
        start: timeOf(wire.startTimeUnixNano),
        end: timeOf(wire.endTimeUnixNano),
        error: enumNumber(status.code, "STATUS_CODE_", ["unset", "ok", "error"]) === STATUS_ERROR,
        message: textOf(status.message),
        attributes: attributesOf(wire.attributes),
    };
}

/**
 * The spans of a parsed answer of `/api/v3/traces`: each span once, by start time.
 * A collector that retries may store a span twice.
 */
export function spansOf(answer: unknown): Span[] {
    const body = objectOf(answer);
    const data = "result" in body ? objectOf(body.result) : body;
    const spans = listOf(data.resourceSpans).flatMap((group) => {
        const resource = attributesOf(objectOf(group.resource).attributes);
        return listOf(group.scopeSpans).flatMap((scope) =>
            listOf(scope.spans).map((span) => spanOf(span, resource)),
        );
    });
    const once = new Map(spans.map((span) => [`${span.traceId}/${span.spanId}`, span]));
    return [...once.values()].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

/** The User-Agent of the request that a span served, by its present name or the one before. */
export function agentOf({ attributes }: Span): AttributeValue | undefined {
    return attributes["user_agent.original"] ?? attributes["http.user_agent"];
}

/** The spans of several traces, by trace id, in the order of their first spans. */
export function byTrace(spans: readonly Span[]): Map<string, Span[]> {
    const traces = new Map<string, Span[]>();
    for (const span of spans) {
        traces.set(span.traceId, [...(traces.get(span.traceId) ?? []), span]);
    }
    return traces;
}

// What an HTTP answer says: did the ingress answer by itself, does the query API read.
import { Span, spansOf } from "./otlp";

/** What came back from a request. */
export type Answer =
    | { kind: "failed"; code: string; message: string }
    | { kind: "answered"; status: number; headers: Record<string, string>; body: string };

/** The ingress answered by itself: it knows no route, or it could not reach what is behind it. */
export type IngressAnswer = "no-route" | "backend-down" | undefined;

const GATEWAY_BODIES: Record<number, readonly string[]> = {
    502: ["Bad Gateway"],
    503: ["no available server", "Service Unavailable"],
    504: ["Gateway Timeout"],
};

/** Whether Traefik made this answer, told by its exact bodies. An app in Go may have the same 404. */
export function ingressAnswer(answer: Answer): IngressAnswer {
    if (answer.kind === "failed") {
        return undefined;
    }
    const body = answer.body.trim();
    if (answer.status === 404 && body === "404 page not found" && !("server" in answer.headers)) {
        return "no-route";
    }
    return GATEWAY_BODIES[answer.status]?.includes(body) ? "backend-down" : undefined;
}

/** What an answer may mean that a controller of others gave: each has bodies of its own, so its status alone tells. */
export function controllerAnswer(answer: Answer): IngressAnswer {
    if (answer.kind === "failed") {
        return undefined;
    }
    return answer.status === 404 ? "no-route" : answer.status in GATEWAY_BODIES ? "backend-down" : undefined;
}

/** An answer in one line, for evidence. */
export function describeAnswer(answer: Answer): string {
    if (answer.kind === "failed") {
        return `${answer.code}: ${answer.message}`;
    }
    const body = answer.body.replace(/\s+/g, " ").trim();
    const excerpt = body.length > 200 ? `${body.slice(0, 200)}...` : body;
    return `HTTP ${answer.status}${excerpt ? ` "${excerpt}"` : ""}`;
}

/** What the query API can tell. */
export type QueryState =
    | { kind: "read"; spans: Span[]; body: unknown }
    | { kind: "absent" }
    | { kind: "unreachable" | "not-reading" | "storage-failing"; evidence: string };

/** Words by which the storage's failures are known in the query API's error messages. */
const STORAGE_WORDS = new RegExp(
    [
        "elastic|opensearch|security_exception|circuit_breaking|shards? failed",
        "no available connection|dial tcp|no such host|connection refused|deadline exceeded",
    ].join("|"),
    "i",
);

/** The parsed text; undefined when it is not JSON. */
function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function errorMessage(body: unknown): string | undefined {
    if (typeof body !== "object" || body === null || !("error" in body)) {
        return undefined;
    }
    const { error } = body as { error: unknown };
    return typeof error === "object" && error !== null && "message" in error
        ? String(error.message)
        : String(error);
}

/** What an answer of Jaeger's query API says about the role and the storage behind it. */
export function queryState(answer: Answer): QueryState {
    const evidence = describeAnswer(answer);
    if (answer.kind === "failed") {
        return { kind: answer.code === "TIMEOUT" ? "not-reading" : "unreachable", evidence };
    }
    const body = parseJson(answer.body);
    const message = errorMessage(body);
    if (answer.status === 200 && typeof body === "object" && body !== null && message === undefined) {
        const spans = spansOf(body);
        return spans.length === 0 && "result" in body ? { kind: "absent" } : { kind: "read", spans, body };
    }
    // Jaeger says 404 with an error in JSON for a trace that is not there; anyone else's 404 is not Jaeger.
    if (answer.status === 404 && message !== undefined) {
        return { kind: "absent" };
    }
    if (message === undefined && (answer.status < 500 || ingressAnswer(answer) !== undefined)) {
        return { kind: "unreachable", evidence };
    }
    return { kind: STORAGE_WORDS.test(message ?? answer.body) ? "storage-failing" : "not-reading", evidence };
}

// Requests through the ingress and reads from Jaeger, made by hand so that they prove what `verify` claims.
import * as http from "http";
import * as https from "https";
import { randomBytes } from "crypto";

/** An answer. */
export interface Answer {
    status: number;
    headers: http.IncomingHttpHeaders;
    body: string;
}

/** One request to an address on this machine, by default the loopback address. */
export function request(
    port: number,
    path: string,
    options: {
        method?: string;
        address?: string;
        host?: string;
        headers?: Record<string, string>;
        body?: string;
        /** By HTTPS, whatever the certificate. @default false */
        secure?: boolean;
    } = {},
): Promise<Answer> {
    return new Promise((resolve, reject) => {
        const sent = (options.secure ? https : http).request(
            {
                ...(options.secure ? { servername: options.host ?? "", rejectUnauthorized: false } : {}),
                host: options.address ?? "127.0.0.1",
                port,
                path,
                method: options.method ?? "GET",
                headers: { ...(options.host ? { Host: options.host } : {}), ...options.headers },
                timeout: 30_000,
                agent: false,
            },
            (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("end", () =>
                    resolve({
                        status: response.statusCode ?? 0,
                        headers: response.headers,
                        body: Buffer.concat(chunks).toString(),
                    }),
                );
            },
        );
        sent.on("timeout", () => sent.destroy(new Error(`no answer from ${options.address ?? "127.0.0.1"}:${port}${path}`)));
        sent.on("error", reject);
        sent.end(options.body);
    });
}

/** Kinds of a {@link Span}. */
export const SERVER = 2;
export const CLIENT = 3;

/** One span as the tests look at it. */
export interface Span {
    service: string;
    instance?: string;
    name: string;
    /** {@link SERVER}, {@link CLIENT} or another. */
    kind: number;
    id: string;
    parent: string;
    /** When it began, in milliseconds since the epoch. */
    start: number;
    attributes: Record<string, unknown>;
}

/** A new trace id with a parent span, and the header that carries them. */
export function newTrace(): { id: string; parent: string; traceparent: string } {
    const [id, parent] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
    return { id, parent, traceparent: `00-${id}-${parent}-01` };
}

interface OtlpValue {
    [kind: string]: unknown;
}
interface OtlpAttribute {
    key: string;
    value: OtlpValue;
}

function attributes(list: OtlpAttribute[] = []): Record<string, unknown> {
    return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** A trace's spans; empty while there is none. Asked for on this machine, unless another address is given. */
export async function readTrace(jaegerPort: number, id: string, address?: string): Promise<Span[]> {
    const { status, body } = await request(jaegerPort, `/api/v3/traces/${id}`, { address });
    if (status === 404) {
        return [];
    }
    if (status !== 200) {
        throw new Error(`Jaeger answered ${status}: ${body.slice(0, 200)}`);
    }
    const { result } = JSON.parse(body) as {
        result: {
            resourceSpans: {
                resource: { attributes: OtlpAttribute[] };
                scopeSpans: {
                    spans: {
                        name: string;
                        kind: number;
                        spanId: string;
                        parentSpanId?: string;
                        startTimeUnixNano: string;
                        attributes: OtlpAttribute[];
                    }[];
                }[];
            }[];
        };
    };
    return result.resourceSpans.flatMap(({ resource, scopeSpans }) => {
        const about = attributes(resource.attributes);
        return scopeSpans.flatMap(({ spans }) =>
            spans.map((span) => ({
                service: String(about["service.name"]),
                instance: about["service.instance.id"] as string | undefined,
                name: span.name,
                kind: span.kind,
                id: span.spanId,
                parent: span.parentSpanId ?? "",
                start: Number(span.startTimeUnixNano) / 1e6,
                attributes: attributes(span.attributes),
            })),
        );
    });
}

/** Waits until a trace has what is wanted, for at most 30 seconds; gives what there is at the end. */
export async function traceWith(
    jaegerPort: number,
    id: string,
    wanted: (spans: Span[]) => boolean,
): Promise<Span[]> {
    for (let attempt = 0; ; attempt++) {
        const spans = await readTrace(jaegerPort, id);
        if (wanted(spans) || attempt === 60) {
            return spans;
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}

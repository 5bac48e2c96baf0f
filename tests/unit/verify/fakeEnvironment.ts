// A test double of an ingress and of Jaeger's query API on loopback ports, with faults as a test chooses.
import * as http from "node:http";
import { AddressInfo } from "node:net";

/** What the double does. */
export interface Behaviour {
    /** The instances that take turns. */
    instances: string[];
    /** Whether the ingress is one that makes no spans and passes trace headers on. */
    existingIngress: boolean;
    /** The share of requests without a traceparent that are traced: every n-th. 0 is none. */
    everyNth: number;
    /** Services that make no spans. */
    silent: string[];
    /** Looks at a trace before it is there. */
    late: number;
    /** When set, what the query API answers. */
    queryFails: { status: number; body: string } | undefined;
    /** When set, what the ingress answers by itself. */
    ingressAnswers: { status: number; body: string } | undefined;
    /** Requests that the ingress answers as one that knows no route yet. */
    routeAfter: number;
    /** The body of that answer. */
    noRoute: string;
}

export const WELL: Behaviour = {
    instances: ["shop-0", "shop-1"],
    existingIngress: false,
    everyNth: 1,
    silent: [],
    late: 1,
    queryFails: undefined,
    ingressAnswers: undefined,
    routeAfter: 0,
    noRoute: "404 page not found\n",
};

/** The double, running. */
export interface FakeEnvironment {
    ingressUrl: string;
    jaegerUrl: string;
    /** Host headers and traceparents that the ingress got. */
    requests: { host: string; traceparent: string | undefined; agent: string }[];
    stop(): Promise<void>;
}

interface Wire {
    service: string;
    instance?: string;
    traceId: string;
    spanId: string;
    parentSpanId?: string;
    name: string;
    kind: number;
    attributes?: Record<string, string>;
}

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
const attributes = (values: Record<string, string>) =>
    Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));

function asOtlp(spans: readonly Wire[]): object {
    const now = BigInt(Date.now()) * 1_000_000n;
    return {
        result: {
            resourceSpans: spans.map(({ service, instance, attributes: own, ...span }) => ({
                resource: {
                    attributes: attributes({
                        "service.name": service,
                        ...(instance ? { "service.instance.id": instance } : {}),
                    }),
                },
                scopeSpans: [
                    {
                        spans: [
                            {
                                ...span,
                                startTimeUnixNano: String(now),
                                endTimeUnixNano: String(now + 1_000_000n),
                                attributes: attributes(own ?? {}),
                                status: {},
                            },
                        ],
                    },
                ],
            })),
        },
    };
}

async function listen(handler: http.RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
    const server = http.createServer(handler);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () => new Promise((resolve) => server.close(() => resolve())),
    };
}

/** Starts the double. */
export async function fakeEnvironment(changes: Partial<Behaviour>): Promise<FakeEnvironment> {
    const behaviour = { ...WELL, ...changes };
    const traces = new Map<string, { spans: Wire[]; looks: number }>();
    const requests: FakeEnvironment["requests"] = [];
    let ids = 1;
    let ordinary = 0;

    const ingress = await listen((request, response) => {
        const { traceparent, host = "", "user-agent": agent = "" } = request.headers;
        requests.push({ host, traceparent: traceparent as string | undefined, agent });
        if (requests.length <= behaviour.routeAfter) {
            response.writeHead(404).end(behaviour.noRoute);
            return;
        }
        if (behaviour.ingressAnswers) {
            response.writeHead(behaviour.ingressAnswers.status).end(behaviour.ingressAnswers.body);
            return;
        }
        const given = /^00-(\w{32})-(\w{16})-01$/.exec(String(traceparent ?? ""));
        if (given || (behaviour.everyNth > 0 && ++ordinary % behaviour.everyNth === 0)) {
            const traceId = given?.[1] ?? hex(++ids, 32);
            const [server, client, app, database] = [1, 2, 3, 4].map(() => hex(++ids, 16));
            const instance = behaviour.instances[requests.length % behaviour.instances.length];
            const called = { "user_agent.original": agent };
            const common = { traceId };
            const shop = { ...common, service: "shop", instance };
            const edge = { ...common, service: "ingress", attributes: called };
            const ours: Wire[] = [
                { ...edge, spanId: server, parentSpanId: given?.[2], name: "GET", kind: 2 },
                { ...edge, spanId: client, parentSpanId: server, name: "ReverseProxy", kind: 3 },
            ];
            const { existingIngress } = behaviour;
            const served = existingIngress
                ? { parentSpanId: given?.[2], attributes: { "http.user_agent": agent } }
                : { parentSpanId: client };
            const spans: Wire[] = [
                ...(existingIngress ? [] : ours),
                { ...shop, ...served, spanId: app, name: "GET /", kind: 2 },
                {
                    ...shop,
                    spanId: database,
                    parentSpanId: app,
                    name: "SELECT",
                    kind: 3,
                    attributes: { "db.system": "postgresql" },
                },
            ];
            traces.set(traceId, {
                spans: spans.filter(({ service }) => !behaviour.silent.includes(service)),
                looks: 0,
            });
        }
        response.end("<h1>Shop</h1>");
    });

    const jaeger = await listen((request, response) => {
        const url = new URL(request.url ?? "/", "http://jaeger");
        if (behaviour.queryFails) {
            response.writeHead(behaviour.queryFails.status).end(behaviour.queryFails.body);
            return;
        }
        const answer = (spans: readonly Wire[]) =>
            spans.length > 0
                ? response.end(JSON.stringify(asOtlp(spans)))
                : response.writeHead(404).end('{"error":{"httpCode":404,"message":"No traces found"}}');
        if (url.pathname === "/api/v3/services") {
            const services = [...traces.values()].flatMap(({ spans }) => spans.map(({ service }) => service));
            response.end(JSON.stringify({ services: [...new Set(services)] }));
        } else if (url.pathname === "/api/v3/traces") {
            const service = url.searchParams.get("query.service_name");
            const found = [...traces.values()].filter(({ spans }) =>
                spans.some((span) => span.service === service),
            );
            answer(found.flatMap(({ spans }) => spans));
        } else {
            const trace = traces.get(url.pathname.split("/").pop() ?? "");
            answer(trace && trace.looks++ >= behaviour.late ? trace.spans : []);
        }
    });

    return {
        ingressUrl: ingress.url,
        jaegerUrl: jaeger.url,
        requests,
        stop: async () => {
            await Promise.all([ingress.close(), jaeger.close()]);
        },
    };
}

// Reading traces from Jaeger's query API, version 3, of any Jaeger 2.
import { Answer, QueryState, queryState } from "./answers";
import { Address, LocalSocket, send } from "./http";
import { agentOf, Span } from "./otlp";

// Where no name server answers, Jaeger takes ten seconds to say that its storage's name is gone.
const TIMEOUT_MS = 20_000;
const KEEP_BYTES = 64 * 1024 * 1024;

/** Jaeger's own traces say nothing about the environment. */
const OWN_SERVICE = /^jaeger(-|$)/;

/** What to search for. */
export interface Search {
    service: string;
    /** Milliseconds since the epoch. */
    from: number;
    /** Milliseconds since the epoch. */
    to: number;
    limit: number;
    /** Attributes that a span must have; ignored by a Jaeger that can't filter by them. */
    attributes?: Record<string, string>;
}

/**
 * The parameters of a search in both spellings: up to 2.18 Jaeger knows only the second, which is deprecated
 * later. Each version ignores what it does not know.
 */
export function searchParameters({ service, from, to, limit, attributes }: Search): URLSearchParams {
    const both = {
        serviceName: service,
        startTimeMin: new Date(from).toISOString(),
        startTimeMax: new Date(to).toISOString(),
        searchDepth: String(limit),
    };
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(both)) {
        parameters.set(`query.${name}`, value);
        parameters.set(`query.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`, value);
    }
    parameters.set("query.num_traces", String(limit));
    if (attributes) {
        parameters.set("query.attributes", JSON.stringify(attributes));
    }
    return parameters;
}

/** A client of the query API at an address such as `http://127.0.0.1:16686`, with a base path or without. */
export class Jaeger {
    private readonly base: string;

    /** @param connectTo where to connect, when that is not what the URL says */
    constructor(
        url: string,
        private readonly connectTo?: Address | LocalSocket,
    ) {
        this.base = url.replace(/\/+$/, "");
    }

    /** One trace by its id. */
    async trace(id: string): Promise<QueryState> {
        return queryState(await this.get(`/api/v3/traces/${id}`));
    }

    /** The spans of the traces found. */
    async search(search: Search): Promise<QueryState> {
        return queryState(await this.get(`/api/v3/traces?${searchParameters(search)}`));
    }

    /** The trace in which a service served a request of this User-Agent since a time, when it is another than that one. */
    async otherTraceOfAgent(
        service: string,
        agent: string,
        since: number,
        exceptTrace: string | undefined,
    ): Promise<string | undefined> {
        const state = await this.search({ service, from: since, to: Date.now() + 1000, limit: 200 });
        const spans: Span[] = state.kind === "read" ? state.spans : [];
        return spans.find(
            (span) => span.traceId !== exceptTrace && agentOf(span) === agent,
        )?.traceId;
    }

    /** The services of which spans arrived since a time, not counting one trace. */
    async servicesSince(since: number, exceptTrace: string | undefined): Promise<string[]> {
        const answer = queryState(await this.get("/api/v3/services"));
        const listed = answer.kind === "read" ? (answer.body as { services?: unknown }).services : undefined;
        const services = (Array.isArray(listed) ? listed.map(String) : []).filter(
            (name) => !OWN_SERVICE.test(name),
        );
        const found = new Set<string>();
        for (const service of services.filter((name) => name !== "")) {
            const state = await this.search({ service, from: since, to: Date.now() + 1000, limit: 20 });
            const spans: Span[] = state.kind === "read" ? state.spans : [];
            spans
                .filter((span) => span.traceId !== exceptTrace && span.start >= BigInt(since) * 1_000_000n)
                .forEach((span) => found.add(span.service));
        }
        return [...found].filter((name) => !OWN_SERVICE.test(name)).sort();
    }

    private get(path: string): Promise<Answer> {
        const { connectTo } = this;
        return send({ url: new URL(this.base + path), connectTo, timeoutMs: TIMEOUT_MS, keepBytes: KEEP_BYTES });
    }
}

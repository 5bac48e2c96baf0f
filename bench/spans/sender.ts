// Sends spans as fast as a collector takes them: OTLP over HTTP, several connections, nothing given up.
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { Payload, SPANS_PER_TRACE } from "./payload";

/** What is sent, and how. */
export interface Load {
    /** How many spans at least; whole requests are sent. */
    spans: number;
    /** How many requests are under way at the same time. */
    connections: number;
    /** Spans of a request: as many as an SDK sends at once. */
    batch: number;
}

/** What was sent. */
export interface Sent {
    spans: number;
    /** Requests that the collector refused for a while, and that were sent again. */
    refused: number;
}

const AGAIN_MS = 200;
const GIVE_UP_MS = 60_000;

/** Sends all spans to an address such as `http://10.0.0.2:4318`; rejects when one is refused for good. */
export async function sendSpans(address: string, { spans, connections, batch }: Load): Promise<Sent> {
    const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
    const tracesPerRequest = Math.ceil(batch / SPANS_PER_TRACE);
    const requests = Math.ceil(spans / (tracesPerRequest * SPANS_PER_TRACE));
    const url = new URL("/v1/traces", address);
    let next = 0;
    let refused = 0;
    const sender = async (_: unknown, index: number) => {
        const payload = new Payload(tracesPerRequest, index + 1, Date.now());
        while (next < requests) {
            payload.number(next++ * tracesPerRequest);
            refused += await postUntilTaken(url, payload.bytes, agent);
        }
    };
    try {
        await Promise.all(Array.from({ length: connections }, sender));
    } finally {
        agent.destroy();
    }
    return { spans: requests * tracesPerRequest * SPANS_PER_TRACE, refused };
}

/** Sends a request until it is taken; the result is how often it was refused for a while. */
async function postUntilTaken(url: URL, body: Buffer, agent: http.Agent): Promise<number> {
    const deadline = Date.now() + GIVE_UP_MS;
    for (let refused = 0; ; refused++) {
        const status = await post(url, body, agent);
        if (status === 200) {
            return refused;
        }
        if ((status !== 429 && status !== 503) || Date.now() > deadline) {
            throw new Error(`The collector at ${url.origin} answered ${status}: expected 200.`);
        }
        await sleep(AGAIN_MS);
    }
}

function post(url: URL, body: Buffer, agent: http.Agent): Promise<number> {
    return new Promise((resolve, reject) => {
        const headers = { "Content-Type": "application/x-protobuf", "Content-Length": body.length };
        const request = http.request(url, { method: "POST", agent, headers }, (response) => {
            response.resume().on("end", () => resolve(response.statusCode ?? 0));
        });
        request.on("error", reject);
        request.end(body);
    });
}

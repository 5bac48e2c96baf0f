// A steady load of keep-alive clients on one app, half of it orders, with a record of what failed.
import { randomUUID } from "crypto";
import * as http from "http";
import * as https from "https";

import { newTrace } from "./http";

/** Where the load goes, and how much of it. */
export interface LoadOptions {
    /** The ingress's port on this machine. */
    port: number;
    /** The host that requests name. */
    host: string;
    /** By HTTPS, whatever the certificate. @default false */
    secure?: boolean;
    /** Requests a second. */
    rate: number;
    /** Seconds after which the load ends by itself. */
    atMost: number;
}

/** A request that had no good answer. */
export interface Failure {
    method: string;
    /** Seconds from the start of the load. */
    at: number;
    what: string;
}

/** What came of a load. */
export interface LoadResult {
    /** The customer of its orders, and of no others. */
    customer: string;
    sent: number;
    /** Orders that were answered with 201, by their ids. */
    orders: number[];
    failures: Failure[];
    /** The traces of requests that had a good answer. */
    traces: string[];
    /** Which instances answered. */
    instances: Set<string>;
    /** How many connections were opened: a client keeps its own until the other side closes it. */
    connections: number;
}

/** A load that goes on. */
export interface Load {
    /** Ends it, waits for what is under way, and gives the result. */
    stop(): Promise<LoadResult>;
}

/** As many clients as a small site has: each keeps its connection. */
const CLIENTS = 8;
const GIVES_UP_MS = 30_000;

/** Starts a load: every other request is an order, all others read. */
export function startLoad({ port, host, secure, rate, atMost }: LoadOptions): Load {
    const { Agent, request: begin } = secure ? https : http;
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const started = Date.now();
    const customer = `load ${randomUUID()}`;
    const order = JSON.stringify({ customer, lines: [{ product: 1, quantity: 1 }] });
    const result: LoadResult = { customer, sent: 0, orders: [], failures: [], traces: [], instances: new Set(), connections: 0 };
    const underWay = new Set<Promise<void>>();
    const seen = new WeakSet<object>();

    const send = (method: "GET" | "POST") =>
        new Promise<void>((resolve) => {
            const at = Math.round((Date.now() - started) / 100) / 10;
            const { id, traceparent } = newTrace();
            const fail = (what: string) => {
                result.failures.push({ method, at, what });
                resolve();
            };
            const request = begin(
                {
                    ...(secure ? { servername: host, rejectUnauthorized: false } : {}),
                    host: "127.0.0.1",
                    port,
                    path: method === "POST" ? "/api/orders" : "/api/products",
                    method,
                    agent,
                    timeout: GIVES_UP_MS,
                    headers: {
                        Host: host,
                        traceparent,
                        ...(method === "POST" ? { "Content-Type": "application/json" } : {}),
                    },
                },
                (answer) => {
                    const chunks: Buffer[] = [];
                    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
                    answer.on("error", (error) => fail(error.message));
                    answer.on("end", () => {
                        const body = Buffer.concat(chunks).toString();
                        if (answer.statusCode !== (method === "POST" ? 201 : 200)) {
                            fail(`${answer.statusCode} ${body.slice(0, 100)}`);
                            return;
                        }
                        result.traces.push(id);
                        result.instances.add(String(answer.headers["x-instance"]));
                        if (method === "POST") {
                            result.orders.push((JSON.parse(body) as { id: number }).id);
                        }
                        resolve();
                    });
                },
            );
            // Whether a socket is one that is kept the agent does not tell of a request that had to wait for one.
            request.on("socket", (socket) => {
                result.connections += seen.has(socket) ? 0 : 1;
                seen.add(socket);
            });
            request.on("timeout", () => request.destroy(new Error(`no answer in ${GIVES_UP_MS} ms`)));
            request.on("error", (error) => fail(error.message));
            request.end(method === "POST" ? order : undefined);
        });

    const tick = () => {
        const due = Math.floor(((Date.now() - started) / 1000) * rate);
        for (; result.sent < due; result.sent++) {
            const sending = send(result.sent % 2 === 0 ? "POST" : "GET").finally(() => underWay.delete(sending));
            underWay.add(sending);
        }
    };
    const timer = setInterval(tick, 1000 / rate / 2);
    const end = setTimeout(() => clearInterval(timer), atMost * 1000);
    return {
        async stop() {
            clearInterval(timer);
            clearTimeout(end);
            await Promise.all(underWay);
            agent.destroy();
            return result;
        },
    };
}

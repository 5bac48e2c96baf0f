// The first whole trace: requests through the ingress until one of them is read back with all of its spans.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { describeAnswer, QueryState } from "../../scripts/verify/answers";
import { Jaeger } from "../../scripts/verify/jaeger";
import { send } from "../../scripts/verify/http";

/** The ingress's two, the app's, and the database's. */
const WHOLE = 4;
const HOST = "shop.localhost";
const PATH = "/api/products";
const POLL_MS = 100;
const TIMEOUT_MS = 120_000;
/** A trace that is not whole by then lacks something: another request is sent. */
const PATIENCE_MS = 5000;

/** Resolves when a trace is whole, by the ingress's port of 127.0.0.1 and Jaeger's address; rejects with what it saw last. */
export async function firstTrace(web: number, jaegerUrl: string): Promise<void> {
    const jaeger = new Jaeger(jaegerUrl);
    const deadline = Date.now() + TIMEOUT_MS;
    let seen = "nothing was asked";
    while (Date.now() < deadline) {
        const id = randomBytes(16).toString("hex");
        const answer = await send({
            url: new URL(`http://${HOST}:${web}${PATH}`),
            connectTo: { address: "127.0.0.1", port: web },
            headers: { traceparent: `00-${id}-${randomBytes(8).toString("hex")}-01` },
            timeoutMs: 10_000,
            keepBytes: 1000,
        });
        if (answer.kind === "answered" && answer.status === 200) {
            const lacking = await whatIsLacking(jaeger, id);
            if (lacking === undefined) {
                return;
            }
            seen = lacking;
        } else {
            seen = `the app answered: ${describeAnswer(answer)}`;
        }
        await sleep(POLL_MS);
    }
    throw new Error(`There was no whole trace within ${TIMEOUT_MS / 1000} s; at last ${seen}.`);
}

async function whatIsLacking(jaeger: Jaeger, id: string): Promise<string | undefined> {
    const until = Date.now() + PATIENCE_MS;
    let state: QueryState;
    do {
        state = await jaeger.trace(id);
        if (state.kind === "read" && state.spans.length >= WHOLE) {
            return undefined;
        }
        await sleep(POLL_MS);
    } while (Date.now() < until);
    switch (state.kind) {
        case "read":
            return `a trace had ${state.spans.length} spans instead of ${WHOLE}`;
        case "absent":
            return "a trace was not there";
        default:
            return `Jaeger's query was ${state.kind}: ${state.evidence}`;
    }
}

// A request through the ingress that is sampled and has a trace id of ours, and its trace read back.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { Answer, controllerAnswer, ingressAnswer } from "./answers";
import { Observations } from "./observations";
import { send } from "./http";
import { Jaeger } from "./jaeger";
import { StorageCaller } from "./logs";
import { Expectation, firstService, flawsOf } from "./shape";
import { TargetApp, VerifyTarget } from "./target";
import { NOTHING, Waiting, awaitTrace } from "./wait";

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_BYTES = 4096;

/** What the probes need besides the target. */
export interface ProbeOptions extends Waiting {
    method: string;
    body: string | undefined;
    /** How long a route that the ingress does not know yet is waited for. */
    settleMs: number;
    /** What was logged about a role's use of the storage since a time in milliseconds. */
    complaints: (of: StorageCaller, since: number) => Promise<string[]>;
    /** What ails the environment's instances. */
    troubles: () => Promise<string[]>;
    /** What is to be said of a cluster's network policies, if anything. */
    policy: () => Promise<string | undefined>;
}

/** One probe of one app. */
export interface ProbeContext {
    target: VerifyTarget;
    app: TargetApp;
    jaeger: Jaeger;
    options: ProbeOptions;
}

/** A request that was sent. */
export interface Sent {
    at: number;
    answer: Answer;
}

/** So many random bytes as hexadecimal digits. */
export function randomId(bytes: number): string {
    return randomBytes(bytes).toString("hex");
}

/** The headers of a request that is sampled and has a trace id of ours. */
export function probeHeaders(traceId: string, parent: string, agent: string): Record<string, string> {
    return { traceparent: `00-${traceId}-${parent}-01`, "User-Agent": agent };
}

/** Sends a request to the app through the ingress. */
export async function request(
    { target, app, options }: Pick<ProbeContext, "target" | "app" | "options">,
    headers: Record<string, string>,
): Promise<Sent> {
    const at = Date.now();
    const answer = await send({
        url: app.url,
        connectTo: app.connectTo,
        certificate: target.certificate,
        method: options.method,
        body: options.body,
        headers: {
            ...headers,
            ...(options.body === undefined
                ? {}
                : {
                      "Content-Type": "application/json",
                      "Content-Length": String(Buffer.byteLength(options.body)),
                  }),
        },
        timeoutMs: REQUEST_TIMEOUT_MS,
        keepBytes: KEEP_BYTES,
    });
    return { at, answer };
}

/** How long a 404 that may be the app's own is taken for one of a controller of others, which has a new route in seconds. */
const DOUBTFUL_MS = 15_000;

/** Waits until the ingress knows the app's route, for a while; what it asks is not to be traced. */
export async function awaitRoute({
    target: { certificate, startsAtApp },
    app: { url, connectTo, service },
    options: { settleMs, pollMs, say },
}: Pick<ProbeContext, "target" | "app" | "options">): Promise<void> {
    const answerOf = startsAtApp ? controllerAnswer : ingressAnswer;
    const end = Date.now() + (startsAtApp ? Math.min(settleMs, DOUBTFUL_MS) : settleMs);
    const headers = { traceparent: `00-${randomId(16)}-${randomId(8)}-00` };
    for (let asked = 0; Date.now() < end; asked++) {
        const answer = await send({
            ...{ url, connectTo, certificate, headers },
            ...{ timeoutMs: REQUEST_TIMEOUT_MS, keepBytes: KEEP_BYTES },
        });
        if (answerOf(answer) !== "no-route") {
            return;
        }
        if (asked === 0) {
            say(`${service}: waits for its route`);
        }
        await sleep(pollMs);
    }
}

/** What tells one probe's spans from all others. */
export interface ProbeMarks {
    /** Its User-Agent, which no other probe has. */
    agent: string;
    /** The trace that it asked for, or was found in. */
    traceId: string | undefined;
}

/** Adds what else is to be known of a probe: what arrived meanwhile when its trace did not. */
export async function observe(
    context: ProbeContext,
    seen: Pick<
        Observations,
        "expected" | "request" | "query" | "spans" | "requests" | "forced" | "provenWhole"
    >,
    since: number,
    { agent, traceId }: ProbeMarks,
): Promise<Observations> {
    const { jaeger, target } = context;
    const absent =
        seen.request.kind === "answered" && (seen.query.kind === "absent" || seen.query.kind === "read");
    const whole = seen.spans.length > 0 && flawsOf(seen.spans, seen.expected).length === 0;
    const look = absent && !whole;
    const lost = look && seen.spans.length === 0;
    return {
        ...seen,
        elsewhere: lost ? await jaeger.otherTraceOfAgent(firstService(seen.expected), agent, since, traceId) : undefined,
        otherServices: look ? await jaeger.servicesSince(since, traceId) : [],
        storageComplaints:
            lost || seen.query.kind === "unreachable"
                ? await context.options.complaints(lost ? "collector" : "query", since)
                : [],
        sampleRate: target.sampleRate,
        waitedSeconds: Math.round((Date.now() - since) / 1000),
    };
}

/** What a whole trace of the app looks like. */
export function expectation(
    { target, app }: Pick<ProbeContext, "target" | "app">,
    parent: string | undefined,
): Expectation {
    const { ingressService, startsAtApp } = target;
    return { ingress: ingressService, app: app.service, parent, database: app.database, startsAtApp };
}

/** Probe 1: one request with a trace id of ours, sampled; then its trace by that id. */
export async function sendWithTraceId(context: ProbeContext): Promise<() => Promise<Observations>> {
    const traceId = randomId(16);
    const parent = randomId(8);
    const expected = expectation(context, parent);
    const agent = `traced-environment-verify/${traceId}`;
    const { at, answer } = await request(context, probeHeaders(traceId, parent, agent));
    return async () => {
        const found =
            answer.kind === "failed"
                ? NOTHING
                : await awaitTrace(context.options, expected, answer, `trace ${traceId.slice(0, 8)}`, () =>
                      context.jaeger.trace(traceId),
                  );
        return observe(
            context,
            { expected, request: answer, ...found, requests: 1, forced: true, provenWhole: false },
            at,
            { agent, traceId },
        );
    };
}

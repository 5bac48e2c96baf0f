// The verdict on a trace that could be read: what is missing of it, or why there is none.
import { describeAnswer } from "./answers";
import { Diagnosis, Observations, broken } from "./observations";
import { Span } from "./otlp";
import { FALSE_ALARM, chanceOfNone } from "./sampling";
import { diagnoseStorage } from "./storageFault";
import { Expectation, Flaw, Shape, describeFlaw, firstService, flawsOf, shapeOf, upstreamOf } from "./shape";
import { counted } from "./text";

/** What to do when the ingress makes no spans. */
function mendIngress(ingress: string): string {
    return (
        `Look for "Unable to create tracer" and failed exports in the log of ${ingress}; ` +
        "check that the route is traced."
    );
}

/** What to do when an app makes no spans. */
function mendApp(app: string): string {
    return (
        `Check that ${app} starts with its instrumentation and sends to the collector, and look for failed ` +
        "exports in its log."
    );
}

/** Who sends spans of a request. */
function senders({ ingress, app, startsAtApp }: Expectation): string {
    return startsAtApp ? app : `${ingress} and ${app}`;
}

/** What to do when the request came with other trace headers than it was sent with. */
function mendProxy(ingress: string): string {
    return `Look for a proxy before ${ingress} that adds or replaces trace headers.`;
}

/** The answer came, but not one span of the trace. */
export function diagnoseAbsence(seen: Observations): Diagnosis {
    const { expected, otherServices, sampleRate, forced, provenWhole, storageComplaints } = seen;
    const { ingress, app } = expected;
    const first = firstService(expected);
    if (!forced && provenWhole) {
        return diagnoseUnsampled(seen);
    }
    const waited = `No span of the request within ${seen.waitedSeconds} s.`;
    if (seen.elsewhere !== undefined) {
        return broken(
            "foreign-root",
            `${first} did not start from what the request carried.`,
            [`The request asked for a trace of its own, but is in the trace ${seen.elsewhere}.`],
            mendProxy(first),
        );
    }
    if (otherServices.length > 0) {
        const others = otherServices.join(", ");
        const arrived = `Meanwhile other spans arrived, of ${others}: the way to storage is open.`;
        if (otherServices.includes(first) && sampleRate < 1) {
            return broken(
                "not-sampled",
                `${first} did not trace the request, though the request said that it is sampled.`,
                [waited, arrived, `The sample rate is ${sampleRate}.`],
                expected.startsAtApp
                    ? `Check that ${ingress} passes the traceparent header on to ${app}, or use a sample rate of 1.`
                    : "Use Traefik from 3.6.8 on, which respects a caller's decision, or a sample rate of 1.",
            );
        }
        if (expected.startsAtApp) {
            return broken("app-untraced", `${app} did not trace the request.`, [waited, arrived], mendApp(app));
        }
        const nobody = `Neither ${ingress} nor ${app} traced the request.`;
        return broken("ingress-untraced", nobody, [waited, arrived], mendIngress(ingress));
    }
    if (storageComplaints.length > 0) {
        return diagnoseStorage("the collector", [waited, ...storageComplaints]);
    }
    return broken(
        "collector-unreachable",
        "No spans come through the collector: it can't be reached, or it refuses or loses them.",
        [waited, "Meanwhile no other span of any service arrived, while the query API answers."],
        `Check that the collector runs, that ${senders(expected)} may reach it and send to it, ` +
            "and its log for refused or failed writes to storage.",
    );
}

/** Ordinary requests left no trace just after one that asked for it did: nothing is lost on the way. */
function diagnoseUnsampled({ expected, sampleRate, requests }: Observations): Diagnosis {
    const chance = chanceOfNone(sampleRate, requests);
    const sent = `${counted(requests, "ordinary request")}, none traced`;
    if (chance > FALSE_ALARM) {
        const odds = chance.toPrecision(2);
        return {
            verdict: "undecided",
            summary: `At a sample rate of ${sampleRate} too few ordinary requests were sent to tell.`,
            evidence: [`${sent}; at that rate this happens by chance with a probability of ${odds}.`],
            mend: "",
        };
    }
    return broken(
        "not-sampled",
        "Ordinary requests are not sampled; nothing is lost, as a request that asked for it was traced.",
        [`${sent}, at a configured sample rate of ${sampleRate}.`],
        `Check the sample rate that ${firstService(expected)} runs with.`,
    );
}

/** There are spans: which hop is missing, or in the wrong place? */
export function diagnoseTrace(seen: Observations): Diagnosis {
    const { expected, spans, request } = seen;
    const flaws = flawsOf(spans, expected);
    if (flaws.length === 0) {
        const refused = request.kind === "answered" && request.status >= 400;
        return {
            verdict: "whole",
            summary: `${counted(spans.length, "span")} of ${services(spans)}, each below its parent.`,
            evidence: refused ? [`The app answered ${describeAnswer(request)}.`] : [],
            mend: "",
        };
    }
    const has = (flaw: Flaw) => flaws.includes(flaw);
    const shape = shapeOf(spans, expected);
    const found = `${counted(spans.length, "span")} of ${services(spans)} within ${seen.waitedSeconds} s.`;
    if (has("ingress-server") && has("ingress-client")) {
        return ingressMissing(expected, shape, found);
    }
    // Spans of the app without the one that they are below: it traced the request, and that one was lost.
    const lostServer = shape.orphans.some(({ service }) => service === expected.app);
    if (has("app-server") && !lostServer) {
        return appMissing(seen, shape, found);
    }
    if (has("root-has-parent")) {
        return foreignRoot(expected, shape, found);
    }
    if (has("app-parent")) {
        return wrongParent(expected, shape, found);
    }
    if (has("database")) {
        return broken(
            "database-untraced",
            `${expected.app} traced the request, but not its database.`,
            [found, `No client span of ${expected.app} has the attribute db.system or db.system.name.`],
            `Check that the page uses the database, and that its client in ${expected.app} is instrumented.`,
        );
    }
    return spansLost(expected, shape, flaws, found);
}

function services(spans: readonly Span[]): string {
    return [...new Set(spans.map((span) => span.service))].join(", ");
}

function ingressMissing(
    { ingress, app, parent }: Expectation,
    { appServer }: Shape,
    found: string,
): Diagnosis {
    const passedOn = parent !== undefined && appServer?.parentSpanId === parent;
    return broken(
        "ingress-untraced",
        `${app} traced the request, ${ingress} did not.`,
        [
            found,
            ...(passedOn
                ? [`The server span of ${app} has the parent that was sent: ${ingress} passed it on.`]
                : []),
        ],
        mendIngress(ingress),
    );
}

function appMissing(seen: Observations, { ingressClient }: Shape, found: string): Diagnosis {
    const { ingress, app } = seen.expected;
    const answer = `The request got ${describeAnswer(seen.request)}.`;
    if (!seen.expected.startsAtApp && !ingressClient && !seen.spans.some(({ service }) => service === app)) {
        return broken(
            "ingress-answered",
            `${ingress} answered the request by itself and did not call ${app}.`,
            [found, answer],
            "Check for a redirect, login or limit on the route; request an address that leads to the app.",
        );
    }
    if (seen.otherServices.includes(app)) {
        return broken(
            "context-lost",
            `${app} starts traces of its own instead of joining that of ${ingress}.`,
            [found, `Meanwhile other traces with spans of ${app} arrived.`],
            `Look for what takes the traceparent header away before ${app}, and check its OTEL_PROPAGATORS.`,
        );
    }
    const upstream = upstreamOf(ingressClient);
    return broken(
        "app-untraced",
        seen.expected.startsAtApp ? `${app} did not trace the request.` : `${ingress} traced the request, ${app} did not.`,
        [found, ...(upstream ? [`${ingress} called ${upstream}.`] : []), answer],
        mendApp(app),
    );
}

function foreignRoot(expected: Expectation, { ingressServer, appServer }: Shape, found: string): Diagnosis {
    const first = firstService(expected);
    const seen = (expected.startsAtApp ? appServer : ingressServer)?.parentSpanId ?? "none";
    return broken(
        "foreign-root",
        `${first} did not start from what the request carried.`,
        [found, `The parent of its server span is ${seen}, expected ${expected.parent ?? "none"}.`],
        mendProxy(first),
    );
}

function wrongParent({ ingress, app }: Expectation, shape: Shape, found: string): Diagnosis {
    const seen = shape.appServer?.parentSpanId ?? "none";
    const wanted = shape.ingressClient?.spanId ?? "the client span";
    return broken(
        "context-lost",
        `${app} is in the trace, but not below the call of ${ingress}.`,
        [found, `The parent of its server span is ${seen}, expected ${wanted}.`],
        `Look for a proxy between ${ingress} and ${app}, and check OTEL_PROPAGATORS of both.`,
    );
}

function spansLost(
    expected: Expectation,
    { orphans }: Shape,
    flaws: readonly Flaw[],
    found: string,
): Diagnosis {
    return broken(
        "spans-lost",
        "Some spans of the trace did not arrive, or hang in the wrong place.",
        [
            found,
            `Not there: ${flaws.map((flaw) => describeFlaw(flaw, expected)).join("; ")}.`,
            ...orphans.map(
                ({ service, name, parentSpanId }) =>
                    `${service} "${name}" names ${parentSpanId} as its parent.`,
            ),
        ],
        "Look for dropped spans in the logs of the services and the collector: full queues, refused batches.",
    );
}

// Verifies an environment: both probes for each app, and each instance of it.
import { diagnose, diagnoseInstances } from "./diagnosis";
import { Jaeger } from "./jaeger";
import { Diagnosis, Hop, Observations } from "./observations";
import { Span } from "./otlp";
import { probeOrdinary } from "./ordinary";
import { awaitRoute, ProbeContext, ProbeOptions, sendWithTraceId } from "./probe";
import { MAX_REQUESTS, requestsToBeSampled, requestsToMeetAll } from "./sampling";
import { instanceOf } from "./shape";
import { certificateNote, startNote, TargetApp, VerifyTarget } from "./target";
import { diagnoseUnread } from "./unread";

/** What is asked of an app. */
export type CheckName = "path" | "instances" | "ordinary";

/** The verdict on one of them. */
export interface Check extends Diagnosis {
    name: CheckName;
}

/** A trace that was read back. */
export interface ReadTrace {
    /** Which instance of the app served it; undefined when unknown. */
    instance: string | undefined;
    spans: readonly Span[];
}

/** What was found out about an app. */
export interface AppReport {
    service: string;
    url: string;
    checks: Check[];
    /** One per instance, and the first that is not whole. */
    traces: ReadTrace[];
}

/** What was found out about an environment. */
export interface Report {
    /** When the verification began. */
    at: Date;
    environment: string;
    /** Whether no check found anything broken. */
    whole: boolean;
    /** What else is to be known of the environment; nothing that is broken. */
    notes: string[];
    apps: AppReport[];
}

/** Verifies each app of the target, one after another. */
export async function verify(target: VerifyTarget, options: ProbeOptions): Promise<Report> {
    const { jaegerUrl, jaegerConnectTo } = target;
    const jaeger = jaegerUrl === undefined ? undefined : new Jaeger(jaegerUrl, jaegerConnectTo);
    const at = new Date();
    const note = certificateNote(target);
    if (note !== undefined) {
        options.say(note);
    }
    const apps: AppReport[] = [];
    // Asked meanwhile: a connection that is kept off takes seconds.
    const policy = options.policy();
    for (const app of target.apps) {
        const context = { target, app, options };
        apps.push(await (jaeger ? verifyApp({ ...context, jaeger }) : verifyAnswer(context)));
    }
    const whole = apps.every(({ checks }) => checks.every(({ verdict }) => verdict !== "broken"));
    const notes = [startNote(target), await policy].filter((each) => each !== undefined);
    return { at, environment: target.environment, whole, notes, apps };
}

async function verifyApp(context: ProbeContext): Promise<AppReport> {
    const report = await checkApp(context);
    const broken = report.checks.filter(({ hop }) => hop !== undefined && TOLD_BY_INSTANCES.has(hop));
    if (broken.length > 0) {
        const troubles = await context.options.troubles();
        broken.forEach(({ evidence }) => evidence.push(...troubles));
    }
    return report;
}

/** The hops at which an instance that is not well may be the cause. */
const TOLD_BY_INSTANCES: ReadonlySet<Hop> = new Set([
    "ingress-unreachable",
    "app-down",
    "collector-unreachable",
    "storage-login",
    "storage-rejecting",
    "query-not-reading",
    "query-unreachable",
    "instance-unseen",
]);

async function checkApp(context: ProbeContext): Promise<AppReport> {
    const { app, options } = context;
    const report: AppReport = { service: app.service, url: app.url.href, checks: [], traces: [] };
    if (!app.traced) {
        report.checks.push(notTraced(app));
        return report;
    }
    await awaitRoute(context);
    options.say(`${app.service}: requests ${options.method} ${app.url.href}`);

    const paths = await probePath(context);
    const firstBroken = paths.find((seen) => diagnose(seen).verdict === "broken");
    const shown = firstBroken ?? paths[0];
    report.checks.push({ name: "path", ...diagnose(shown) });
    report.traces = tracesToShow(paths, firstBroken);
    if (firstBroken) {
        return report;
    }
    report.checks.push({
        name: "instances",
        ...diagnoseInstances(app.replicas, instancesOf(paths), paths.length),
    });

    const ordinary = await ordinaryCheck(context);
    report.checks.push(ordinary.check);
    if (ordinary.check.verdict === "broken" && ordinary.spans.length > 0) {
        report.traces.push({ instance: undefined, spans: ordinary.spans });
    }
    return report;
}

/** All that can be verified where traces are not read back. */
async function verifyAnswer(context: Omit<ProbeContext, "jaeger">): Promise<AppReport> {
    const { app } = context;
    await awaitRoute(context);
    const check: Check = app.traced ? { name: "path", ...(await diagnoseUnread(context)) } : notTraced(app);
    return { service: app.service, url: app.url.href, checks: [check], traces: [] };
}

function notTraced(app: TargetApp): Check {
    return {
        name: "path",
        verdict: "undecided",
        summary: `The route of ${app.service} is not traced, by its settings.`,
        evidence: [],
        mend: "",
    };
}

/** Requests until each instance has served one: first a round in turns, then as many as chance needs. */
async function probePath(context: ProbeContext): Promise<Observations[]> {
    const { replicas, service } = context.app;
    const paths = await probeBatch(context, replicas);
    const isWhole = () => paths.every((seen) => diagnose(seen).verdict === "whole");
    const rest = requestsToMeetAll(replicas) - replicas;
    if (isWhole() && instancesOf(paths).length < replicas && rest > 0) {
        context.options.say(
            `${service}: ${instancesOf(paths).length} of ${replicas} instances seen; sends ${rest} more`,
        );
        paths.push(...(await probeBatch(context, rest)));
    }
    return paths;
}

async function probeBatch(context: ProbeContext, requests: number): Promise<Observations[]> {
    const waiting: (() => Promise<Observations>)[] = [];
    for (let sent = 0; sent < requests; sent++) {
        waiting.push(await sendWithTraceId(context));
    }
    return Promise.all(waiting.map((wait) => wait()));
}

function instancesOf(paths: readonly Observations[]): string[] {
    const instances = paths.map(({ spans, expected }) => instanceOf(spans, expected));
    return [...new Set(instances.filter((instance) => instance !== undefined))];
}

function tracesToShow(paths: readonly Observations[], firstBroken: Observations | undefined): ReadTrace[] {
    const byInstance = new Map<string | undefined, Observations>();
    for (const seen of [...(firstBroken ? [firstBroken] : []), ...paths]) {
        const instance = instanceOf(seen.spans, seen.expected);
        if (seen.spans.length > 0 && !byInstance.has(instance)) {
            byInstance.set(instance, seen);
        }
    }
    return [...byInstance].map(([instance, { spans }]) => ({ instance, spans }));
}

async function ordinaryCheck(context: ProbeContext): Promise<{ check: Check; spans: readonly Span[] }> {
    const { sampleRate } = context.target;
    if (sampleRate === 0) {
        const summary = "The sample rate is 0: ordinary requests are not traced, by the settings.";
        return {
            check: { name: "ordinary", verdict: "undecided", summary, evidence: [], mend: "" },
            spans: [],
        };
    }
    const requests = Math.min(requestsToBeSampled(sampleRate), MAX_REQUESTS);
    if (requests > 1) {
        context.options.say(`sends up to ${requests} ordinary requests, as the sample rate is ${sampleRate}`);
    }
    const seen = await probeOrdinary(context, requests);
    return { check: { name: "ordinary", ...diagnose(seen) }, spans: seen.spans };
}

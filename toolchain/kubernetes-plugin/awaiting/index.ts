// Waiting until an object is ready or gone, with the reasons when it does not come to that.
import { Api, ApiError, pause } from "../api";
import {
    ANNOTATIONS,
    annotationOf,
    apiVersionOf,
    at,
    isAnnotated,
    kindOf,
    KubeObject,
    mapsAt,
    nameOf,
    namespaceOf,
    ObjectKind,
    textAt,
} from "../objects";
import * as readiness from "./readiness";
import type { Readiness } from "./readiness";
import { reasonsOf, troublesOf } from "./reasons";
import { waitForReadiness } from "./wait-for";

/** The object is there but not as it should be; it has what was last seen of it. */
export class NotReadyError extends Error {
    constructor(
        message: string,
        readonly object: KubeObject,
        readonly reasons: readonly string[],
    ) {
        super(message);
    }
}

/** How long and how to wait. */
export interface Waiting {
    api: Api;
    /** The inputs, whose annotations say what to wait for. */
    inputs: KubeObject;
    /** Of the operation, in seconds; 0 for none. */
    timeoutSeconds: number;
    signal: AbortSignal;
    /** Told, from time to time, what is being waited for; with an empty text when nothing is any more. */
    say(status: string): void;
}

type Judge = (api: Api, object: KubeObject, waitedMs: number) => Readiness | Promise<Readiness>;

const TIMEOUT_MS = 10 * 60_000;
const VOLUME_TIMEOUT_MS = 5 * 60_000;
const VOLUMES = new Set(["PersistentVolume", "PersistentVolumeClaim"]);
const FIRST_POLL_MS = 250;
const LONGEST_POLL_MS = 2_000;
const REPORT_EVERY_MS = 10_000;

/** The finalizer of every object that is deleted in the foreground. */
const FOREGROUND = "foregroundDeletion";

const STORAGE_CLASS: ObjectKind = { group: "storage.k8s.io", version: "v1", kind: "StorageClass" };
const ENDPOINT_SLICE: ObjectKind = { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" };

/** By apiVersion and kind; what is not here is ready as soon as it is written. */
const JUDGES: Readonly<Record<string, Judge>> = {
    "apps/v1/DaemonSet": (_api, object) => readiness.daemonSetReadiness(object),
    "apps/v1/Deployment": (_api, object) => readiness.deploymentReadiness(object),
    "apps/v1/StatefulSet": (_api, object) => readiness.statefulSetReadiness(object),
    "batch/v1/Job": (_api, object) => readiness.jobReadiness(object),
    "networking.k8s.io/v1/Ingress": async (api, object, waitedMs) => {
        const slices = await api.list(ENDPOINT_SLICE, namespaceOf(object));
        const services = slices.map((slice) => textAt(slice, "metadata", "labels", "kubernetes.io/service-name"));
        return readiness.ingressReadiness(object, services, waitedMs);
    },
    "v1/PersistentVolume": (_api, object) => readiness.volumeReadiness(object),
    "v1/PersistentVolumeClaim": async (api, object) => readiness.claimReadiness(object, await bindingMode(api, object)),
    "v1/Pod": (_api, object) => readiness.podReadiness(object),
    "v1/ResourceQuota": (_api, object) => readiness.quotaReadiness(object),
    "v1/Service": async (api, object, waitedMs) =>
        readiness.serviceReadiness(object, await endpointSlices(api, object), waitedMs),
};

/** Kinds that are not waited for at deletion either when they are annotated with `pulumi.com/skipAwait`. */
const SKIPS_DELETION = new Set([
    "apps/v1/DaemonSet",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "batch/v1/Job",
    "v1/Namespace",
    "v1/Pod",
]);

/** Waits until a written object is ready and returns it as it is then. Throws a NotReadyError. */
export async function awaitReady(object: KubeObject, waiting: Waiting): Promise<KubeObject> {
    const judge = judgeOf(waiting.inputs, object);
    if (!judge) {
        return object;
    }
    const name = nameOf(object);
    let messages: string[] = [];
    return poll(object, waiting, async (live, waitedMs, report) => {
        if (!live) {
            throw new NotReadyError(`${name} was deleted while it was waited for`, object, messages);
        }
        const state = await judge(waiting.api, live, waitedMs);
        messages = state.messages;
        if (state.ready) {
            return live;
        }
        if (state.failed || waitedMs >= timeoutMs(waiting, object)) {
            const what = state.failed ? "failed" : `was not ready after ${Math.round(waitedMs / 1000)} s`;
            throw new NotReadyError(`${name} ${what}`, live, [...messages, ...(await reasonsOf(waiting.api, live))]);
        }
        if (report) {
            const troubles = await troublesOf(waiting.api, live).catch(() => []);
            waiting.say([...messages, ...troubles].join("; "));
        } else {
            waiting.say(messages[0]);
        }
        return undefined;
    });
}

/** What an object's readiness is now, without waiting. */
export async function readinessNow(api: Api, inputs: KubeObject, object: KubeObject): Promise<Readiness> {
    const judge = judgeOf(inputs, object);
    // What has been there for long has settled.
    const state = judge ? await judge(api, object, Number.POSITIVE_INFINITY) : { ready: true, messages: [] };
    return state.ready ? state : { ...state, messages: [...state.messages, ...(await reasonsOf(api, object))] };
}

/** Waits until a deleted object is gone. Throws a NotReadyError. */
export async function awaitGone(object: KubeObject, waiting: Waiting): Promise<void> {
    const key = `${apiVersionOf(kindOf(object))}/${textAt(object, "kind")}`;
    if (isAnnotated(waiting.inputs, ANNOTATIONS.skipAwait) && SKIPS_DELETION.has(key)) {
        return;
    }
    const uid = textAt(object, "metadata", "uid");
    await poll(object, waiting, async (live, waitedMs) => {
        if (!live || (uid !== "" && textAt(live, "metadata", "uid") !== uid)) {
            return object;
        }
        const remaining = whyStillThere(live);
        if (waitedMs >= timeoutMs(waiting, object)) {
            const message = `${nameOf(object)} was not gone after ${Math.round(waitedMs / 1000)} s`;
            throw new NotReadyError(message, live, remaining);
        }
        waiting.say(["waiting for its deletion", ...remaining].join("; "));
        return undefined;
    });
}

/** What keeps an object that is being deleted: its finalizers, and what a namespace says of its content. */
export function whyStillThere(object: KubeObject): string[] {
    const found = at(object, "metadata", "finalizers");
    const finalizers = (Array.isArray(found) ? found.map(String) : []).filter((each) => each !== FOREGROUND);
    const conditions = mapsAt(object, "status", "conditions")
        .filter(({ type, status }) => status === "True" && /Remaining|Failure/.test(String(type)))
        .map((condition) => textAt(condition, "message"));
    return [...(finalizers.length > 0 ? [`finalizers: ${finalizers.join(", ")}`] : []), ...conditions];
}

/** How long to wait: by the operation's own timeout, the annotation, or the kind's default. */
export function timeoutMs(
    { inputs, timeoutSeconds }: Pick<Waiting, "inputs" | "timeoutSeconds">,
    object: KubeObject,
): number {
    if (timeoutSeconds > 0) {
        return timeoutSeconds * 1000;
    }
    const annotated = Number.parseInt(annotationOf(inputs, ANNOTATIONS.timeoutSeconds), 10);
    if (!Number.isNaN(annotated)) {
        return annotated * 1000;
    }
    return VOLUMES.has(textAt(object, "kind")) ? VOLUME_TIMEOUT_MS : TIMEOUT_MS;
}

function judgeOf(inputs: KubeObject, object: KubeObject): Judge | undefined {
    if (isAnnotated(inputs, ANNOTATIONS.skipAwait)) {
        return undefined;
    }
    const waitFor = annotationOf(inputs, ANNOTATIONS.waitFor);
    if (waitFor !== "") {
        const judge = waitForReadiness(waitFor);
        return (_api, live) => judge(live);
    }
    return JUDGES[`${apiVersionOf(kindOf(object))}/${textAt(object, "kind")}`];
}

/** Looks at the object, less and less often, until `look` returns one. */
async function poll(
    object: KubeObject,
    { api, signal, say }: Waiting,
    look: (live: KubeObject | undefined, waitedMs: number, report: boolean) => Promise<KubeObject | undefined>,
): Promise<KubeObject> {
    const begin = Date.now();
    let reported = begin;
    let seen: KubeObject = object;
    for (let delay = FIRST_POLL_MS; ; delay = Math.min(delay * 1.5, LONGEST_POLL_MS)) {
        const live = await current(api, object, seen);
        seen = live ?? seen;
        const report = Date.now() - reported >= REPORT_EVERY_MS;
        reported = report ? Date.now() : reported;
        const found = await look(live, Date.now() - begin, report);
        if (found) {
            say("");
            return found;
        }
        try {
            await pause(delay, signal);
        } catch {
            throw new NotReadyError(`Waiting for ${nameOf(object)} was cancelled`, seen, await reasonsOf(api, seen));
        }
    }
}

// A server that restarts is no reason to give up an object that is being waited for.
async function current(api: Api, object: KubeObject, seen: KubeObject): Promise<KubeObject | undefined> {
    try {
        return await api.get(kindOf(object), namespaceOf(object), nameOf(object));
    } catch (error) {
        if (error instanceof ApiError && error.code === 404) {
            return undefined;
        }
        if (error instanceof ApiError && error.code < 500) {
            throw error;
        }
        return seen;
    }
}

async function endpointSlices(api: Api, service: KubeObject): Promise<KubeObject[]> {
    return readiness.selectsPods(service)
        ? api.list(ENDPOINT_SLICE, namespaceOf(service), {
              labelSelector: `kubernetes.io/service-name=${nameOf(service)}`,
          })
        : [];
}

async function bindingMode(api: Api, claim: KubeObject): Promise<string> {
    const name = textAt(claim, "spec", "storageClassName");
    if (name === "") {
        return "";
    }
    const storageClass = await api.get(STORAGE_CLASS, "", name).catch(() => undefined);
    return textAt(storageClass, "volumeBindingMode");
}

// Why an object does not become ready: what its pods, its claims and the controllers' events say.
import { Api } from "../api";
import {
    at,
    conditionOf,
    isMap,
    isOwnedBy,
    KubeObject,
    kindOf,
    namespaceOf,
    ObjectKind,
    textAt,
} from "../objects";
import { endedContainers, podTroubles } from "./pods";

const POD: ObjectKind = { group: "", version: "v1", kind: "Pod" };
const EVENT: ObjectKind = { group: "", version: "v1", kind: "Event" };
const REPLICA_SET: ObjectKind = { group: "apps", version: "v1", kind: "ReplicaSet" };
const REVISION = "deployment.kubernetes.io/revision";

const LOG_LINES = 10;
/** Replicas fail alike: the lines of a few tell enough. */
const LOGS = 2;
const EVENTS = 5;

/** Kinds that make pods, by group and kind. */
const MAKES_PODS = new Set(["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "batch/Job"]);

/** What is known to be wrong now, without the last lines of containers. */
export async function troublesOf(api: Api, object: KubeObject): Promise<string[]> {
    const { pods, makers } = await podsOf(api, object);
    const fromPods = pods.flatMap(podTroubles);
    const events = await warnings(api, [object, ...makers, ...pods.filter((pod) => !isReady(pod))]);
    return [...new Set([...fromPods, ...events])];
}

/** What is wrong, and the last lines of containers that ended. Never fails: the trouble itself is what counts. */
export async function reasonsOf(api: Api, object: KubeObject): Promise<string[]> {
    try {
        const { pods } = await podsOf(api, object);
        const ended = pods.flatMap(endedContainers).slice(0, LOGS);
        const lines = await Promise.all(
            ended.map(async ({ pod, container, previous }) => {
                const text = await api
                    .logs(namespaceOf(object), pod, container, LOG_LINES, previous)
                    .catch(() => "");
                const what = `last lines of container ${container} in pod ${pod}`;
                return text.trim() === "" ? [] : [`${what}:\n${text.trimEnd()}`];
            }),
        );
        return [...(await troublesOf(api, object)), ...lines.flat()];
    } catch (error) {
        return [`what its pods say can't be read: ${(error as Error).message}`];
    }
}

interface PodsOf {
    pods: KubeObject[];
    /** What stands between the object and its pods. */
    makers: KubeObject[];
}

async function podsOf(api: Api, object: KubeObject): Promise<PodsOf> {
    const { group, kind } = kindOf(object);
    if (kind === "Pod" && group === "") {
        return { pods: [object], makers: [] };
    }
    if (!MAKES_PODS.has(`${group}/${kind}`)) {
        return { pods: [], makers: [] };
    }
    const labels = matchLabels(object);
    const query: Record<string, string> = labels === "" ? {} : { labelSelector: labels };
    const namespace = namespaceOf(object);
    const makers = kind === "Deployment" ? await newestReplicaSet(api, object, namespace, query) : [object];
    const pods = await api.list(POD, namespace, query);
    return {
        pods: pods.filter((pod) => makers.some((maker) => isOwnedBy(pod, maker))),
        makers: kind === "Deployment" ? makers : [],
    };
}

async function newestReplicaSet(
    api: Api,
    deployment: KubeObject,
    namespace: string,
    query: Record<string, string>,
): Promise<KubeObject[]> {
    const revision = textAt(deployment, "metadata", "annotations", REVISION);
    return (await api.list(REPLICA_SET, namespace, query)).filter(
        (set) => isOwnedBy(set, deployment) && textAt(set, "metadata", "annotations", REVISION) === revision,
    );
}

function matchLabels(object: KubeObject): string {
    const labels = at(object, "spec", "selector", "matchLabels");
    return Object.entries(isMap(labels) ? labels : {})
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
}

async function warnings(api: Api, objects: readonly KubeObject[]): Promise<string[]> {
    if (objects.length === 0) {
        return [];
    }
    const uids = new Set(objects.map((object) => textAt(object, "metadata", "uid")));
    const events = await api.list(EVENT, namespaceOf(objects[0]));
    return events
        .filter((event) => uids.has(textAt(event, "involvedObject", "uid")) && isTrouble(event))
        .sort((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1))
        .slice(0, EVENTS)
        .map((event) => {
            const kind = textAt(event, "involvedObject", "kind").toLowerCase();
            const name = textAt(event, "involvedObject", "name");
            return `${kind} ${name}: [${textAt(event, "reason")}] ${textAt(event, "message")}`;
        });
}

// That a claim finds no volume is no warning to Kubernetes.
function isTrouble(event: KubeObject): boolean {
    return event.type === "Warning" || event.reason === "FailedBinding";
}

function lastSeen(event: KubeObject): string {
    const made = textAt(event, "metadata", "creationTimestamp");
    return textAt(event, "lastTimestamp") || textAt(event, "eventTime") || made;
}

function isReady(pod: KubeObject): boolean {
    return conditionOf(pod, "Ready")?.status === "True";
}

// Pods: found by labels, and what ails them in words that Kubernetes uses itself (pure).
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

/** Labels that a pod must have. */
export type Selector = Readonly<Record<string, string>>;

/** A selector as the API wants it; in a fixed order. */
export function selectorText(selector: Selector): string {
    return Object.entries(selector)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
}

/** Whether requests may be sent to a pod. */
export function isReady({ metadata, status }: V1Pod): boolean {
    return (
        metadata?.deletionTimestamp === undefined &&
        status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true
    );
}

/** Reasons to wait that pass by themselves. */
const STARTING = new Set(["ContainerCreating", "PodInitializing"]);

/** What ails a pod; undefined when nothing does, or when it is on its way out. */
export function troubleOf(pod: V1Pod): string | undefined {
    const { metadata, status } = pod;
    if (metadata?.deletionTimestamp !== undefined || status?.phase === "Succeeded") {
        return undefined;
    }
    const unscheduled = status?.conditions?.find(({ type, status: is }) => type === "PodScheduled" && is === "False");
    if (unscheduled) {
        return joined(unscheduled.reason, unscheduled.message);
    }
    const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    const told = statuses.map(containerTrouble).find((trouble) => trouble !== undefined);
    if (told !== undefined) {
        return told;
    }
    if (status?.phase === "Failed") {
        return joined(status.reason ?? "Failed", status.message);
    }
    return status?.phase === "Running" && !isReady(pod) ? "not ready" : undefined;
}

function containerTrouble({ name, state, lastState }: V1ContainerStatus): string | undefined {
    const ended = state?.terminated ?? lastState?.terminated;
    const end = ended && ended.exitCode !== 0 ? `ended with ${ended.exitCode}${ended.reason ? ` (${ended.reason})` : ""}` : undefined;
    if (state?.waiting && !STARTING.has(state.waiting.reason ?? "")) {
        // What the kubelet says of a crash repeats the container's and the pod's name; how it ended tells more.
        const message = end ?? state.waiting.message;
        return `${name}: ${joined(state.waiting.reason, message)}`;
    }
    return state?.terminated && end !== undefined ? `${name}: ${end}` : undefined;
}

/** Whether a container of a pod is, or was within this time, between two starts. */
export function isRestarting({ status }: V1Pod, now: number, withinMs: number): boolean {
    return (status?.containerStatuses ?? []).some(({ state, restartCount }) => {
        const startedAt = state?.running?.startedAt;
        return restartCount > 0 && (startedAt === undefined || now - new Date(startedAt).getTime() < withinMs);
    });
}

function joined(reason: string | undefined, message: string | undefined): string {
    return [reason, message].filter((each) => each !== undefined && each !== "").join(": ") || "not well";
}

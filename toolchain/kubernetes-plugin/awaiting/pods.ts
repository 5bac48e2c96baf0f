// Why a pod is not ready, in its own words: what the scheduler, the kubelet and its containers say.
import { Value } from "../../property-values";
import { conditionOf, isMap, KubeObject, mapsAt, nameOf, numberAt, textAt } from "../objects";

/** A container that has ended, or keeps ending: its last lines say why. */
export interface EndedContainer {
    pod: string;
    container: string;
    /** Whether the lines are those of the one before the one that runs now. */
    previous: boolean;
}

/** Reasons that are no trouble, only the time before the first start. */
const STARTING = new Set(["ContainerCreating", "PodInitializing"]);

/** What keeps a pod from being ready, each with the pod's name; empty when nothing does. */
export function podTroubles(pod: KubeObject): string[] {
    if (conditionOf(pod, "Ready")?.status === "True" || textAt(pod, "status", "phase") === "Succeeded") {
        return [];
    }
    const found = [...schedulingTroubles(pod), ...statuses(pod).flatMap(containerTroubles)];
    const reason = textAt(pod, "status", "reason");
    if (reason !== "") {
        found.push(`[${reason}] ${textAt(pod, "status", "message")}`);
    }
    return [...new Set(found)].map((trouble) => `pod ${nameOf(pod)}: ${trouble}`);
}

/** The pod's containers whose last lines are worth reading. */
export function endedContainers(pod: KubeObject): EndedContainer[] {
    return statuses(pod).flatMap((status): EndedContainer[] => {
        const container = textAt(status, "name");
        if (hasFailed(status.state)) {
            return [{ pod: nameOf(pod), container, previous: false }];
        }
        return status.ready !== true && hasFailed(status.lastState)
            ? [{ pod: nameOf(pod), container, previous: true }]
            : [];
    });
}

function statuses(pod: KubeObject): { [key: string]: Value }[] {
    return [...mapsAt(pod, "status", "initContainerStatuses"), ...mapsAt(pod, "status", "containerStatuses")];
}

function schedulingTroubles(pod: KubeObject): string[] {
    const scheduled = conditionOf(pod, "PodScheduled");
    return scheduled?.status === "False"
        ? [`[${textAt(scheduled, "reason")}] ${textAt(scheduled, "message")}`]
        : [];
}

function containerTroubles(status: { [key: string]: Value }): string[] {
    if (status.ready === true) {
        return [];
    }
    const name = textAt(status, "name");
    const found: string[] = [];
    const waiting = textAt(status, "state", "waiting", "reason");
    if (waiting !== "" && !STARTING.has(waiting)) {
        found.push(`container ${name} waits: [${waiting}] ${textAt(status, "state", "waiting", "message")}`.trim());
    }
    if (hasFailed(status.state)) {
        found.push(`container ${name} ended: ${ending(status.state)}`);
    } else if (hasFailed(status.lastState)) {
        const times = numberAt(0, status, "restartCount");
        found.push(`container ${name} ended before, ${times} times: ${ending(status.lastState)}`);
    }
    return found;
}

function hasFailed(state: Value | undefined): boolean {
    return isMap(state) && isMap(state.terminated) && numberAt(0, state, "terminated", "exitCode") !== 0;
}

function ending(state: Value | undefined): string {
    const [reason, message] = ["reason", "message"].map((field) => textAt(state, "terminated", field));
    const code = numberAt(0, state, "terminated", "exitCode");
    return `[${reason}] exit code ${code}${message && `, ${message}`}`;
}

// When an object of each kind is ready, told from its own status: pure functions over what the server has.
import { sameValue } from "../../property-values";
import { at, conditionOf, isMap, KubeObject, mapsAt, numberAt, textAt } from "../objects";

/** What an object's status comes to. */
export interface Readiness {
    ready: boolean;
    /** Waiting longer does not help. */
    failed?: boolean;
    /** What is missing, in a few words; empty when it is ready. */
    messages: string[];
}

const READY: Readiness = { ready: true, messages: [] };

/** Long enough for endpoints to appear, if they ever do. */
export const SETTLING_MS = 10_000;

function missing(...messages: string[]): Readiness {
    return { ready: false, messages };
}

/** Ready when the newest template runs in all replicas, none of an older one is left, and the minimum is available. */
export function deploymentReadiness(deployment: KubeObject): Readiness {
    const wanted = numberAt(1, deployment, "spec", "replicas");
    const [updated, available, total] = ["updatedReplicas", "availableReplicas", "replicas"].map((field) =>
        numberAt(0, deployment, "status", field),
    );
    if (!isObserved(deployment) || !conditionOf(deployment, "Available")) {
        return missing(...troubles(deployment), "the deployment controller has not taken it up yet");
    }
    if (updated < wanted || available < wanted) {
        const ready = Math.min(updated, available);
        return missing(`${ready} of ${wanted} replicas are available`, ...troubles(deployment));
    }
    if (total > updated) {
        return missing(`${total - updated} replicas of the version before are still there`, ...troubles(deployment));
    }
    return READY;
}

/** Ready when all replicas are of the newest revision and ready; with `OnDelete`, of whichever revision. */
export function statefulSetReadiness(set: KubeObject): Readiness {
    const wanted = numberAt(1, set, "spec", "replicas");
    const [ready, updated] = ["readyReplicas", "updatedReplicas"].map((field) => numberAt(0, set, "status", field));
    if (!isObserved(set)) {
        return missing("the stateful set controller has not taken it up yet");
    }
    if (ready < wanted) {
        return missing(`${ready} of ${wanted} replicas are ready`);
    }
    if (textAt(set, "spec", "updateStrategy", "type") === "OnDelete") {
        return READY;
    }
    const partition = numberAt(0, set, "spec", "updateStrategy", "rollingUpdate", "partition");
    const toUpdate = Math.max(wanted - partition, 0);
    const [current, update] = ["currentRevision", "updateRevision"].map((field) => textAt(set, "status", field));
    if (current === update || (partition > 0 && updated >= toUpdate)) {
        return READY;
    }
    return missing(`${updated} of ${toUpdate} replicas are of the new revision ${update}`);
}

/** Ready when every node that shall have a pod has one of the newest template that is available. */
export function daemonSetReadiness(set: KubeObject): Readiness {
    if (!isObserved(set)) {
        return missing("the daemon set controller has not taken it up yet");
    }
    const wanted = numberAt(0, set, "status", "desiredNumberScheduled");
    const onDelete = textAt(set, "spec", "updateStrategy", "type") === "OnDelete";
    const updated = onDelete ? wanted : numberAt(0, set, "status", "updatedNumberScheduled");
    const available = numberAt(0, set, "status", "numberAvailable");
    const ready = Math.min(updated, available);
    return ready >= wanted ? READY : missing(`${ready} of ${wanted} pods are available`);
}

/** Ready when it has completed; failed when it has given up. */
export function jobReadiness(job: KubeObject): Readiness {
    const failed = conditionOf(job, "Failed");
    if (failed?.status === "True") {
        return { ...missing(`[${textAt(failed, "reason")}] ${textAt(failed, "message")}`), failed: true };
    }
    if (conditionOf(job, "Complete")?.status === "True") {
        return READY;
    }
    const counts = ["active", "succeeded", "failed"].map((field) => `${numberAt(0, job, "status", field)} ${field}`);
    return missing(`it has not completed, pods: ${counts.join(", ")}`);
}

/** Ready when its containers are, or when it has succeeded. */
export function podReadiness(pod: KubeObject): Readiness {
    const phase = textAt(pod, "status", "phase");
    if (phase === "Succeeded" || conditionOf(pod, "Ready")?.status === "True") {
        return READY;
    }
    return { ...missing(`the pod is ${phase || "not taken up yet"} and not ready`), failed: phase === "Failed" };
}

/**
 * Ready when it is bound. A claim whose class binds only for the first pod that uses it is ready while it is
 * pending, since that pod may come after it.
 */
export function claimReadiness(claim: KubeObject, bindingMode: string): Readiness {
    const phase = textAt(claim, "status", "phase");
    if (phase === "Bound" || (phase === "Pending" && bindingMode === "WaitForFirstConsumer")) {
        return READY;
    }
    return missing(`the claim is ${phase || "not taken up yet"}, expected Bound`);
}

/** Ready when it can be claimed or is. */
export function volumeReadiness(volume: KubeObject): Readiness {
    const phase = textAt(volume, "status", "phase");
    return ["Available", "Bound"].includes(phase) ? READY : missing(`the volume is ${phase || "not taken up yet"}`);
}

/** Ready when the quota is in force. */
export function quotaReadiness(quota: KubeObject): Readiness {
    const [wanted, inForce] = [at(quota, "spec", "hard"), at(quota, "status", "hard")];
    return sameValue(wanted, inForce) ? READY : missing("the quota is not in force yet");
}

/**
 * Ready when no pod that it selects is unready, and a load balancer has an address.
 *
 * @param slices the endpoint slices of the service
 * @param waitedMs since it was written: a service that selects no pods by then is left without
 */
export function serviceReadiness(service: KubeObject, slices: readonly KubeObject[], waitedMs: number): Readiness {
    const messages: string[] = [];
    if (selectsPods(service)) {
        const endpoints = slices.flatMap((slice) => mapsAt(slice, "endpoints"));
        const staying = endpoints.filter((endpoint) => !isTerminating(endpoint));
        const unready = staying.filter((endpoint) => isMap(endpoint.conditions) && endpoint.conditions.ready === false);
        if (unready.length > 0) {
            messages.push(`${unready.length} of ${staying.length} pods that the service selects are not ready`);
        } else if (staying.length === 0 && waitedMs < SETTLING_MS) {
            messages.push("the service selects no pods: none are ready, or spec.selector matches the labels of none");
        }
    }
    if (textAt(service, "spec", "type") === "LoadBalancer" && !hasLoadBalancer(service)) {
        messages.push("the service has no address of a load balancer: does this cluster give any?");
    }
    return messages.length === 0 ? READY : missing(...messages);
}

/** Whether the service has a selector and an address to reach the pods by. */
export function selectsPods(service: KubeObject): boolean {
    const spec = isMap(service.spec) ? service.spec : {};
    const selects = isMap(spec.selector) && Object.keys(spec.selector).length > 0;
    return selects && spec.clusterIP !== "None" && spec.type !== "ExternalName";
}

/**
 * Ready when a controller has noted its address.
 *
 * @param withEndpoints names of services that have endpoints
 * @param waitedMs since it was written: rules for services without endpoints by then are left
 */
export function ingressReadiness(ingress: KubeObject, withEndpoints: readonly string[], waitedMs: number): Readiness {
    const messages: string[] = [];
    const services = mapsAt(ingress, "spec", "rules")
        .flatMap((rule) => mapsAt(rule, "http", "paths"))
        .map((path) => textAt(path, "backend", "service", "name"));
    const without = [...new Set(services)].filter((name) => name !== "" && !withEndpoints.includes(name));
    if (without.length > 0 && waitedMs < SETTLING_MS) {
        messages.push(`the ingress has rules for services without endpoints: ${without.join(", ")}`);
    }
    if (!hasLoadBalancer(ingress)) {
        messages.push(
            "the ingress has no address in status.loadBalancer: no controller has taken it up, or the controller " +
                "notes none (then annotate it with pulumi.com/skipAwait)",
        );
    }
    return messages.length === 0 ? READY : missing(...messages);
}

function isObserved(object: KubeObject): boolean {
    const generation = numberAt(0, object, "metadata", "generation");
    return numberAt(-1, object, "status", "observedGeneration") >= generation;
}

// What the controller itself says is wrong.
function troubles(deployment: KubeObject): string[] {
    return mapsAt(deployment, "status", "conditions")
        .filter(({ type, status }) =>
            type === "ReplicaFailure" ? status === "True" : type === "Progressing" && status === "False",
        )
        .map((condition) => `[${textAt(condition, "reason")}] ${textAt(condition, "message")}`);
}

function hasLoadBalancer(object: KubeObject): boolean {
    return mapsAt(object, "status", "loadBalancer", "ingress").length > 0;
}

function isTerminating(endpoint: KubeObject): boolean {
    return isMap(endpoint.conditions) && endpoint.conditions.terminating === true;
}

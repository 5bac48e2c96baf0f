// The objects that an environment in a cluster is made of, and which wait for which, as Pulumi's state and its
// NetworkPolicies tell it (pure).
import { LABELS } from "../../components/support/labels";
import { asRecord } from "../../scripts/stack/settings";
import { KubernetesObject } from "../../toolchain/cluster/api";
import { StateResource } from "../stack";
import { nearestDependencies } from "./order";

/** An object, as it was given to the cluster. */
export interface RecordedObject {
    /** Tells it from all others, also from others who apply other fields of the same object. */
    id: string;
    object: KubernetesObject;
    /** The ids of those that must be ready before it is made. */
    after: string[];
}

/** What runs pods, and is ready when they are. */
const RUNS_PODS = new Set(["Deployment", "StatefulSet", "Job", "CronJob"]);

/** The objects in a state that was exported with its secrets. */
export function recordedObjects(resources: readonly StateResource[]): RecordedObject[] {
    const order = [...nearestDependencies(resources, ({ type }) => type.startsWith("kubernetes:"))];
    const objects = order.map(([{ urn, inputs }, before]) => ({
        id: idOf(urn),
        object: revealed(inputs) as KubernetesObject,
        after: before.map((each) => idOf(each.urn)),
    }));
    const called = callees(objects.map(({ object }) => object));
    return objects.map(({ id, object, after }) => {
        const callers = RUNS_PODS.has(object.kind) ? (called.get(instanceOf(object) ?? "") ?? []) : [];
        const answering = objects.filter(
            (each) => RUNS_PODS.has(each.object.kind) && callers.includes(instanceOf(each.object) ?? ""),
        );
        return { id, object, after: [...new Set([...after, ...answering.map((each) => each.id)])].sort() };
    });
}

/**
 * The instances that each instance calls, by their labels. Who calls makes a policy of its own at what it calls, and was
 * made when that was ready, of which Pulumi's state says nothing.
 */
export function callees(objects: readonly KubernetesObject[]): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const object of objects.filter(({ kind }) => kind === "NetworkPolicy")) {
        const caller = instanceOf(object);
        const { podSelector } = asRecord(object.spec);
        const callee = asRecord(asRecord(podSelector).matchLabels)[LABELS.instance];
        if (caller !== undefined && typeof callee === "string" && caller !== callee) {
            found.set(caller, [...(found.get(caller) ?? []), callee]);
        }
    }
    return found;
}

function instanceOf({ metadata }: KubernetesObject): string | undefined {
    const instance = asRecord(metadata.labels)[LABELS.instance];
    return typeof instance === "string" ? instance : undefined;
}

/** The type and the name; types of parents would make it longer than a manager's name may be. */
function idOf(urn: string): string {
    const [type, name] = urn.split("::").slice(2);
    return `${type.split(":").at(-1)}-${name}`;
}

/** Shown secrets are JSON inside of marked records, wherever they stand. */
export function revealed(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(revealed);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const record = value as Record<string, unknown>;
    return typeof record.plaintext === "string" && SECRET_MARK in record
        ? revealed(JSON.parse(record.plaintext))
        : Object.fromEntries(Object.entries(record).map(([key, each]) => [key, revealed(each)]));
}

/** Pulumi's mark of a value that is not what it seems. */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

// Objects that a killed command was making in a cluster.
import { setTimeout as sleep } from "node:timers/promises";

import type { KubernetesObject, KubernetesObjectApi, V1PersistentVolumeClaimList } from "@kubernetes/client-node";

import { Stack } from "..";
import { openCluster } from "../../cluster/client";
import { hasLabels } from "../../cluster/services";
import { selectorOf } from "../../runtime/kubernetes";
import { membershipOf } from "../membership";
import { identity, Operation, Removing, Unfinished } from "./state";

/** Longer than any pod of ours takes to go. */
const GONE_WITHIN_MS = 5 * 60_000;

/** What was being made, if it may be removed: claims hold data, and a patch is of an object that is another's. */
export function inCluster({ resource: { type, inputs = {} } }: Operation): Unfinished | undefined {
    const { apiVersion, kind, metadata } = inputs;
    const { name, namespace } = (metadata ?? {}) as Record<string, unknown>;
    const isOurs = type.startsWith("kubernetes:") && !type.endsWith("Patch") && kind !== "PersistentVolumeClaim";
    return isOurs && typeof apiVersion === "string" && typeof kind === "string" && typeof name === "string"
        ? { kind, name, type, object: { apiVersion, ...(typeof namespace === "string" ? { namespace } : {}) } }
        : undefined;
}

/** The id of its resource. */
export function idOf({ name, object }: Unfinished): string {
    return object?.namespace === undefined ? name : `${object.namespace}/${name}`;
}

/** Removes it if it is there and not known, and waits until it is gone; tells what it removes. */
export async function removeFromCluster(
    stack: Stack,
    unfinished: Unfinished,
    { known, again, tell }: Removing,
): Promise<void> {
    const { kind, name, type, object } = unfinished;
    if (stack.cluster === undefined || known.has(identity({ type, id: idOf(unfinished) }))) {
        return;
    }
    const { library, config, core } = await openCluster(stack.cluster);
    const api = library.KubernetesObjectApi.makeApiClient(config);
    const header = { apiVersion: object?.apiVersion, kind, metadata: { name, namespace: object?.namespace } };
    const live = await read(api, header);
    // Who was refused because something of this name is there has not made that.
    if (live === undefined || !hasLabels(live.metadata?.labels ?? {}, selectorOf(membershipOf(stack)))) {
        return;
    }
    if (kind === "Namespace" && holdsClaims(await core.listNamespacedPersistentVolumeClaim({ namespace: name }))) {
        return;
    }
    tell();
    if (kind === "StatefulSet" && again) {
        const retain = { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain" } } };
        await api.patch({ ...header, ...retain }, undefined, undefined, undefined, undefined, library.PatchStrategy.MergePatch);
    }
    await api.delete(header, undefined, undefined, undefined, undefined, "Foreground");
    for (const end = Date.now() + GONE_WITHIN_MS; (await read(api, header))?.metadata?.uid === live.metadata?.uid;) {
        if (Date.now() > end) {
            throw new Error(`The ${kind} ${idOf(unfinished)}, which a killed command was making, does not go: see its events.`);
        }
        await sleep(1000);
    }
}

function holdsClaims({ items }: V1PersistentVolumeClaimList): boolean {
    return items.length > 0;
}

type Header = Parameters<KubernetesObjectApi["read"]>[0];

async function read(api: KubernetesObjectApi, header: Header): Promise<KubernetesObject | undefined> {
    try {
        return await api.read(header);
    } catch (error) {
        if ((error as { code?: unknown }).code === 404) {
            return undefined;
        }
        throw error;
    }
}

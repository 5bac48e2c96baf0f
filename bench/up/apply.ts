// Makes recorded objects by the cluster's API, as a careful shell script does it with kubectl: each when those that it
// needs are ready.
import { setTimeout as sleep } from "node:timers/promises";

import { Api, pathOf } from "../../toolchain/cluster/api";
import * as readiness from "../../toolchain/kubernetes-plugin/awaiting/readiness";
import { KubeObject } from "../../toolchain/kubernetes-plugin/objects";
import { RecordedObject } from "./objects";

/** As often as the script for an engine looks. */
const POLL_MS = 200;
const TIMEOUT_MS = 600_000;

/** What is waited for; all others are ready when they are there. */
const JUDGES: Readonly<Record<string, (object: KubeObject) => readiness.Readiness>> = {
    // kubectl rollout status
    Deployment: readiness.deploymentReadiness,
    StatefulSet: readiness.statefulSetReadiness,
    // kubectl wait --for=condition=complete
    Job: readiness.jobReadiness,
    // kubectl wait --for=jsonpath={.status.loadBalancer.ingress}
    Service: (service) => readiness.serviceReadiness(service, [], Number.POSITIVE_INFINITY),
};

/** Makes them all. The first failure ends it. */
export async function applyAll(api: Pick<Api, "apply" | "json">, objects: readonly RecordedObject[]): Promise<void> {
    const made = new Map<string, Promise<void>>();
    let failed = false;
    const make = async ({ id, object, after }: RecordedObject): Promise<void> => {
        try {
            await Promise.all(after.map((each) => made.get(each)));
            if (!failed) {
                await api.apply(object, `bench-${id}`);
                await untilReady(api, object);
            }
        } catch (error) {
            failed = true;
            throw error;
        }
    };
    for (const each of inOrder(objects)) {
        made.set(each.id, make(each));
    }
    const ends = await Promise.allSettled(made.values());
    const failure = ends.find((end) => end.status === "rejected");
    if (failure) {
        throw failure.reason;
    }
}

/** Each after all that it waits for. Throws when some wait for one another. */
export function inOrder(objects: readonly RecordedObject[]): RecordedObject[] {
    const ordered: RecordedObject[] = [];
    const done = new Set<string>();
    let left = [...objects];
    while (left.length > 0) {
        const next = left.filter(({ after }) => after.every((id) => done.has(id)));
        if (next.length === 0) {
            throw new Error(`These wait for one another, or for what is not there: ${left.map(({ id }) => id).join(", ")}`);
        }
        next.forEach(({ id }) => done.add(id));
        ordered.push(...next);
        left = left.filter(({ id }) => !done.has(id));
    }
    return ordered;
}

async function untilReady(api: Pick<Api, "json">, object: RecordedObject["object"]): Promise<void> {
    const judge = JUDGES[object.kind];
    if (judge === undefined) {
        return;
    }
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
        const state = judge(await api.json<KubeObject>(pathOf(object)));
        if (state.ready) {
            return;
        }
        if (state.failed || Date.now() > deadline) {
            throw new Error(`${object.kind} ${object.metadata.name} is not ready: ${state.messages.join("; ")}`);
        }
        await sleep(POLL_MS);
    }
}

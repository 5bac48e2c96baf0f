// When each replica of some parts became ready, watched while they come and go.
import { LABELS } from "../../../components/support/labels";
import { request } from "../../engine/support/http";
import { ClusterStack, Pod } from "./environment";

/** A replica as it was seen. */
export interface Replica {
    part: string;
    /** Its pod's name, which traces call the instance. */
    name: string;
    /** Milliseconds since the epoch. */
    ready: number;
}

/** Replicas that are watched. */
export interface WatchedReplicas {
    /** Ends the watch; gives those that came since it began and became ready. */
    stop(): Promise<Replica[]>;
    /** When a collector was first seen to have taken spans, by its pod's name. */
    readonly tookSpans: ReadonlyMap<string, number>;
}

const PERIOD_MS = 1000;

/** Watches the pods of these parts until it is stopped. */
export async function watchReplicas(stack: ClusterStack, parts: readonly string[]): Promise<WatchedReplicas> {
    const of = async () => (await stack.pods()).filter(({ metadata }) => parts.includes(metadata.labels[LABELS.instance]));
    const before = new Set((await of()).map(({ metadata }) => metadata.name));
    const replicas = new Map<string, Replica>();
    const tookSpans = new Map<string, number>();
    let going = true;
    const look = async () => {
        const pods = await of();
        for (const { metadata, status } of pods.filter((pod) => !before.has(pod.metadata.name))) {
            const since = status.conditions?.find(({ type, status: is }) => type === "Ready" && is === "True")?.lastTransitionTime;
            if (since !== undefined && !replicas.has(metadata.name)) {
                replicas.set(metadata.name, { part: metadata.labels[LABELS.instance], name: metadata.name, ready: Date.parse(since) });
            }
        }
        const collectors = pods.filter(({ metadata }) => metadata.labels[LABELS.component] === "collector" && !tookSpans.has(metadata.name));
        await Promise.all(
            collectors.map(async (pod) => {
                if (await hasTakenSpans(pod)) {
                    tookSpans.set(pod.metadata.name, Date.now());
                }
            }),
        );
    };
    const watching = (async () => {
        while (going) {
            await look();
            await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
        }
    })();
    // Who stops it hears of what went wrong.
    watching.catch(() => undefined);
    return {
        tookSpans,
        async stop() {
            going = false;
            await watching;
            return [...replicas.values()];
        },
    };
}

const TAKEN = /^otelcol_receiver_accepted_spans(?:_total)?\{.*\} (\S+)$/gm;

/** Whether a collector counts spans that it has taken; one that starts or goes may not answer. */
async function hasTakenSpans({ status: { podIP } }: Pod): Promise<boolean> {
    if (podIP === undefined) {
        return false;
    }
    const body = await request(8888, "/metrics", { address: podIP }).then((answer) => answer.body, () => "");
    return [...body.matchAll(TAKEN)].some(([, taken]) => Number(taken) > 0);
}

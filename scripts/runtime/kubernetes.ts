// An environment in a Kubernetes cluster, asked by its API.
import { PassThrough, Writable } from "node:stream";

import type { V1Pod, V1Status } from "@kubernetes/client-node";

import { LABELS } from "../../components/support/labels";
import { Cluster, openCluster } from "../cluster/client";
import { jobMaker, lastWarning, makerTroubles, setMaker } from "../cluster/makers";
import { isRestarting, Selector, selectorText, troubleOf } from "../cluster/pods";
import { Membership } from "../stack/membership";
import { EnvironmentCluster, Instance, LogPart, Runtime } from ".";

/** As on a Docker engine, where a container is "Up 59 seconds". */
const RESTARTED_MS = 60_000;

/** The labels of an environment's pods. */
export function selectorOf({ partOf, environmentId }: Membership): Selector {
    return { [LABELS.partOf]: partOf, ...(environmentId ? { [LABELS.environmentId]: environmentId } : {}) };
}

/** A Kubernetes cluster. */
export class KubernetesRuntime implements Runtime {
    public readonly noun = "pod";
    private opened: Promise<Cluster> | undefined;

    constructor(
        private readonly membership: Membership,
        private readonly address: EnvironmentCluster,
    ) {}

    async instances(): Promise<Instance[]> {
        try {
            const pods = await this.pods();
            return await Promise.all(pods.map((pod) => this.instanceOf(pod)));
        } catch {
            return [];
        }
    }

    async warnings(): Promise<string[]> {
        try {
            const { library, config, core } = await this.cluster();
            const [apps, batch] = [config.makeApiClient(library.AppsV1Api), config.makeApiClient(library.BatchV1Api)];
            const { namespace } = this.address;
            const of = { labelSelector: selectorText(selectorOf(this.membership)) };
            const [replicaSets, statefulSets, jobs, events] = await (namespace === undefined
                ? Promise.all([
                      apps.listReplicaSetForAllNamespaces(of),
                      apps.listStatefulSetForAllNamespaces(of),
                      batch.listJobForAllNamespaces(of),
                      core.listEventForAllNamespaces({ fieldSelector: "type=Warning" }),
                  ])
                : Promise.all([
                      apps.listNamespacedReplicaSet({ namespace, ...of }),
                      apps.listNamespacedStatefulSet({ namespace, ...of }),
                      batch.listNamespacedJob({ namespace, ...of }),
                      core.listNamespacedEvent({ namespace, fieldSelector: "type=Warning" }),
                  ]));
            const makers = [
                ...replicaSets.items.map((each) => setMaker("ReplicaSet", each)),
                ...statefulSets.items.map((each) => setMaker("StatefulSet", each)),
                ...jobs.items.map(jobMaker),
            ];
            return makerTroubles(makers, events.items);
        } catch {
            return [];
        }
    }

    async log({ id }: Pick<Instance, "id">, { since, lines }: LogPart): Promise<string> {
        const [namespace, name] = id.split("/");
        try {
            const { core } = await this.cluster();
            const pod = await core.readNamespacedPod({ namespace, name });
            const parts = await Promise.all(
                startedContainers(pod).map((container) =>
                    core
                        .readNamespacedPodLog({
                            ...{ namespace, name, container, tailLines: lines },
                            ...(since === undefined ? {} : { sinceSeconds: secondsSince(since, Date.now()) }),
                        })
                        .catch(() => ""),
                ),
            );
            return parts.filter((part) => part !== "").join("\n");
        } catch {
            return "";
        }
    }

    async run({ id }: Pick<Instance, "id">, command: readonly string[], input?: string): Promise<string> {
        const [namespace, name] = id.split("/");
        const { library, config, core } = await this.cluster();
        const container = (await core.readNamespacedPod({ namespace, name })).spec?.containers[0].name ?? "";
        const [out, err]: Buffer[][] = [[], []];
        const status = await new Promise<V1Status>((resolve, reject) => {
            const stdin = input === undefined ? null : new PassThrough();
            new library.Exec(config)
                .exec(namespace, name, container, [...withInput(command, input)], into(out), into(err), stdin, false, resolve)
                .then((web) => {
                    web.onclose = () => reject(new Error(`${name}: the connection to ${command[0]} was closed`));
                    // Its end can't be told to every API server, hence `withInput`.
                    stdin?.write(input);
                }, reject);
        });
        if (status.status === "Success") {
            return Buffer.concat(out).toString();
        }
        throw new Error(Buffer.concat(err).toString().trim() || status.message || `${command[0]} failed`);
    }

    private cluster(): Promise<Cluster> {
        return (this.opened ??= openCluster(this.address));
    }

    private async pods(): Promise<V1Pod[]> {
        const { core } = await this.cluster();
        const labelSelector = selectorText(selectorOf(this.membership));
        const { namespace } = this.address;
        const { items } = await (namespace === undefined
            ? core.listPodForAllNamespaces({ labelSelector })
            : core.listNamespacedPod({ namespace, labelSelector }));
        return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    }

    private async instanceOf(pod: V1Pod): Promise<Instance> {
        const { name = "", namespace = "", labels = {} } = pod.metadata ?? {};
        const trouble = troubleOf(pod);
        return {
            id: `${namespace}/${name}`,
            name,
            component: labels[LABELS.component] ?? "",
            running: pod.status?.phase === "Running",
            address: pod.status?.podIP,
            restarting: isRestarting(pod, Date.now(), RESTARTED_MS),
            trouble: trouble === undefined ? undefined : await this.withEvents(trouble, pod),
        };
    }

    /** A trouble with what the last warnings about the pod and its claims say, where that is something else. */
    private async withEvents(trouble: string, { metadata, spec }: V1Pod): Promise<string> {
        try {
            const { core } = await this.cluster();
            const namespace = metadata?.namespace ?? "";
            const claims = (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
            const { items } = await core.listNamespacedEvent({ namespace, fieldSelector: "type=Warning" });
            const said = [metadata?.name, ...claims]
                .map((name) => lastWarning(items.filter(({ involvedObject }) => involvedObject.name === name)))
                .filter((warning) => warning !== undefined && !trouble.includes(warning.replace(/^\S+: /, "")));
            return [trouble, ...said].join(". ");
        } catch {
            return trouble;
        }
    }
}

/** Containers that have a log: those that started once. */
function startedContainers({ status }: V1Pod): string[] {
    return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
        .filter(({ state, lastState }) => state?.running ?? state?.terminated ?? lastState?.terminated)
        .map(({ name }) => name);
}

/** The API counts in whole seconds, at least one. */
export function secondsSince(since: number, now: number): number {
    return Math.max(1, Math.ceil((now - since) / 1000));
}

/** A command that gets exactly its input and then an end of file, whatever is heard of that end over the network. */
export function withInput(command: readonly string[], input: string | undefined): readonly string[] {
    return input === undefined
        ? command
        : ["sh", "-c", 'head -c "$0" | "$@"', String(Buffer.byteLength(input)), ...command];
}

function into(chunks: Buffer[]): Writable {
    return new Writable({
        write(chunk: Buffer, _, done) {
            chunks.push(chunk);
            done();
        },
    });
}

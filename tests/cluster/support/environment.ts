// A stack in the local cluster, with what the tests look at of its pods.
import { LABELS } from "../../../components/support/labels";
import { selectorText } from "../../../scripts/cluster/pods";
import { selectorOf } from "../../../scripts/runtime/kubernetes";
import { LocalFolder } from "../../../scripts/stack/localFolder";
import { openProject } from "../../../scripts/stack/project";
import { ensureCluster } from "../../../toolchain/cluster";
import { Api } from "../../../toolchain/cluster/api";
import { podProcess } from "../../../toolchain/cluster/podProcess";
import { ROOT, run } from "../../engine/support/command";
import { request } from "../../engine/support/http";
import { LoadResult } from "../../engine/support/load";
import { TestStack } from "../../engine/support/stack";
import { eventually } from "../../engine/support/wait";
import { CronJob } from "./cronJob";
import { Namespace } from "./namespace";

/** What the API says of a pod, as far as the tests look. */
export interface Pod {
    metadata: { name: string; namespace: string; uid: string; labels: Record<string, string>; deletionTimestamp?: string };
    spec: {
        securityContext?: Record<string, unknown>;
        containers: { name: string; image: string; securityContext?: Record<string, unknown> }[];
    };
    status: {
        phase: string;
        podIP?: string;
        conditions?: { type: string; status: string; lastTransitionTime: string }[];
    };
}

/** What `verify` prints for programs, as far as the tests look. */
export interface Verification {
    whole: boolean;
    notes: string[];
    apps: {
        checks: { name: string; verdict: string; hop: string | null; evidence: string[] }[];
        traces: { traceId: string; instance: string; spans: { service: string }[] }[];
    }[];
}

/** The broken checks, by hop, with their evidence. */
export const broken = ({ apps }: Verification) =>
    apps.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === "broken").map(({ hop, evidence }) => ({ hop, evidence })));

const isReady = ({ metadata, status }: Pod) =>
    !metadata.deletionTimestamp && status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;

/** So many traces are asked for at once. */
const AT_ONCE = 16;

/** A stack in the local cluster, whose settings are those of the stack `k8s`, but for its port. */
export class ClusterStack extends TestStack {
    private opened: Api | undefined;

    constructor(name: string, port: number) {
        // The port of Jaeger's UI is nobody's in a cluster.
        super(name, { web: port, jaegerUi: 16686 }, ROOT, "k8s");
        delete this.settings.ingress.jaegerUiPort;
    }

    /** Lets each instance reserve only so much CPU: a node of two processors then holds many. */
    reserve(cpu: string): void {
        const { storage, ingress, tracing, apps } = this.settings;
        const databases = (this.settings.databases ?? {}) as Record<string, Record<string, unknown>>;
        for (const part of [storage, ingress, ...Object.values(apps), ...Object.values(databases)]) {
            part.kubernetes = { ...(part.kubernetes as object), cpu };
        }
        this.settings.tracing = { ...tracing, kubernetes: { ...(tracing?.kubernetes as object), collectorCpu: cpu, queryCpu: cpu } };
    }

    /** What `verify` says; `expect` is the exit code it must end with. */
    async verify(expect: number | "any" = 0, ...args: string[]): Promise<Verification> {
        return JSON.parse((await this.command("verify", ["--json", ...args], expect)).stdout) as Verification;
    }

    /** The cluster's API. */
    async api(): Promise<Api> {
        return (this.opened ??= new Api((await ensureCluster()).kubeconfig));
    }

    /** What finds all that belongs to the stack: not a stack of the same name of another checkout. */
    private get selector(): string {
        const { environmentId } = new LocalFolder(openProject());
        return `labelSelector=${encodeURIComponent(selectorText(selectorOf({ partOf: this.partOf, environmentId })))}`;
    }

    protected override async removeOfAllCheckouts(): Promise<void> {
        const api = await this.api();
        const selector = encodeURIComponent(`${LABELS.partOf}=${this.partOf}`);
        const { items } = await api.json<{ items: { metadata: { name: string } }[] }>(`/api/v1/namespaces?labelSelector=${selector}`);
        await Promise.all(items.map(({ metadata }) => new Namespace(api, metadata.name).remove()));
    }

    private async allPods(): Promise<Pod[]> {
        return (await (await this.api()).json<{ items: Pod[] }>(`/api/v1/pods?${this.selector}`)).items;
    }

    /** Its pods that are not on their way out. */
    async pods(): Promise<Pod[]> {
        return (await this.allPods()).filter(({ metadata }) => !metadata.deletionTimestamp);
    }

    /** The pods of a part with those that are on their way out: they still do their work for a while. */
    async atWork(part: string): Promise<Pod[]> {
        return (await this.allPods()).filter(({ metadata }) => metadata.labels[LABELS.instance] === part);
    }

    /** The pods of a part that are ready, e.g. `main-collector`. */
    async ready(part: string): Promise<Pod[]> {
        return (await this.pods()).filter((pod) => pod.metadata.labels[LABELS.instance] === part && isReady(pod));
    }

    /** One pod of a part that is ready. */
    async pod(part: string): Promise<Pod> {
        const [pod] = await this.ready(part);
        if (!pod) {
            throw new Error(`no pod of ${part} is ready`);
        }
        return pod;
    }

    /** Deletes a pod, and waits until as many of its part are ready as before, none of which is that one. */
    async replace({ metadata: { name, namespace, labels } }: Pod): Promise<void> {
        const part = labels[LABELS.instance];
        const before = (await this.ready(part)).length;
        const { uid } = (await this.ready(part)).find((pod) => pod.metadata.name === name)!.metadata;
        await (await this.api()).json(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: "DELETE" });
        const others = async () => (await this.ready(part)).filter((pod) => pod.metadata.uid !== uid);
        expect(await eventually(others, (pods) => pods.length >= before, 180)).toHaveLength(before);
    }

    /** Takes all pods of a part away until the work is done. */
    async without(part: string, work: () => Promise<void>): Promise<void> {
        const api = await this.api();
        const { namespace } = (await this.pod(part)).metadata;
        const list = `/apis/apps/v1/namespaces/${namespace}/deployments`;
        const { items } = await api.json<{ items: { metadata: Pod["metadata"]; spec: { replicas: number } }[] }>(list);
        const { metadata, spec } = items.find((each) => each.metadata.labels[LABELS.instance] === part)!;
        const scale = (replicas: number) =>
            api.json(`${list}/${metadata.name}/scale`, {
                ...{ method: "PATCH", contentType: "application/merge-patch+json", body: { spec: { replicas } } },
            });
        await scale(0);
        try {
            expect(await eventually(() => this.atWork(part), (pods) => pods.length === 0, 90)).toEqual([]);
            await work();
        } finally {
            await scale(spec.replicas);
            await eventually(() => this.ready(part), (pods) => pods.length === spec.replicas, 120);
        }
    }

    /** How many of these traces are read back. The node itself may ask each pod. */
    async stored(traces: readonly string[]): Promise<number> {
        const { podIP } = (await this.pod("main-query")).status;
        let found = 0;
        for (let from = 0; from < traces.length; from += AT_ONCE) {
            const asked = traces
                .slice(from, from + AT_ONCE)
                .map((id) => request(16686, `/api/v3/traces/${id}`, { address: podIP }));
            found += (await Promise.all(asked)).filter(({ status }) => status === 200).length;
        }
        return found;
    }

    /** The CronJob of a part. */
    async cronJob(part: string): Promise<CronJob> {
        const { items } = await (await this.api()).json<{ items: CronJob[] }>(`/apis/batch/v1/cronjobs?${this.selector}`);
        return items.find(({ metadata }) => metadata.labels[LABELS.instance] === part)!;
    }

    /** A process of a pod on this machine: the first one of its main container. */
    async processOf({ metadata: { uid } }: Pod): Promise<string> {
        return String(podProcess(uid));
    }

    /** Whether a port of a pod takes a connection that comes from inside another one. */
    async opens(from: Pod, to: Pod, port: number): Promise<boolean> {
        // In the network namespace of the pod, with a shell of this machine: not every image has a client.
        const probe = ["timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${to.status.podIP}/${port}`];
        const { code } = await run("nsenter", ["--target", await this.processOf(from), "--net", ...probe], { expect: "any" });
        return code === 0;
    }

    /** How many orders of a load are in the shop's database: the client's count when none was lost or made twice. */
    async ordersMade({ customer }: LoadResult): Promise<number> {
        const query = `SELECT count(*) FROM shop_order WHERE customer = '${customer}'`;
        const { stdout } = await run("nsenter", [
            ...["--target", await this.processOf(await this.pod("database-shop")), "--all"],
            ...["psql", "--username=shop", "--dbname=shop", "--tuples-only", "--no-align", `--command=${query}`],
        ]);
        return Number(stdout);
    }

    /** Everything in the cluster that belongs to the stack, by kind and name. */
    async inCluster(): Promise<string[]> {
        const api = await this.api();
        const found: string[] = [];
        for (const kind of KINDS) {
            const { items } = await api.json<{ items: { metadata: { name: string } }[] }>(`${kind}?${this.selector}`);
            found.push(...items.map(({ metadata }) => `${kind.split("/").at(-1)}/${metadata.name}`));
        }
        return found;
    }
}

/** The kinds of which a stack has objects, as paths of the API. */
const KINDS = [
    ...["namespaces", "pods", "services", "configmaps", "secrets", "serviceaccounts", "persistentvolumeclaims"].map(
        (name) => `/api/v1/${name}`,
    ),
    ...["deployments", "statefulsets", "replicasets"].map((name) => `/apis/apps/v1/${name}`),
    ...["jobs", "cronjobs"].map((name) => `/apis/batch/v1/${name}`),
    ...["networkpolicies", "ingresses"].map((name) => `/apis/networking.k8s.io/v1/${name}`),
    "/apis/policy/v1/poddisruptionbudgets",
    "/apis/autoscaling/v2/horizontalpodautoscalers",
];

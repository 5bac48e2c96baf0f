// The benchmarks' stack in the local Kubernetes cluster, whose node is this machine.
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import type { V1Pod } from "@kubernetes/client-node";

import { selectorText } from "../../scripts/cluster/pods";
import { runtimeOfStack } from "../../scripts/runtime";
import { selectorOf } from "../../scripts/runtime/kubernetes";
import { Stack } from "../../scripts/stack";
import { membershipOf } from "../../scripts/stack/membership";
import { Api, ApiError, KubernetesObject } from "../../toolchain/cluster/api";
import { NODE_ADDRESS } from "../../toolchain/cluster/layout";
import { podProcess } from "../../toolchain/cluster/podProcess";
import { runProgram } from "../program";
import { Beside, BenchPlatform, Differences, Measured } from ".";
import { cpuSecondsOf } from "./cgroup";
import { podLike } from "./pod";

/** On objects beside a stack's own; its value says which stack's. */
const BESIDE = "traced-environment/beside";

/** What admits instances beside a stack's own to those of the stack. */
const POLICY = "bench-beside";

const POLL_MS = 100;
const TIMEOUT_MS = 120_000;
const STOP_SECONDS = 15;

/** Kinds whose objects make pods as long as they are not scaled to none. */
const SCALED = ["deployments", "statefulsets"];

/** The local cluster. */
export class KubernetesPlatform implements BenchPlatform {
    private readonly api: Api;
    private started = 0;

    constructor(private readonly stack: Stack) {
        if (stack.cluster?.kubeconfig === undefined) {
            throw new Error(`The stack "${stack.name}" has no local cluster: expected one, whose pods this machine reaches.`);
        }
        this.api = new Api(stack.cluster.kubeconfig);
    }

    async instance(role: string): Promise<Measured> {
        return measured(await this.pod(role));
    }

    async start(role: string, differences: Differences): Promise<Beside> {
        const model = await this.pod(role);
        const namespace = model.metadata!.namespace!;
        const labels = { [BESIDE]: this.label };
        const { secret, pod } = podLike(model, `bench-${role}-${++this.started}`, labels, differences);
        const folder = `/api/v1/namespaces/${namespace}`;
        const { name } = pod.metadata;
        const remove = async (seconds: number) => {
            await this.removeObject(`${folder}/pods/${name}`, seconds);
            await this.removeObject(`${folder}/secrets/${name}`);
        };
        const log = () => this.api.text(`${folder}/pods/${name}/log?tailLines=20`);
        await this.admit(namespace, labels);
        try {
            await this.api.apply(secret);
            await this.api.apply(pod);
            const running = await this.runningPod(`${folder}/pods/${name}`, log);
            if (differences.cpu !== undefined) {
                await pin(podProcess(running.metadata!.uid!), differences.cpu);
            }
            return { ...measured(running), log, stop: () => remove(STOP_SECONDS) };
        } catch (error) {
            await remove(0);
            throw error;
        }
    }

    async hostAddress(): Promise<string> {
        return NODE_ADDRESS;
    }

    async stopAll(): Promise<void> {
        for (const kind of SCALED) {
            for (const { metadata } of await this.listed(`/apis/apps/v1/${kind}`)) {
                await this.api.json(`/apis/apps/v1/namespaces/${metadata.namespace}/${kind}/${metadata.name}/scale`, {
                    method: "PATCH",
                    body: { spec: { replicas: 0 } },
                    contentType: "application/merge-patch+json",
                });
            }
        }
        await this.killPods();
    }

    async removeBeside(): Promise<void> {
        const selector = `labelSelector=${encodeURIComponent(selectorText({ [BESIDE]: this.label }))}`;
        for (const kind of ["/api/v1/pods", "/api/v1/secrets", "/apis/networking.k8s.io/v1/networkpolicies"]) {
            const { items } = await this.api.json<{ items: KubernetesObject[] }>(`${kind}?${selector}`);
            const at = kind.lastIndexOf("/");
            for (const { metadata } of items) {
                const path = `${kind.slice(0, at)}/namespaces/${metadata.namespace}${kind.slice(at)}/${metadata.name}`;
                await this.removeObject(path, 0);
            }
        }
    }

    async removeMade(): Promise<void> {
        const namespaces = await this.listed("/api/v1/namespaces");
        for (const { metadata } of namespaces) {
            // No controller makes pods in one that goes.
            await this.api.json(`/api/v1/namespaces/${metadata.name}`, { method: "DELETE" });
        }
        await this.killPods();
        for (const { metadata } of namespaces) {
            await this.untilGone(`/api/v1/namespaces/${metadata.name}`);
        }
    }

    private get label(): string {
        const { partOf, environmentId } = membershipOf(this.stack);
        return `${partOf}-${environmentId}`;
    }

    private async pod(role: string): Promise<V1Pod> {
        const found = (await runtimeOfStack(this.stack).instances()).find((each) => each.component === role && each.running);
        if (!found) {
            throw new Error(`The stack "${this.stack.name}" has no running pod of the role "${role}".`);
        }
        const [namespace, name] = found.id.split("/");
        return this.api.json<V1Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
    }

    /** The stack's objects of a kind. */
    private async listed(path: string): Promise<KubernetesObject[]> {
        const selector = selectorText(selectorOf(membershipOf(this.stack)));
        return (await this.api.json<{ items: KubernetesObject[] }>(`${path}?labelSelector=${encodeURIComponent(selector)}`)).items;
    }

    /** Ends the stack's pods at once, and waits until they are gone. */
    private async killPods(): Promise<void> {
        const paths = (await this.listed("/api/v1/pods")).map(
            ({ metadata }) => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`,
        );
        await Promise.all(paths.map((path) => this.removeObject(path, 0)));
    }

    /** Lets instances beside the stack's own reach all that is in its namespace. */
    private async admit(namespace: string, labels: Record<string, string>): Promise<void> {
        await this.api.apply({
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: POLICY, namespace, labels },
            spec: {
                podSelector: {},
                policyTypes: ["Ingress"],
                ingress: [{ from: [{ podSelector: { matchLabels: labels } }] }],
            },
        });
    }

    private async runningPod(path: string, log: () => Promise<string>): Promise<V1Pod> {
        const deadline = Date.now() + TIMEOUT_MS;
        for (;;) {
            const pod = await this.api.json<V1Pod>(path);
            const { state } = pod.status?.containerStatuses?.[0] ?? {};
            if (state?.running && pod.status?.podIP) {
                return pod;
            }
            if (state?.terminated) {
                throw new Error(`${path} ended with ${state.terminated.exitCode}. Its log ends:\n${await log()}`);
            }
            if (Date.now() > deadline) {
                throw new Error(`${path} does not run after ${TIMEOUT_MS / 1000} s: ${JSON.stringify(pod.status)}`);
            }
            await sleep(POLL_MS);
        }
    }

    /** Deletes an object and waits until it is gone. */
    private async removeObject(path: string, gracePeriodSeconds?: number): Promise<void> {
        try {
            await this.api.json(path, { method: "DELETE", body: { gracePeriodSeconds } });
        } catch (error) {
            if (!isMissing(error)) {
                throw error;
            }
        }
        await this.untilGone(path);
    }

    private async untilGone(path: string): Promise<void> {
        const deadline = Date.now() + TIMEOUT_MS;
        while (await this.isThere(path)) {
            if (Date.now() > deadline) {
                throw new Error(`${path} is still there after ${TIMEOUT_MS / 1000} s: expected it to be gone.`);
            }
            await sleep(POLL_MS);
        }
    }

    private async isThere(path: string): Promise<boolean> {
        try {
            await this.api.json(path);
            return true;
        } catch (error) {
            if (isMissing(error)) {
                return false;
            }
            throw error;
        }
    }
}

function isMissing(error: unknown): boolean {
    return error instanceof ApiError && error.code === 404;
}

function measured({ metadata, status }: V1Pod): Measured {
    const pid = podProcess(metadata!.uid!);
    return { address: status!.podIP!, cpuSeconds: async () => cpuSecondsOf(pid) };
}

/**
 * Holds a process with all of its threads, and those that they start, to one processor. A thread may be started meanwhile
 * by one that is not held yet: so it is done again until all are.
 */
async function pin(pid: number, cpu: number): Promise<void> {
    do {
        await runProgram("taskset", ["--all-tasks", "--cpu-list", "--pid", String(cpu), String(pid)], { env: process.env });
    } while (!processorsOf(pid).every((processors) => processors === String(cpu)));
}

/** On which processors each thread of a process may run. */
function processorsOf(pid: number): string[] {
    return fs.readdirSync(`/proc/${pid}/task`).flatMap((task) => {
        try {
            const status = fs.readFileSync(`/proc/${pid}/task/${task}/status`, "utf8");
            return [/^Cpus_allowed_list:\t(.*)$/m.exec(status)?.[1] ?? ""];
        } catch {
            // It has ended meanwhile.
            return [];
        }
    });
}

// A namespace of the local cluster for one test file: pods in it run Python scripts, as Pod Security restricted wants.
import { Api, ApiError, KubernetesObject } from "../../../toolchain/cluster/api";
import { eventually } from "../../engine/support/wait";

/** An image with an interpreter, which stands for whatever an app is. */
const IMAGE = "docker.io/library/python:3.11-slim-bookworm";

/** What a pod has besides its script. */
export interface PodOptions {
    labels?: Record<string, string>;
    /** Further fields of the container. */
    container?: object;
    /** Further fields of the pod. */
    pod?: object;
    /** Further fields of the pod's security context. */
    security?: object;
}

/** How a pod ended. */
export interface PodEnd {
    phase: string;
    exitCode: number;
    reason: string;
    log: string;
}

/** The security context of a pod that Pod Security restricted admits. */
export const RESTRICTED_POD = {
    ...{ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
    seccompProfile: { type: "RuntimeDefault" },
};

/** The security context of its containers. */
export const RESTRICTED_CONTAINER = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/** A pod's specification. */
export function podSpec(script: string, { container, pod, security }: PodOptions = {}): object {
    return {
        automountServiceAccountToken: false,
        restartPolicy: "Never",
        terminationGracePeriodSeconds: 1,
        securityContext: { ...RESTRICTED_POD, ...security },
        containers: [
            {
                name: "python",
                image: IMAGE,
                command: ["python3", "-u", "-c", script],
                securityContext: RESTRICTED_CONTAINER,
                ...container,
            },
        ],
        ...pod,
    };
}

/** A namespace that enforces Pod Security restricted. */
export class Namespace {
    private readonly path: string;

    constructor(
        readonly api: Api,
        readonly name: string,
    ) {
        this.path = `/api/v1/namespaces/${name}`;
    }

    async make(): Promise<void> {
        const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
        await this.api.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: this.name, labels } });
        // A pod is refused until the namespace has it.
        await eventually(() => this.api.json(`${this.path}/serviceaccounts/default`).then(yes, no), (there) => there);
    }

    /** Removes the namespace and waits until it is gone with all that is in it. */
    async remove(): Promise<void> {
        await this.api.json(this.path, { method: "DELETE" });
        const gone = await eventually(() => this.api.json(this.path).then(no, yes), (each) => each, 120);
        expect(gone).toBe(true);
    }

    /** Removes what an interrupted run may have left. */
    async removeIfThere(): Promise<void> {
        if (await this.api.json(this.path).then(yes, no)) {
            await this.remove();
        }
    }

    /** Applies an object in this namespace. */
    apply(apiVersion: string, kind: string, name: string, rest: object, labels?: object): Promise<KubernetesObject> {
        return this.api.apply({ apiVersion, kind, metadata: { name, namespace: this.name, labels }, ...rest });
    }

    /** Reads an object of the core API in this namespace, such as `services/web`. */
    get<T>(path: string): Promise<T> {
        return this.api.json<T>(`${this.path}/${path}`);
    }

    /** Runs a script in a pod to its end. */
    async run(name: string, script: string, options: PodOptions = {}): Promise<PodEnd> {
        await this.apply("v1", "Pod", name, { spec: podSpec(script, options) }, options.labels);
        const { status } = await eventually(
            () => this.get<Pod>(`pods/${name}`),
            (pod) => ["Succeeded", "Failed"].includes(pod.status.phase),
            120,
        );
        const terminated = status.containerStatuses?.[0].state.terminated;
        return {
            phase: status.phase,
            exitCode: terminated?.exitCode ?? NaN,
            reason: terminated?.reason ?? JSON.stringify(status),
            log: terminated ? await this.api.text(`${this.path}/pods/${name}/log`) : "",
        };
    }

    /** A Deployment of a script that listens on 8080, waited for, and a Service of the same name. */
    async serve(name: string, script: string, replicas: number, service: object = {}): Promise<void> {
        const labels = { app: name };
        const container = {
            ports: [{ name: "http", containerPort: 8080 }],
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
        };
        await this.apply("apps/v1", "Deployment", name, {
            spec: {
                replicas,
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: podSpec(script, { container, pod: { restartPolicy: "Always" } }),
                },
            },
        });
        await this.apply("v1", "Service", name, {
            spec: { selector: labels, ports: [{ port: 80, targetPort: "http" }], ...service },
        });
        const deployment = `/apis/apps/v1/namespaces/${this.name}/deployments/${name}`;
        const { status } = await eventually(
            () => this.api.json<{ status: { readyReplicas?: number } }>(deployment),
            (seen) => seen.status.readyReplicas === replicas,
            120,
        );
        expect(status.readyReplicas).toBe(replicas);
    }
}

/** The API server's refusal, as code and message. */
export function refusal(error: unknown): string {
    return error instanceof ApiError ? `${error.code} ${error.message}` : String(error);
}

interface Pod {
    status: {
        phase: string;
        containerStatuses?: { state: { terminated?: { exitCode: number; reason: string } } }[];
    };
}

const yes = () => true;
const no = () => false;

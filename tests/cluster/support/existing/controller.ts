// An ingress controller that exists already: Traefik in a namespace of its own, that takes Ingresses and HTTPRoutes.
import * as fs from "node:fs";
import * as path from "node:path";

import { parseAllDocuments } from "yaml";

import { Api, KubernetesObject, pathOf } from "../../../../toolchain/cluster/api";
import { ensureGatewayApiDefinitions } from "../../../../toolchain/executables";
import { eventually } from "../../../engine/support/wait";
import { Namespace, RESTRICTED_CONTAINER, RESTRICTED_POD } from "../namespace";

const NAME = "existing-controller";
const LABEL = "traced-environment/test";
const GATEWAY_API = "gateway.networking.k8s.io";
const RBAC = "rbac.authorization.k8s.io";
/** The port in its pods; a Gateway's listener names it too, for Traefik finds the entry point by it. */
const PORT = 8000;
const HEALTH_PORT = 8080;

/** The controller, by the names that settings have for it. */
export class Controller {
    readonly ingressClass = "existing";
    readonly podLabels = { app: NAME };
    readonly gateway = { name: "shared", namespace: NAME, listener: "web" };
    readonly namespace: Namespace;

    constructor(private readonly api: Api) {
        this.namespace = new Namespace(api, NAME);
    }

    /** Makes it, listening on a port of this machine, and waits until it serves. */
    async make(image: string, port: number): Promise<void> {
        await this.namespace.make();
        for (const object of await this.clusterWide()) {
            if ((await this.labelOf(object)) !== "") {
                await this.api.apply(object);
            }
        }
        await this.namespace.apply("v1", "ServiceAccount", NAME, {});
        await this.namespace.apply("v1", "Service", NAME, {
            spec: { type: "LoadBalancer", selector: this.podLabels, ports: [{ port, targetPort: PORT }] },
        });
        await this.namespace.apply("apps/v1", "Deployment", NAME, {
            spec: {
                replicas: 1,
                selector: { matchLabels: this.podLabels },
                template: { metadata: { labels: this.podLabels }, spec: podSpec(image) },
            },
        });
        const { name, listener } = this.gateway;
        const gateway = () =>
            this.namespace.apply(`${GATEWAY_API}/v1`, "Gateway", name, {
                spec: {
                    gatewayClassName: this.ingressClass,
                    listeners: [
                        { name: listener, protocol: "HTTP", port: PORT, allowedRoutes: { namespaces: { from: "All" } } },
                    ],
                },
            });
        // A kind is served a moment after its definition came.
        expect(await eventually(() => gateway().then(yes, String), (seen) => seen === true)).toBe(true);
        expect(await eventually(() => this.isReady(), (ready) => ready, 120)).toBe(true);
    }

    /** Removes it with all that it brought, also that of a run that was interrupted. */
    async remove(): Promise<void> {
        await this.namespace.removeIfThere();
        for (const object of (await this.clusterWide()).reverse()) {
            if ((await this.labelOf(object)) === NAME) {
                await this.api.json(pathOf(object), { method: "DELETE" });
            }
        }
    }

    /** What is there of it, each object with what changes when somebody changes or replaces it. */
    async objects(): Promise<Record<string, string>> {
        const lists = [
            ...["services", "pods", "serviceaccounts"].map((kind) => `/api/v1/namespaces/${NAME}/${kind}`),
            `/apis/apps/v1/namespaces/${NAME}/deployments`,
            `/apis/${GATEWAY_API}/v1/namespaces/${NAME}/gateways`,
            `/apis/${GATEWAY_API}/v1/gatewayclasses`,
            "/apis/networking.k8s.io/v1/ingressclasses",
        ];
        const found: [string, string][] = [];
        for (const list of lists) {
            const { items } = await this.api.json<{ items: Listed[] }>(list);
            found.push(
                ...items.map(({ metadata: { name, uid, generation }, status }): [string, string] => [
                    `${list.split("/").at(-1)}/${name}`,
                    [uid, generation, status?.containerStatuses?.map(({ restartCount }) => restartCount)].join(" "),
                ]),
            );
        }
        return Object.fromEntries(found);
    }

    /** Routes of all namespaces: Ingresses and HTTPRoutes. */
    async routes(): Promise<string[]> {
        const lists = ["/apis/networking.k8s.io/v1/ingresses", `/apis/${GATEWAY_API}/v1/httproutes`];
        const found = await Promise.all(lists.map((list) => this.api.json<{ items: Listed[] }>(list)));
        return found.flatMap(({ items }, index) =>
            items.map(({ metadata }) => `${lists[index].split("/").at(-1)}/${metadata.name}`),
        );
    }

    /** By its label an object is ours; empty when it is somebody else's, undefined when there is none. */
    private async labelOf(object: KubernetesObject): Promise<string | undefined> {
        const there = await this.api.json(pathOf(object)).catch(() => undefined);
        return there && (((there.metadata.labels ?? {}) as Record<string, string>)[LABEL] ?? "");
    }

    private async isReady(): Promise<boolean> {
        const path = `/apis/apps/v1/namespaces/${NAME}/deployments/${NAME}`;
        const { status } = await this.api.json<{ status: { readyReplicas?: number } }>(path);
        return status.readyReplicas === 1;
    }

    private async clusterWide(): Promise<KubernetesObject[]> {
        const metadata = { name: NAME };
        const objects = [
            ...(await definitions()),
            { apiVersion: `${RBAC}/v1`, kind: "ClusterRole", metadata, rules: RULES },
            {
                ...{ apiVersion: `${RBAC}/v1`, kind: "ClusterRoleBinding", metadata },
                roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: NAME },
                subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAME }],
            },
            {
                ...{ apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: this.ingressClass } },
                spec: { controller: "traefik.io/ingress-controller" },
            },
            {
                ...{ apiVersion: `${GATEWAY_API}/v1`, kind: "GatewayClass", metadata: { name: this.ingressClass } },
                spec: { controllerName: "traefik.io/gateway-controller" },
            },
        ];
        return objects.map((object) => ({ ...object, metadata: { ...object.metadata, labels: { [LABEL]: NAME } } }));
    }
}

interface Listed {
    metadata: { name: string; uid: string; generation?: number };
    status?: { containerStatuses?: { restartCount: number }[] };
}

const READ = ["get", "list", "watch"];
const RULES = [
    { apiGroups: [""], resources: ["namespaces", "nodes", "services", "secrets", "configmaps"], verbs: READ },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: READ },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
    { apiGroups: [GATEWAY_API], resources: ["*"], verbs: [...READ, "update"] },
];

/** The kinds of the Gateway API's standard channel. */
async function definitions(): Promise<KubernetesObject[]> {
    const folder = await ensureGatewayApiDefinitions();
    return fs
        .readdirSync(folder)
        .flatMap((file) => parseAllDocuments(fs.readFileSync(path.join(folder, file), "utf8")))
        .map((document) => document.toJS() as KubernetesObject | null)
        .filter((object) => object?.kind === "CustomResourceDefinition") as KubernetesObject[];
}

function podSpec(image: string): object {
    return {
        serviceAccountName: NAME,
        securityContext: RESTRICTED_POD,
        containers: [
            {
                name: "traefik",
                image,
                args: [
                    ...[`--entrypoints.web.address=:${PORT}`, `--entrypoints.traefik.address=:${HEALTH_PORT}`, "--ping"],
                    ...["--providers.kubernetesingress", "--providers.kubernetesgateway", "--global.checknewversion=false"],
                ],
                readinessProbe: { httpGet: { path: "/ping", port: HEALTH_PORT }, periodSeconds: 1 },
                securityContext: RESTRICTED_CONTAINER,
            },
        ],
    };
}

const yes = () => true;

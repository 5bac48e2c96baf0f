// A whole stack on Kubernetes: every object, and what holds for all of them.
import * as path from "path";

import { parse } from "yaml";

import { checkSettings } from "../../infra/problems";
import { makeStack } from "../../infra/stack";
import { expectGolden } from "../helpers/golden";
import { Manifest, manifestsOf, manifestText } from "../helpers/manifests";
import { PASSWORD, plainTexts, Registered, registeredBy, unmarked } from "../helpers/mocks";
import { known } from "../helpers/outputs";

jest.setTimeout(60_000);

/** The example shop, as Pulumi.k8s.yaml has it. */
const SHOP = {
    platform: "kubernetes",
    kubernetes: { context: "production" },
    environmentId: "t1",
    databases: { shop: {} },
    apps: {
        shop: {
            image: "registry.example.org/shop:1.4.2",
            preset: "django",
            django: { settingsModule: "config.settings" },
            command: ["gunicorn", "config.wsgi:application"],
            replicas: 2,
            environment: { ALLOWED_HOSTS: "shop.localhost", PRICE: "$(cheap) $$" },
            generateSecrets: ["SECRET_KEY"],
            database: "shop",
            tasks: [{ name: "migrate", command: ["python", "manage.py", "migrate", "--noinput"] }],
            route: { host: "shop.localhost" },
        },
    },
};

/** {@link SHOP} where more than one of each runs, and what else can be said. */
const SCALED = {
    ...SHOP,
    kubernetes: {
        context: "production",
        namespace: "shop",
        adoptNamespace: true,
        storageClass: "fast",
        serviceType: "ClusterIP",
        imagePullSecrets: ["registry-login"],
        metricsPeers: [{ namespace: "monitoring", podLabels: { app: "prometheus" } }, { namespace: "ops" }],
        dns: { namespace: "dns", podLabels: { app: "dns" }, port: 1053, addresses: ["169.254.20.10/32"] },
    },
    storage: { keepData: true, kubernetes: { size: "20GiB", cpu: "500m", nodes: 3 } },
    tracing: { collectorReplicas: 2, kubernetes: { collectorMaxReplicas: 4 } },
    canary: { interval: "10m" },
    ingress: { replicas: 2, tls: {}, kubernetes: { maxReplicas: 3, cpu: "250m" } },
    databases: { shop: { kubernetes: { size: "5GiB" } } },
    apps: { shop: { ...SHOP.apps.shop, egress: true, kubernetes: { maxReplicas: 5, cpu: "1" } } },
};

interface Made {
    registered: Registered[];
    outputs: Record<string, any>;
    manifests: Record<string, Manifest>;
}

async function made(settings: object): Promise<Made> {
    const checked = checkSettings(settings, { secretKeys: new Set() });
    expect("problems" in checked ? checked.problems : []).toEqual([]);
    let outputs = {};
    const registered = await registeredBy(() => {
        outputs = "settings" in checked ? makeStack(checked.settings) : {};
    });
    const manifests = Object.fromEntries(
        manifestsOf(registered).map(({ type, logical, manifest }) => [`${type} ${logical}`, manifest]),
    );
    return { registered, outputs, manifests };
}

/** The template of the pods of each object that has one. */
function podTemplates(manifests: Record<string, Manifest>): [string, any][] {
    return Object.entries(manifests).flatMap(([name, { kind, spec }]): [string, any][] => {
        const template = kind === "CronJob" ? spec.jobTemplate.spec.template : spec?.template;
        return template ? [[name, template]] : [];
    });
}

describe("a stack on Kubernetes", () => {
    let shop: Made;
    beforeAll(async () => {
        shop = await made(SHOP);
    });

    it("registers the children that are known and reviewed", () => {
        const lines = shop.registered
            .map(({ type, name, parentType }) => `${parentType || "-"} > ${type} ${name}`)
            .sort();
        expectGolden(path.join(__dirname, "golden/children-kubernetes.txt"), `${lines.join("\n")}\n`);
    });

    it("makes the objects that are known and reviewed", () => {
        expectGolden(path.join(__dirname, "golden/kubernetes.yaml"), manifestText(shop.registered));
    });

    it("uses the provider that it was given for every object", () => {
        const others = shop.registered.filter(
            ({ type, provider }) => type.startsWith("kubernetes:") && !provider?.includes("::kubernetes::"),
        );
        expect(others.map(({ name }) => name)).toEqual([]);
        expect(shop.registered.find(({ type }) => type === "pulumi:providers:kubernetes")?.inputs).toMatchObject({
            context: "production",
            clusterIdentifier: "production",
        });
    });

    it("makes no object of another platform", () => {
        expect(shop.registered.filter(({ type }) => /docker/.test(type))).toEqual([]);
    });

    it("names the cluster and the pods of the ingress for verify", async () => {
        expect((await known(shop.outputs.probes) as { cluster: unknown }).cluster).toEqual({
            context: "production",
            kubeconfig: undefined,
            namespace: "project-stack-t1",
            ingress: {
                selector:
                    "app.kubernetes.io/instance=main-ingress,app.kubernetes.io/part-of=project-stack," +
                    "traced-environment/environment-id=t1",
                ports: { requests: 8000, jaeger: 8686 },
            },
        });
        expect(await known(shop.outputs.urls)).toMatchObject({ apps: { shop: "http://shop.localhost:8080/" } });
    });

    it("shows no secret in an input that is not marked as secret", () => {
        for (const { name, inputs } of shop.registered) {
            const leaks = plainTexts(inputs).filter((text) => text.includes(PASSWORD));
            expect({ name, leaks }).toEqual({ name, leaks: [] });
        }
    });

    it("has pods that Pod Security calls restricted, with a read-only root and no token", () => {
        const templates = podTemplates(shop.manifests);
        expect(templates.length).toBeGreaterThanOrEqual(8);
        for (const [name, { spec }] of templates) {
            expect({ name, ...spec.securityContext }).toMatchObject({
                name,
                runAsNonRoot: true,
                seccompProfile: { type: "RuntimeDefault" },
            });
            expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
            expect(spec.automountServiceAccountToken).toBe(false);
            for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
                expect(container.securityContext).toEqual({
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ["ALL"] },
                    readOnlyRootFilesystem: true,
                });
                expect(container.resources.limits.memory).toBe(container.resources.requests.memory);
                expect(container.resources.requests.cpu).toBeDefined();
            }
        }
    });

    it("asks the app with the host of its route", () => {
        const [container] = shop.manifests["Deployment main-shop"].spec.template.spec.containers;
        for (const probe of ["startupProbe", "readinessProbe"]) {
            expect(container[probe].httpGet).toEqual({
                port: 8000,
                path: "/health",
                httpHeaders: [{ name: "Host", value: "shop.localhost" }],
            });
        }
        expect(container.livenessProbe.tcpSocket).toEqual({ port: 8000 });
    });

    it("starts nothing anew that recovers its data", () => {
        const probes = (name: string) => Object.keys(shop.manifests[name].spec.template.spec.containers[0]).filter((key) => key.endsWith("Probe"));
        expect(probes("StatefulSet main-storage")).toEqual(["readinessProbe"]);
        expect(probes("StatefulSet database-shop")).toEqual(["readinessProbe"]);
        expect(probes("Deployment main-query").sort()).toEqual(["livenessProbe", "readinessProbe", "startupProbe"]);
    });

    it("resolves the fields of a pod before the variables that refer to them, and nothing else", () => {
        const [container] = shop.manifests["Deployment main-shop"].spec.template.spec.containers;
        const names = container.env.map(({ name }: { name: string }) => name);
        const value = (name: string) => container.env.find((each: { name: string }) => each.name === name);
        expect(names.slice(0, 4)).toEqual(["INSTANCE_NAME", "INSTANCE_NAMESPACE", "INSTANCE_NODE", "INSTANCE_UID"]);
        expect(value("OTEL_RESOURCE_ATTRIBUTES").value.split(",")).toEqual([
            "deployment.environment.name=stack",
            "k8s.namespace.name=$(INSTANCE_NAMESPACE)",
            "k8s.node.name=$(INSTANCE_NODE)",
            "k8s.pod.name=$(INSTANCE_NAME)",
            "k8s.pod.uid=$(INSTANCE_UID)",
            "service.instance.id=$(INSTANCE_NAME)",
            "service.namespace=project",
        ]);
        expect(value("PRICE").value).toBe("$$(cheap) $$$");
        expect(value("SECRET_KEY").valueFrom.secretKeyRef.key).toBe("SECRET_KEY");
    });

    it("tells Traefik who it is, without which it asks the cluster and traces nothing", () => {
        const [container] = shop.manifests["Deployment main-ingress"].spec.template.spec.containers;
        const attributes = container.env.find(({ name }: { name: string }) => name === "OTEL_RESOURCE_ATTRIBUTES");
        expect(attributes.value).toBe(
            "k8s.namespace.name=$(INSTANCE_NAMESPACE),k8s.node.name=$(INSTANCE_NODE),k8s.pod.name=$(INSTANCE_NAME)," +
                "k8s.pod.uid=$(INSTANCE_UID),service.instance.id=$(INSTANCE_NAME)",
        );
    });

    it("denies each part what nobody admits, and admits each caller where it calls", () => {
        const admits = Object.entries(shop.manifests)
            .filter(([name]) => name.startsWith("NetworkPolicy ") && /-call-\d+$/.test(name))
            .map(([name, { spec }]) => [
                name.replace("NetworkPolicy ", ""),
                spec.podSelector.matchLabels["app.kubernetes.io/instance"],
                ...spec.ingress.flatMap(({ from, ports }: any) => [
                    from[0].podSelector.matchLabels["app.kubernetes.io/instance"],
                    ports.map(({ port }: any) => port).join(),
                ]),
            ])
            .sort();
        expect(admits).toEqual([
            ["main-collector-call-0", "main-storage", "main-collector", "9200"],
            ["main-ingress-call-0", "main-collector", "main-ingress", "4317,4318,5778"],
            ["main-ingress-call-1", "main-query", "main-ingress", "16686"],
            ["main-query-call-0", "main-storage", "main-query", "9200"],
            ["main-retention-call-0", "main-storage", "main-retention", "9200"],
            ["main-shop-call-0", "main-collector", "main-shop", "4317,4318,5778"],
            ["main-shop-call-1", "database-shop", "main-shop", "5432"],
            ["main-shop-migrate-call-0", "database-shop", "main-shop-migrate", "5432"],
        ]);
    });

    it("tells where each part is scraped, and lets nobody in who is not named", () => {
        const annotations = podTemplates(shop.manifests).flatMap(([name, { metadata }]): [string, object][] =>
            metadata.annotations ? [[name, metadata.annotations]] : [],
        );
        const at = (port: string) => ({
            "prometheus.io/path": "/metrics",
            "prometheus.io/port": port,
            "prometheus.io/scrape": "true",
        });
        expect(Object.fromEntries(annotations)).toEqual({
            "Deployment main-collector": at("8888"),
            "Deployment main-ingress": at("9100"),
            "Deployment main-query": at("8888"),
        });
        const admitted = JSON.stringify(Object.entries(shop.manifests).filter(([name]) => name.startsWith("NetworkPolicy")));
        expect(admitted).not.toMatch(/"port":(8888|9100)/);
    });

    it("has a way out only for the ingress, whose backends others add", () => {
        const open = Object.entries(shop.manifests)
            .filter(([name, { spec }]) => name.endsWith("-policy") && !spec.policyTypes.includes("Egress"))
            .map(([name]) => name);
        expect(open).toEqual(["NetworkPolicy main-ingress-policy"]);
    });

    it("registers the same inputs when it runs again", async () => {
        const again = await made(SHOP);
        const byName = ({ registered }: Made) =>
            Object.fromEntries(
                registered.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(unmarked(inputs))]),
            );
        expect(byName(again)).toEqual(byName(shop));
    });
});

describe("the namespace of a stack", () => {
    it.each<[what: string, change: object, stays: boolean]>([
        ["goes with it", {}, false],
        ["stays with kept data", { storage: { keepData: true } }, true],
        ["stays with kept data of a database", { databases: { shop: { keepData: true } } }, true],
        ["stays with backups", { storage: { backup: true } }, true],
    ])("%s", async (_, change, stays) => {
        const { registered } = await made({ ...SHOP, ...change });
        const namespace = registered.find(({ type }) => type === "kubernetes:core/v1:Namespace");
        expect(namespace?.retainOnDelete ?? false).toBe(stays);
        expect(namespace?.provider?.includes("kubernetes-adopting")).toBe(stays);
    });
});

describe("what changes with a setting", () => {
    /** The objects whose inputs differ. */
    async function differing(before: object, after: object): Promise<string[]> {
        const [one, two] = [await made(before), await made(after)];
        const names = new Set([...Object.keys(one.manifests), ...Object.keys(two.manifests)]);
        return [...names]
            .filter((name) => JSON.stringify(one.manifests[name]) !== JSON.stringify(two.manifests[name]))
            .sort();
    }
    const shopWith = (change: object) => ({ ...SHOP, apps: { shop: { ...SHOP.apps.shop, ...change } } });

    it("of a file: the file and who reads it at its start", async () => {
        expect(await differing(SHOP, { ...SHOP, ingress: { sampleRate: 0.5 } })).toEqual([
            "ConfigMap main-ingress-config",
            "Deployment main-ingress",
        ]);
    });

    it("of a watched file: the file", async () => {
        expect(await differing(SHOP, { ...SHOP, tracing: { sampling: { defaultRate: 0.5 } } })).toEqual([
            "ConfigMapPatch main-collector-strategies",
        ]);
        expect(await differing(SHOP, shopWith({ route: { host: "shop.localhost", pathPrefix: "/a" } }))).toEqual([
            "ConfigMapPatch main-shop-route",
        ]);
    });

    it("of the number of nodes: nothing for which the set would be replaced, so that the change can be refused", async () => {
        const unchangeable = async (nodes: number) => {
            const { manifests } = await made({ ...SHOP, storage: { kubernetes: { nodes } } });
            const { replicas, template: _template, ...rest } = manifests["StatefulSet main-storage"].spec;
            expect(replicas).toBe(nodes);
            return rest;
        };
        expect(await unchangeable(3)).toEqual(await unchangeable(1));
    });

    it("of an app's replicas: their number", async () => {
        expect(await differing(SHOP, shopWith({ replicas: 3 }))).toEqual(["Deployment main-shop"]);
    });

    it("of an app's image: its tasks and its pods", async () => {
        expect(await differing(SHOP, shopWith({ image: "registry.example.org/shop:1.4.3" }))).toEqual([
            "Deployment main-shop",
            "Job main-shop-migrate",
        ]);
    });
});

describe("a stack with more of each", () => {
    let scaled: Made;
    beforeAll(async () => {
        scaled = await made(SCALED);
    });

    it("has the names, the policies and the numbers that are known and reviewed", () => {
        const some = scaled.registered.filter(({ type }) => /:(Service|NetworkPolicy|PodDisrupt.*|Horiz.*)$/.test(type));
        expectGolden(path.join(__dirname, "golden/kubernetes-scaled.yaml"), manifestText(some));
    });

    it("adopts its namespace: it is in the state of nobody", () => {
        expect(scaled.registered.filter(({ type }) => type.endsWith(":Namespace"))).toEqual([]);
        const others = Object.entries(scaled.manifests).filter(([, { metadata }]) => metadata.namespace !== "shop");
        expect(others.map(([name]) => name)).toEqual([]);
    });

    it("leaves the number of pods to the autoscaler where there is one", () => {
        const { manifests, registered } = scaled;
        // As many as it would have, until it counts them: not one, of which it would make two.
        expect(manifests["Deployment main-shop"].spec.replicas).toBe(2);
        const ignoring = (name: string) =>
            registered.find((each) => each.name === name && each.type.endsWith(":Deployment"))?.ignoreChanges;
        expect(ignoring("main-shop")).toEqual(["spec.replicas"]);
        expect(ignoring("main-query")).toEqual([]);
        expect(manifests["HorizontalPodAutoscaler main-shop-autoscaler"].spec).toMatchObject({
            minReplicas: 2,
            maxReplicas: 5,
        });
    });

    it("lets those scrape that are named, and only there", () => {
        const rules = (part: string) =>
            scaled.manifests[`NetworkPolicy main-${part}-policy`].spec.ingress.filter(({ ports }: any) =>
                ports?.some(({ port }: any) => port === 8888 || port === 9100),
            );
        const from = [
            {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
                podSelector: { matchLabels: { app: "prometheus" } },
            },
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ops" } } },
        ];
        expect(rules("collector")).toEqual([{ from, ports: [{ protocol: "TCP", port: 8888 }] }]);
        expect(rules("query")).toEqual([{ from, ports: [{ protocol: "TCP", port: 8888 }] }]);
        expect(rules("ingress")).toEqual([{ from, ports: [{ protocol: "TCP", port: 9100 }] }]);
        expect(rules("storage")).toEqual([]);
    });

    it("runs the canary by cron, and lets it ask the ingress by its Service and read traces", () => {
        const { schedule, jobTemplate } = scaled.manifests["CronJob main-canary"].spec;
        const [{ env }] = jobTemplate.spec.template.spec.containers;
        const value = (name: string) => env.find((each: { name: string }) => each.name === name).value;
        expect(schedule).toBe("*/10 * * * *");
        expect(value("INGRESS_URL")).toBe("https://project-stack-t1-main-ingress.shop.svc:8443");
        expect(value("ROUTES")).toBe("shop shop.localhost /");
        const callees = [0, 1].map((index) => {
            const { podSelector, ingress } = scaled.manifests[`NetworkPolicy main-canary-call-${index}`].spec;
            return [
                podSelector.matchLabels["app.kubernetes.io/instance"],
                ingress[0].ports.map(({ port }: any) => port),
            ];
        });
        expect(callees).toEqual([
            ["main-ingress", [8000, 8443]],
            ["main-query", [16686]],
        ]);
    });

    it("has alert rules by the names that its objects have", async () => {
        const rules = (await known(scaled.outputs.alertRules)) as string;
        const names = (kind: string) =>
            Object.values(scaled.manifests)
                .filter((manifest) => manifest.kind === kind)
                .map(({ metadata }) => metadata.name);
        for (const name of names("CronJob")) {
            expect(rules).toContain(`cronjob=\\"${name}\\"`);
        }
        expect(names("StatefulSet").some((name) => rules.includes(`data-${name}-[0-9]+`))).toBe(true);
        expect(rules).toContain('namespace=\\"shop\\"');
    });

    it("lets gRPC clients find each collector, leads those of HTTP to one at each connection, and has both come back", async () => {
        const { metadata, spec } = scaled.manifests["Service main-collector-instances"];
        expect(spec).toMatchObject({ clusterIP: "None", ports: [{ name: "otlp-grpc", port: 4317, targetPort: 4317 }] });
        const balanced = scaled.manifests["Service main-collector-service"];
        expect(balanced.spec).toMatchObject({ type: "ClusterIP", ports: [{ port: 4317 }, { port: 4318 }, { port: 5778 }] });
        expect(balanced.spec).not.toHaveProperty("clusterIP");
        const host = (name?: string) => `${name}.shop.svc`;
        expect((await known(scaled.outputs.environment) as { otlp: unknown }).otlp).toMatchObject({
            grpc: `http://${host(metadata.name)}:4317`,
            http: `http://${host(balanced.metadata.name)}:4318`,
            sampling: `http://${host(balanced.metadata.name)}:5778/sampling`,
        });
        const configuration = scaled.manifests["ConfigMap main-collector-config"].data?.["config.yaml"];
        expect(configuration).toContain('max_connection_age: "60s"');
        expect(configuration).toContain('idle_timeout: "500ms"');
    });

    it("has three nodes that find one another, trust one another, and begin once", async () => {
        const { spec } = scaled.manifests["StatefulSet main-storage"];
        const [container] = spec.template.spec.containers;
        expect(spec).toMatchObject({
            replicas: 3,
            // As of one node: it can't be changed, and a set that is replaced for it would lose its data.
            serviceName: "project-stack-t1-main-storage",
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain" },
        });
        expect(scaled.manifests["Service main-storage-peers"].spec).toMatchObject({
            clusterIP: "None",
            publishNotReadyAddresses: true,
            ports: [{ name: "transport", port: 9300 }],
        });
        expect(container.env).toContainEqual({ name: "INSTANCE_PEERS", value: "project-stack-t1-main-storage-peers" });
        expect(container.env).toContainEqual({ name: "PEERS", value: "$(INSTANCE_PEERS)" });
        const settings = parse(scaled.manifests["ConfigMap main-storage-config"].data?.["elasticsearch.yml"] ?? "");
        expect(settings).toMatchObject({
            "node.name": "${NODE_NAME}",
            "discovery.seed_hosts": ["${PEERS}"],
            "xpack.security.transport.ssl.enabled": true,
            "xpack.security.transport.ssl.client_authentication": "required",
        });
        expect(settings).not.toHaveProperty("cluster.initial_master_nodes");
        expect((await known(scaled.outputs.storageConnection) as { replicas: number }).replicas).toBe(1);
        expect(container.readinessProbe.exec.command.join(" ")).toContain("wait_for_status=green");
    });
});

describe("a stack behind a controller that exists already", () => {
    const behind = (external: object) => ({
        ...SHOP,
        databases: {},
        ingress: { external: { url: "https://example.org", namespace: "ingress-nginx", ...external }, sampleRate: 0.1 },
        apps: { shop: { ...SHOP.apps.shop, database: undefined, tasks: undefined } },
    });

    it("declares an Ingress of its class, lets its pods in, and samples at the app", async () => {
        const { manifests, outputs } = await made(behind({ ingressClass: "nginx", tlsSecret: "shop-tls", podLabels: { app: "nginx" } }));
        expect(manifests["Ingress main-shop-route"].spec).toEqual({
            ingressClassName: "nginx",
            tls: [{ hosts: ["shop.localhost"], secretName: "shop-tls" }],
            rules: [
                {
                    host: "shop.localhost",
                    http: {
                        paths: [
                            {
                                path: "/",
                                pathType: "Prefix",
                                backend: { service: { name: "project-stack-t1-main-shop", port: { number: 8000 } } },
                            },
                        ],
                    },
                },
            ],
        });
        expect(manifests["NetworkPolicy main-shop-policy"].spec.ingress).toEqual([
            {
                from: [
                    {
                        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } },
                        podSelector: { matchLabels: { app: "nginx" } },
                    },
                ],
                ports: [{ protocol: "TCP", port: 8000 }],
            },
        ]);
        const [container] = manifests["Deployment main-shop"].spec.template.spec.containers;
        expect(container.env).toContainEqual({ name: "OTEL_TRACES_SAMPLER", value: "parentbased_traceidratio" });
        expect(container.env).toContainEqual({ name: "OTEL_TRACES_SAMPLER_ARG", value: "0.1" });
        expect(Object.keys(manifests).filter((name) => name.includes("main-ingress"))).toEqual([]);
        expect(outputs.versions).not.toHaveProperty("traefik");
        const probes = (await known(outputs.probes)) as any;
        expect(probes.ingress).toEqual({ service: "ingress", url: "https://example.org", external: true });
        expect(probes.cluster.jaeger.port).toBe(16686);
        expect(await known(outputs.urls)).toMatchObject({ apps: { shop: "https://shop.localhost/" } });
    });

    it("declares an HTTPRoute at its Gateway", async () => {
        const { manifests } = await made(behind({ gateway: { name: "public", namespace: "gateways", listener: "https" } }));
        expect(manifests["HTTPRoute main-shop-route"]).toMatchObject({
            apiVersion: "gateway.networking.k8s.io/v1",
            kind: "HTTPRoute",
            spec: {
                parentRefs: [{ name: "public", namespace: "gateways", sectionName: "https" }],
                hostnames: ["shop.localhost"],
                rules: [
                    {
                        matches: [{ path: { type: "PathPrefix", value: "/" } }],
                        backendRefs: [{ name: "project-stack-t1-main-shop", port: 8000 }],
                    },
                ],
            },
        });
    });
});

describe("a stack on storages that exist already", () => {
    const on = (external: object) => ({
        ...SHOP,
        databases: {},
        storage: { external: { version: "8.19.0", ...external } },
        apps: {},
    });
    const told = (manifests: Record<string, Manifest>) => ({
        configuration: manifests["ConfigMap main-query-config"].data?.["config.yaml"] ?? "",
        egress: manifests["NetworkPolicy main-query-policy"].spec.egress?.[1],
        admission: manifests["NetworkPolicy main-query-call-0"],
    });

    it("takes what Elastic's operator keeps, and shuts nobody out there", async () => {
        const { manifests, registered, outputs } = await made(on({ eck: { name: "es", namespace: "elastic" } }));
        const { configuration, egress, admission } = told(manifests);
        expect(configuration).toContain('"https://es-es-http.elastic.svc:9200"');
        expect(configuration).toContain("BEGIN CERTIFICATE");
        expect(configuration).toContain('username: "elastic"');
        const password = manifests["Secret main-query-config-secret"].data?.["secrets.password"] ?? "";
        expect(Buffer.from(password, "base64").toString()).toBe(`${PASSWORD}-elastic`);
        expect(egress).toEqual({
            to: [
                {
                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "elastic" } },
                    podSelector: { matchLabels: { "elasticsearch.k8s.elastic.co/cluster-name": "es" } },
                },
            ],
            ports: [{ protocol: "TCP", port: 9200 }],
        });
        expect(admission.metadata.namespace).toBe("project-stack-t1");
        expect(admission.spec.ingress).toBeUndefined();
        const leaks = registered.flatMap(({ inputs }) => plainTexts(inputs)).filter((text) => text.includes(PASSWORD));
        expect(leaks).toEqual([]);
        // Its superuser deletes old days too.
        expect(Object.keys(manifests)).toContain("CronJob main-retention");
        expect(await known(outputs.alertRules)).toContain("TraceRetentionMissed");
    });
});


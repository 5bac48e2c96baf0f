// The kubernetes provider under the real Pulumi CLI, on a real cluster: whole lives of objects, and how they fail.
import { Api } from "../../toolchain/kubernetes-plugin/api";
import { at, KubeObject, ObjectKind, textAt } from "../../toolchain/kubernetes-plugin/objects";
import { clusterApi, kubeconfigOfNobody, kubeconfigOfNothing, kubeconfigPath } from "./support/kubeconfig";
import { ClusterStack, ResourceOfTest } from "./support/stack";

const IMAGE = "docker.io/library/python:3.11-slim-bookworm";
const NAMESPACE: ObjectKind = { group: "", version: "v1", kind: "Namespace" };
const CONFIG_MAP: ObjectKind = { group: "", version: "v1", kind: "ConfigMap" };
const DEPLOYMENT: ObjectKind = { group: "apps", version: "v1", kind: "Deployment" };

const SERVER = "import http.server as h; h.HTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()";

let api: Api;
let stack: ClusterStack;

beforeAll(() => {
    api = clusterApi();
});

async function begin(provider: Record<string, unknown> = { kubeconfig: kubeconfigPath() }): Promise<void> {
    stack = new ClusterStack(provider);
    await stack.init();
}

/** A namespace of the stack, named by the provider. */
function namespace(labels: Record<string, string> = {}): ResourceOfTest {
    return { name: "namespace", type: "core.v1.Namespace", args: { metadata: { labels } } };
}

function metadata(further: Record<string, unknown> = {}): Record<string, unknown> {
    return { namespace: { $from: "namespace" }, ...further };
}

function pod(script: string, container: Record<string, unknown> = {}, spec: object = {}): Record<string, unknown> {
    return {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        containers: [{ name: "main", image: IMAGE, command: ["python3", "-u", "-c", script], ...container }],
        ...spec,
    };
}

function deployment(
    name: string,
    spec: Record<string, unknown>,
    further: Partial<ResourceOfTest> = {},
): ResourceOfTest {
    const labels = { app: name };
    return {
        name,
        type: "apps.v1.Deployment",
        args: {
            metadata: metadata(),
            spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
        },
        ...further,
    };
}

/** The stack's namespace, as the cluster names it. */
function namespaceName(): string {
    return String(stack.state("namespace")?.id);
}

async function live(kind: ObjectKind, name: string): Promise<KubeObject> {
    const [space, physical] = String(stack.state(name)?.id).split("/");
    return api.get(kind, space, physical);
}

describe("the objects that the platform makes", () => {
    const serving = {
        ports: [{ name: "http", containerPort: 8080 }],
        readinessProbe: { tcpSocket: { port: "http" }, periodSeconds: 1 },
        resources: { requests: { cpu: "10m", memory: "1024Ki" }, limits: { memory: "65536Ki" } },
    };

    function program({ data = "1", greeting = "hello", replicas = 2, size = "16Mi" } = {}): ResourceOfTest[] {
        const env = [
            { name: "GREETING", value: greeting },
            { name: "SETTING", valueFrom: { configMapKeyRef: { name: { $from: "settings" }, key: "a" } } },
        ];
        const web = deployment("web", pod(SERVER, { ...serving, env }));
        (web.args.spec as Record<string, unknown>).replicas = replicas;
        const storage = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } };
        const labels = { app: "store" };
        return [
            namespace({ "test.example.com/kind": "lifecycle" }),
            { name: "settings", type: "core.v1.ConfigMap", args: { metadata: metadata(), data: { a: data } } },
            {
                name: "login",
                type: "core.v1.Secret",
                args: { metadata: metadata(), stringData: { password: { $secret: "hunter2" } } },
            },
            {
                name: "account",
                type: "core.v1.ServiceAccount",
                args: { metadata: metadata(), automountServiceAccountToken: false },
            },
            web,
            {
                name: "service",
                type: "core.v1.Service",
                args: {
                    metadata: metadata({ name: "web" }),
                    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
                },
                options: { dependsOn: ["web"] },
            },
            {
                name: "peers",
                type: "core.v1.Service",
                args: { metadata: metadata(), spec: { clusterIP: "None", selector: labels, ports: [{ port: 8080 }] } },
            },
            {
                name: "store",
                type: "apps.v1.StatefulSet",
                args: {
                    metadata: metadata({ name: "store" }),
                    spec: {
                        serviceName: { $from: "peers" },
                        selector: { matchLabels: labels },
                        template: {
                            metadata: { labels },
                            spec: pod(SERVER, { ...serving, volumeMounts: [{ name: "data", mountPath: "/data" }] }),
                        },
                        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { ...storage } }],
                    },
                },
            },
            { name: "volume", type: "core.v1.PersistentVolumeClaim", args: { metadata: metadata(), spec: storage } },
            {
                name: "task",
                type: "batch.v1.Job",
                args: {
                    metadata: metadata(),
                    spec: { backoffLimit: 0, template: { spec: pod("print(1)", {}, { restartPolicy: "Never" }) } },
                },
            },
            {
                name: "schedule",
                type: "batch.v1.CronJob",
                args: {
                    metadata: metadata(),
                    spec: {
                        schedule: "0 0 1 1 *",
                        jobTemplate: { spec: { template: { spec: pod("print(1)", {}, { restartPolicy: "Never" }) } } },
                    },
                },
            },
            {
                name: "policy",
                type: "networking.v1.NetworkPolicy",
                args: {
                    metadata: metadata(),
                    spec: { podSelector: { matchLabels: { app: "none" } }, policyTypes: ["Ingress"], ingress: [] },
                },
            },
            {
                name: "budget",
                type: "policy.v1.PodDisruptionBudget",
                args: { metadata: metadata(), spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } } },
            },
            {
                name: "scaler",
                type: "autoscaling.v2.HorizontalPodAutoscaler",
                args: {
                    metadata: metadata(),
                    spec: {
                        minReplicas: 1,
                        maxReplicas: 2,
                        scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: { $from: "store" } },
                        metrics: [
                            {
                                type: "Resource",
                                resource: { name: "cpu", target: { type: "AverageValue", averageValue: "1000m" } },
                            },
                        ],
                    },
                },
            },
            {
                name: "reader",
                type: "rbac.v1.Role",
                args: { metadata: metadata(), rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
            },
            {
                name: "binding",
                type: "rbac.v1.RoleBinding",
                args: {
                    metadata: metadata(),
                    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: { $from: "reader" } },
                    subjects: [{ kind: "ServiceAccount", name: { $from: "account" } }],
                },
            },
        ];
    }

    beforeAll(() => begin());
    afterAll(() => stack.remove());

    test("are made, and waited for", async () => {
        await stack.up(program());
        expect(stack.state("web")?.outputs.status).toMatchObject({ availableReplicas: 2 });
        expect(stack.state("store")?.outputs.status).toMatchObject({ readyReplicas: 1 });
        expect(stack.state("task")?.outputs.status).toMatchObject({ succeeded: 1 });
        expect(stack.state("web")?.id).toMatch(/^namespace-[0-9a-f]{8}\/web-[0-9a-f]{8}$/);
    });

    test("keep a Secret's data out of the state", () => {
        const state = stack.state("login");
        expect(JSON.stringify(state)).not.toMatch(/hunter2|aHVudGVyMg/);
        expect(state?.outputs.data).toMatchObject({ ciphertext: expect.any(String) });
    });

    test("are the same at the next preview, and after a refresh", async () => {
        expect(await stack.preview(program())).toEqual({});
        const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];
        const { code, output } = await stack.run(program(), ...refresh);
        expect([code, output]).toEqual([0, expect.stringMatching(/\d+ unchanged/)]);
        expect(await stack.preview(program())).toEqual({});
    });

    test("are the same when quantities are written otherwise", async () => {
        expect(await stack.preview(program({ size: "16384Ki" }))).toEqual({});
    });

    test("are changed in place where that is possible, else replaced", async () => {
        const before = await live(DEPLOYMENT, "web");
        const changed = program({ data: "2", greeting: "good day", replicas: 1 });
        expect(await stack.preview(changed)).toEqual({ settings: "replace", web: "update" });
        await stack.up(changed);
        const after = await live(DEPLOYMENT, "web");
        expect(textAt(after, "metadata", "uid")).toBe(textAt(before, "metadata", "uid"));
        const env = at(after, "spec", "template", "spec", "containers", 0, "env");
        expect(env).toEqual([{ name: "GREETING", value: "good day" }, expect.objectContaining({ name: "SETTING" })]);
        expect(at(after, "status", "availableReplicas")).toBe(1);
        expect(await stack.preview(changed)).toEqual({});
    });

    test("lose what the program does not say any more", async () => {
        const changed = program({ data: "2", greeting: "good day", replicas: 1 });
        delete (changed[0].args.metadata as Record<string, unknown>).labels;
        expect(await stack.preview(changed)).toEqual({ namespace: "update" });
        await stack.up(changed);
        const labels = at(await api.get(NAMESPACE, "", namespaceName()), "metadata", "labels");
        expect(Object.keys(labels as object)).toEqual(["kubernetes.io/metadata.name"]);
    });

    test("leave ignored fields to others, such as an autoscaler", async () => {
        const program2 = program({ data: "2", greeting: "good day", replicas: 1 });
        delete (program2[0].args.metadata as Record<string, unknown>).labels;
        const name = textAt(await live(DEPLOYMENT, "web"), "metadata", "name");
        await api.apply(
            {
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { name, namespace: namespaceName() },
                spec: { replicas: 2 },
            },
            { fieldManager: "autoscaler", force: true },
        );
        const web = program2.find((each) => each.name === "web")!;
        web.options = { ignoreChanges: ["spec.replicas"] };
        (web.args.spec as any).template.spec.containers[0].env[0].value = "bye";
        await stack.up(program2);
        const after = await live(DEPLOYMENT, "web");
        expect(at(after, "spec", "replicas")).toBe(2);
        expect(at(after, "spec", "template", "spec", "containers", 0, "env", 0, "value")).toBe("bye");
    });

    test("are seen to drift after a refresh, and mended", async () => {
        const settings = await live(CONFIG_MAP, "settings");
        await api.replace({ ...settings, data: { a: "other" } }, { fieldManager: "somebody" });
        await stack.run(program(), "refresh", "--yes", "--skip-preview");
        expect(stack.state("settings")?.inputs.data).toEqual({ a: "other" });
        expect(await stack.preview(program({ data: "other" }))).not.toHaveProperty("settings");
    });
});

describe("an object that does not become ready", () => {
    const WAIT = { customTimeouts: { create: "20s", update: "20s" } };
    const NEVER_READY = { readinessProbe: { tcpSocket: { port: 9 }, periodSeconds: 1 } };

    const failing: [string, ResourceOfTest, RegExp[]][] = [
        [
            "an image that can't be pulled",
            deployment("image", pod(SERVER, { image: "registry.invalid/none:1" }), { options: WAIT }),
            [
                /0 of 1 replicas are available/,
                /container main waits: \[(ErrImagePull|ImagePullBackOff)\].*registry\.invalid/,
            ],
        ],
        [
            "no node with that much",
            deployment("greedy", pod(SERVER, { resources: { requests: { cpu: "1000" } } }), { options: WAIT }),
            [/\[Unschedulable\] 0\/\d+ nodes are available: .*Insufficient cpu/],
        ],
        [
            "a container that crashes",
            // Without a probe it would count as ready for the moment in which it runs.
            deployment("crash", pod("print('no such table'); exit(3)", NEVER_READY), { options: WAIT }),
            [/container main ended.*exit code 3/, /last lines of container main in pod crash-[^ ]+:\s+no such table/],
        ],
        [
            "a Job that fails",
            {
                name: "failing",
                type: "batch.v1.Job",
                args: {
                    metadata: metadata(),
                    spec: {
                        backoffLimit: 0,
                        template: { spec: pod("exit('out of coffee')", {}, { restartPolicy: "Never" }) },
                    },
                },
            },
            [/\[BackoffLimitExceeded\]/, /last lines of container main in pod [^ ]+:\s+out of coffee/],
        ],
        [
            "no class for a claim",
            {
                name: "claim",
                type: "core.v1.PersistentVolumeClaim",
                args: {
                    metadata: metadata(),
                    spec: {
                        storageClassName: "",
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: "1Mi" } },
                    },
                },
                options: WAIT,
            },
            [
                /the claim is Pending, expected Bound/,
                /no persistent volumes available for this claim and no storage class is set/,
            ],
        ],
        [
            "pods that are not ready behind a Service",
            {
                name: "service",
                type: "core.v1.Service",
                args: { metadata: metadata(), spec: { selector: { app: "unready" }, ports: [{ port: 80 }] } },
                options: WAIT,
            },
            [/1 of 1 pods that the service selects are not ready/],
        ],
        [
            "a probe that fails",
            deployment("unready", pod(SERVER, NEVER_READY), { options: WAIT }),
            [/\[Unhealthy\] Readiness probe failed: .*connection refused/],
        ],
    ];

    let output: string;

    beforeAll(async () => {
        await begin();
        const resources = [namespace(), ...failing.map(([, resource]) => resource)];
        const ran = await stack.run(resources, "up", "--yes", "--skip-preview", "--continue-on-error");
        expect(ran.code).not.toBe(0);
        ({ output } = ran);
    });

    afterAll(() => stack.remove());

    test.each(failing)("says why: %s", (_what, { name }, messages) => {
        const diagnostics = output.slice(output.indexOf("Diagnostics:"));
        const own = diagnostics.split(/^ {2}(?=kubernetes:|pulumi:)/m).find((each) => each.includes(`(${name})`));
        for (const message of messages) {
            expect(own).toMatch(message);
        }
    });

    test("stays in the state, and the next up goes on with it", async () => {
        expect(stack.state("image")?.initErrors?.length).toBeGreaterThan(0);
        const mended = [namespace(), deployment("image", pod(SERVER), { options: WAIT })];
        expect(await stack.preview(mended)).toMatchObject({ image: "update" });
        await stack.up(mended);
        expect(stack.state("image")?.initErrors ?? []).toEqual([]);
    });
});

describe("what the cluster refuses", () => {
    beforeAll(() => begin());
    afterAll(() => stack.remove());

    test("is told as it says it: Pod Security and quotas", async () => {
        const quota: ResourceOfTest = {
            name: "quota",
            type: "core.v1.ResourceQuota",
            args: { metadata: metadata(), spec: { hard: { pods: "0" } } },
        };
        const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
        const options = { customTimeouts: { create: "5s" }, dependsOn: ["quota"] };
        const secure = pod(
            SERVER,
            { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
            { securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } } },
        );
        const resources = [
            namespace(labels),
            quota,
            deployment("insecure", pod(SERVER), { options }),
            deployment("over", secure, { options }),
        ];
        const { output } = await stack.run(resources, "up", "--yes", "--skip-preview", "--continue-on-error");
        expect(output).toMatch(/insecure-[^ ]+" is forbidden: violates PodSecurity "restricted:latest"/);
        expect(output).toMatch(/over-[^ ]+" is forbidden: exceeded quota: quota-/);
    });

    test("is shown by the preview already, where it is invalid", async () => {
        const invalid: ResourceOfTest = {
            name: "invalid",
            type: "core.v1.Service",
            args: { metadata: { namespace: "default" }, spec: { ports: [{ port: 0 }] } },
        };
        const { code, output } = await stack.run([invalid], "preview");
        expect(code).not.toBe(0);
        expect(output).toMatch(/Service default\/invalid-[^ ]+: .*spec\.ports\[0\]\.port: Invalid value: 0/);
    });

    test("is no error of the preview, where it may not be asked", async () => {
        const nobody = new ClusterStack({ kubeconfig: kubeconfigOfNobody() });
        await nobody.init();
        const resources = [
            { name: "settings", type: "core.v1.ConfigMap", args: { metadata: { namespace: "default" }, data: {} } },
        ];
        expect(await nobody.preview(resources)).toMatchObject({ settings: "create" });
        const { code, output } = await nobody.run(resources, "up", "--yes", "--skip-preview");
        expect(code).not.toBe(0);
        expect(output).toMatch(/ConfigMap default\/settings-[^ ]+: .*User "nobody" cannot create resource/);
        await nobody.remove();
    });
});

describe("a cluster that can't be reached", () => {
    test("is a warning at the preview and an error at up", async () => {
        const unreachable = new ClusterStack({ kubeconfig: kubeconfigOfNothing() });
        await unreachable.init();
        const resources = [{ name: "settings", type: "core.v1.ConfigMap", args: { data: {} } }];
        const preview = await unreachable.run(resources, "preview");
        expect(preview.code).toBe(0);
        const message = "configured Kubernetes cluster is unreachable: https://127.0.0.1:1: connect ECONNREFUSED";
        expect(preview.output).toContain(`warning: ${message}`);
        const up = await unreachable.run(resources, "up", "--yes", "--skip-preview");
        expect(up.code).not.toBe(0);
        expect(up.output).toContain(`error: ${message}`);
        await unreachable.remove();
    });
});

describe("objects of others", () => {
    const theirs: ResourceOfTest = {
        name: "theirs",
        type: "core.v1.ConfigMap",
        args: { metadata: metadata({ name: "shared" }), data: { theirs: "1" } },
    };
    const patch = (data: object, annotations: object = {}): ResourceOfTest => ({
        name: "patch",
        type: "core.v1.ConfigMapPatch",
        args: { metadata: metadata({ name: "shared", annotations }), data },
        options: { dependsOn: ["theirs"] },
    });

    beforeAll(() => begin());
    afterAll(() => stack.remove());

    const data = async (): Promise<unknown> => at(await live(CONFIG_MAP, "theirs"), "data");

    test("are patched, and get their own back", async () => {
        await stack.up([namespace(), theirs, patch({ ours: "1" })]);
        expect(await data()).toEqual({ theirs: "1", ours: "1" });
        expect(await stack.preview([namespace(), theirs, patch({ ours: "1" })])).toEqual({});
        await stack.up([namespace(), theirs, patch({ ours: "2" })]);
        expect(await data()).toEqual({ theirs: "1", ours: "2" });
        await stack.up([namespace(), theirs]);
        expect(await data()).toEqual({ theirs: "1" });
    });

    test("keep what they set themselves, unless that is forced", async () => {
        const refused = await stack.run([namespace(), theirs, patch({ theirs: "2" })], "up", "--yes", "--skip-preview");
        expect(refused.output).toMatch(/conflict with "pulumi-kubernetes-[0-9a-f]+".*: \.data\.theirs/);
        expect(await data()).toEqual({ theirs: "1" });
        await stack.up([namespace(), theirs, patch({ theirs: "2" }, { "pulumi.com/patchForce": "true" })]);
        expect(await data()).toEqual({ theirs: "2" });
    });

    test("are not taken for new ones", async () => {
        const same = { ...theirs, name: "another" };
        const { output } = await stack.run([namespace(), theirs, same], "up", "--yes", "--skip-preview");
        expect(output).toMatch(/configmaps "shared" already exists\. When this resource was renamed/);
    });

    test("are imported, and retained where that is wanted", async () => {
        const space = namespaceName();
        await api.create(
            { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "old", namespace: space }, data: { a: "1" } },
            { fieldManager: "somebody" },
        );
        const imported: ResourceOfTest = {
            name: "imported",
            type: "core.v1.ConfigMap",
            args: { metadata: metadata({ name: "old" }), data: { a: "1" } },
            options: { import: `${space}/old`, retainOnDelete: true },
        };
        await stack.up([namespace(), theirs, imported]);
        expect(await stack.preview([namespace(), theirs, imported])).toEqual({});
        await stack.up([namespace(), theirs]);
        expect(at(await api.get(CONFIG_MAP, space, "old"), "data")).toEqual({ a: "1" });
    });
});

describe("a command that is stopped", () => {
    beforeAll(() => begin());
    afterAll(() => stack.remove());

    test("ends waiting, and keeps what was made", async () => {
        const resources = [namespace(), deployment("waiting", pod(SERVER, { image: "registry.invalid/none:1" }))];
        const running = stack.start(resources, "up", "--yes", "--skip-preview");
        const made = async (): Promise<boolean> => {
            const names = (await api.list(DEPLOYMENT, "")).map((each) => textAt(each, "metadata", "name"));
            return names.some((name) => name.startsWith("waiting-"));
        };
        while (!(await made())) {
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
        const begun = Date.now();
        running.interrupt();
        const { output } = await running.ended;
        expect(Date.now() - begun).toBeLessThan(30_000);
        expect(output).toMatch(/Waiting for waiting-[0-9a-f]+ was cancelled/);
        expect(stack.state("waiting")?.id).toMatch(/\/waiting-/);
    });
});

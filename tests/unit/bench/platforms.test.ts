// What differs between the platforms: which benchmark runs where, where CPU is counted, a pod made like another one.
import { run } from "../../../bench";
import { titlesOf } from "../../../bench/benchmark";
import { cpuAccount } from "../../../bench/platform/cgroup";
import { changedVariables, podLike } from "../../../bench/platform/pod";
import { smallApps } from "../../../bench/preview/apps";
import { benchSettings } from "../../../bench/stack";

const PORTS = { web: 1, jaegerUi: 2 };

describe("a benchmark", () => {
    it("has a part of the report for each platform", () => {
        const both = { title: "A", platforms: ["docker", "kubernetes"] } as const;
        expect(titlesOf([both, { title: "B", platforms: ["docker"] }])).toEqual(["A", "A on Kubernetes", "B"]);
    });

    it.each([
        [["--platform", "podman"], "there is no such platform, expected docker or kubernetes"],
        [["--platform", "kubernetes", "--only", "memory"], "--only memory: is not measured on kubernetes"],
    ])("is refused where it can't be measured: %p", async (args, message) => {
        await expect(run(args)).rejects.toThrow(message);
    });
});

describe("the settings of a stack", () => {
    it("say where it runs, and what each platform publishes", () => {
        expect(benchSettings("docker", PORTS, { apps: {} })).toEqual({
            environmentName: "bench",
            engine: "local",
            ingress: { port: 1, jaegerUiPort: 2 },
            apps: {},
        });
        expect(benchSettings("kubernetes", PORTS)).toEqual({
            environmentName: "bench",
            platform: "kubernetes",
            cluster: "local",
            ingress: { port: 1 },
        });
    });

    it("let fifty apps find room on one node of two processors", () => {
        const apps = Object.values(smallApps("kubernetes", 50, "image"));
        expect(apps).toHaveLength(50);
        const millicores = apps.reduce((sum, { kubernetes }) => sum + Number(/^(\d+)m$/.exec(kubernetes!.cpu)![1]), 0);
        expect(millicores).toBeLessThanOrEqual(500);
        expect(smallApps("docker", 1, "image")["app-1"]).not.toHaveProperty("kubernetes");
    });
});

describe("the CPU of a control group", () => {
    it.each([
        ["9:name=systemd:/a\n2:cpuacct:/kubepods/pod1/c\n1:cpu:/x", "/sys/fs/cgroup/cpuacct/kubepods/pod1/c/cpuacct.usage", "2500000000\n"],
        ["4:cpu,cpuacct:/kubepods/c\n0::/", "/sys/fs/cgroup/cpu,cpuacct/kubepods/c/cpuacct.usage", "2500000000\n"],
        ["0::/kubepods.slice/c.scope\n", "/sys/fs/cgroup/kubepods.slice/c.scope/cpu.stat", "usage_usec 2500000\nuser_usec 1\n"],
    ])("is told where the kernel counts it: %j", (groups, file, text) => {
        const account = cpuAccount(groups);
        expect(account.file).toBe(file);
        expect(account.seconds(text)).toBe(2.5);
    });

    it("is refused when nothing counts it", () => {
        expect(() => cpuAccount("1:memory:/x\n")).toThrow("No control group counts the CPU");
    });
});

describe("a pod like another one", () => {
    const model = {
        metadata: { name: "collector-1", namespace: "space", labels: { app: "collector" }, ownerReferences: [] },
        spec: {
            nodeName: "node",
            serviceAccountName: "collector",
            securityContext: { runAsUser: 1000 },
            containers: [
                {
                    name: "collector",
                    image: "jaeger:2",
                    args: ["--config=/etc/jaeger/config.yml"],
                    env: [
                        { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                        { name: "GOMEMLIMIT", value: "1" },
                    ],
                    resources: { limits: { memory: "1Mi" } },
                    securityContext: { readOnlyRootFilesystem: true },
                    readinessProbe: {},
                    lifecycle: {},
                    volumeMounts: [
                        { name: "configuration", mountPath: "/etc/jaeger" },
                        { name: "strategies", mountPath: "/sampling" },
                    ],
                },
            ],
            volumes: [
                { name: "configuration", projected: {} },
                { name: "strategies", projected: {} },
            ],
        },
    };
    const { pod, secret } = podLike(model, "bench-1", { beside: "x" }, {
        peer: "storage",
        folders: { "/etc/jaeger": { "config.yml": "a: 1", "secrets/password": "p" } },
        environment: { GOMEMLIMIT: undefined },
        cpu: 1,
    });

    it("has its user, limits and folders, but neither its labels, its probes nor its place", () => {
        expect(pod).toEqual({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "bench-1", namespace: "space", labels: { beside: "x" } },
            spec: {
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                restartPolicy: "Never",
                securityContext: { runAsUser: 1000 },
                containers: [
                    {
                        name: "collector",
                        image: "jaeger:2",
                        imagePullPolicy: "IfNotPresent",
                        args: ["--config=/etc/jaeger/config.yml"],
                        env: [model.spec.containers[0].env[0], { name: "GOMAXPROCS", value: "1" }],
                        resources: { limits: { memory: "1Mi" } },
                        securityContext: { readOnlyRootFilesystem: true },
                        volumeMounts: [
                            { name: "strategies", mountPath: "/sampling" },
                            { name: "own-0", mountPath: "/etc/jaeger", readOnly: true },
                        ],
                    },
                ],
                volumes: [
                    { name: "strategies", projected: {} },
                    {
                        name: "own-0",
                        secret: {
                            secretName: "bench-1",
                            defaultMode: 0o444,
                            items: [
                                { key: "0-0", path: "config.yml" },
                                { key: "0-1", path: "secrets/password" },
                            ],
                        },
                    },
                ],
            },
        });
        expect(secret).toMatchObject({ kind: "Secret", stringData: { "0-0": "a: 1", "0-1": "p" } });
    });

    it("keeps the place of a variable that has another value, to which others may refer", () => {
        const own = [{ name: "A", value: "1" }, { name: "B", value: "$(A)" }];
        expect(changedVariables(own, { A: "2", B: undefined, C: "3" })).toEqual([
            { name: "A", value: "2" },
            { name: "C", value: "3" },
        ]);
    });
});

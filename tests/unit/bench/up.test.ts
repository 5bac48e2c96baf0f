// What makes an environment without Pulumi: made from what Pulumi's state, the engine and the objects say.
import { spawnSync } from "node:child_process";

import { Description } from "../../../bench/platform/engine";
import { upReport } from "../../../bench/up";
import { applyAll, inOrder } from "../../../bench/up/apply";
import { recordedObjects, revealed } from "../../../bench/up/objects";
import { callees, containerOrder } from "../../../bench/up/order";
import { EnvironmentParts, script } from "../../../bench/up/script";

const CONTAINER = "docker:index/container:Container";

describe("the order of containers", () => {
    const resources = [
        { urn: "network", type: "docker:index/network:Network", outputs: { name: "n" }, dependencies: [] },
        { urn: "files", type: CONTAINER, outputs: { name: "files-1" }, dependencies: ["network"] },
        { urn: "storage", type: CONTAINER, outputs: { name: "storage-0" }, dependencies: ["network", "files"] },
        { urn: "password", type: "random:index/randomPassword:RandomPassword", dependencies: ["storage"] },
        { urn: "app", type: CONTAINER, outputs: { name: "app-0" }, dependencies: ["password", "files"] },
    ];

    it("has what each waits for, through other resources, and nothing that those wait for", () => {
        expect(Object.fromEntries(containerOrder(resources))).toEqual({
            "files-1": [],
            "storage-0": ["files-1"],
            "app-0": ["files-1", "storage-0"],
        });
    });
});

describe("who calls whom", () => {
    const on = (name: string, networks: Record<string, string[]>) => ({
        Name: `/${name}`,
        NetworkSettings: {
            Networks: Object.fromEntries(
                Object.entries(networks).map(([network, Aliases]) => [network, { IPAddress: "10.0.0.2", Aliases }]),
            ),
        },
    });

    it("is told by the networks that they share: each is called after those who are called on it", () => {
        const called = callees([
            on("e-database-0", { "e-database-network": ["e-database", "e-database-0"] }),
            on("e-shop-0", { "e-database-network": ["0123"], "e-ingress-network": ["e-shop"] }),
            on("e-shop-1", { "e-database-network": ["4567"], "e-ingress-network": ["e-shop"] }),
            on("e-ingress-0", { "e-ingress-network": ["e-ingress"], "e-ingress-edge": [] }),
            on("files", {}),
        ]);
        expect(Object.fromEntries(called)).toEqual({
            "e-database-0": [],
            "e-shop-0": ["e-database-0", "e-ingress-0"],
            "e-shop-1": ["e-database-0", "e-ingress-0"],
            "e-ingress-0": [],
            files: [],
        });
    });
});

function description(name: string, changes: Partial<Description["Config"]> = {}, restart = "unless-stopped"): Description {
    return {
        Id: `0123456789ab-${name}`,
        Name: `/${name}`,
        Image: "sha256:1234",
        State: { Status: "running" },
        Config: {
            User: "1000:0",
            Env: ["GREETING=it's $HOME"],
            Cmd: ["serve", "--port=1"],
            Entrypoint: ["/bin/sh", "-c", 'exec "$@"', "launcher"],
            Hostname: name,
            Image: "sha256:1234",
            Labels: { "app.kubernetes.io/component": "app" },
            ...changes,
        },
        HostConfig: {
            Memory: 1024,
            MemorySwap: 1024,
            ReadonlyRootfs: true,
            NetworkMode: "second",
            CapDrop: ["ALL"],
            SecurityOpt: ["no-new-privileges"],
            Tmpfs: { "/tmp": "rw,size=16m" },
            RestartPolicy: { Name: restart },
            LogConfig: { Type: "json-file", Config: { "max-file": "3" } },
            PortBindings: { "8000/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] },
        },
        Mounts: [{ Type: "volume", Name: "data", Destination: "/data", RW: false }],
        NetworkSettings: {
            Networks: {
                first: { IPAddress: "10.0.0.2", Aliases: ["0123456789ab", name] },
                second: { IPAddress: "10.0.1.2", Aliases: ["0123456789ab", "the-app"] },
            },
        },
    };
}

const PARTS: EnvironmentParts = {
    volumes: [{ Name: "data", Driver: "local", Options: { o: "uid=1,mode=0755" }, Labels: { a: "b c" } }],
    networks: [
        { Name: "first", Internal: true, IPAM: { Config: null }, Labels: null },
        {
            Name: "second",
            Internal: false,
            IPAM: { Config: [{ Subnet: "10.1.2.0/26", Gateway: "10.1.2.1" }] },
            Labels: null,
        },
    ],
    containers: [
        { description: description("files"), after: [], files: { archive: "/tmp/files.tar", folder: "/etc" } },
        {
            description: description("app", {
                Healthcheck: { Test: ["CMD", "test", "-s", "/it's"], Interval: 5e9, Timeout: 2e9, Retries: 4 },
            }),
            after: ["files"],
        },
        { description: description("task", {}, "no"), after: ["app", "files"] },
    ],
};

describe("the script", () => {
    const text = script(PARTS);
    const line = (name: string) => text.split("\n").find((each) => each.includes(`--name ${name} `))!;

    it("is one that a shell reads", () => {
        expect(spawnSync("sh", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    });

    it("makes volumes and networks as they were", () => {
        expect(text).toContain("docker volume create --driver local --opt o=uid=1,mode=0755 --label 'a=b c' data");
        expect(text).toContain("docker network create --internal first ");
        expect(text).toContain("docker network create --subnet 10.1.2.0/26 --gateway 10.1.2.1 second ");
    });

    it("makes a container as it was", () => {
        for (const part of [
            "create --name app --hostname app --user 1000:0 --network second --network-alias the-app",
            "--memory 1024 --memory-swap 1024 --read-only --cap-drop ALL --security-opt no-new-privileges",
            "--tmpfs /tmp:rw,size=16m --volume data:/data:ro --publish 127.0.0.1:8080:8000/tcp",
            "--restart unless-stopped --log-driver json-file --log-opt max-file=3",
            "--health-retries 4 --health-interval 5000ms --health-timeout 2000ms",
            `--env 'GREETING=it'\\''s $HOME' --entrypoint /bin/sh sha256:1234 -c 'exec "$@"' launcher serve --port=1`,
            "docker network connect first app",
        ]) {
            expect(line("app")).toContain(part);
        }
    });

    it("waits as the environment does, and for what kind of end", () => {
        expect(line("files")).not.toContain("after");
        expect(line("files")).toMatch(/docker cp - files:\/etc > \/dev\/null < \/tmp\/files\.tar && touch/);
        expect(line("app")).toMatch(/^\{ after files && .* docker start app .* ready app && touch "\$done"\/app; \}/);
        expect(line("task")).toMatch(/^\{ after app files && .* finished task/);
    });
});

const MARK = "4dabf18193072939515e22adb298388d";

describe("the objects of an environment in a cluster", () => {
    const INSTANCE = "app.kubernetes.io/instance";
    const object = (kind: string, instance: string, rest: object = {}) => ({
        kind,
        metadata: { name: instance, labels: { [INSTANCE]: instance } },
        ...rest,
    });
    const state = (type: string, name: string, inputs: object, dependencies: string[] = []) => ({
        urn: urn(type, name),
        type,
        inputs: inputs as Record<string, unknown>,
        dependencies,
    });
    const urn = (type: string, name: string) => `urn:pulumi:s::p::own:index:Environment$${type}::${name}`;
    const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
    const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    const resources = [
        { urn: "provider", type: "pulumi:providers:kubernetes" },
        state("kubernetes:core/v1:Namespace", "space", object("Namespace", "main")),
        state(DEPLOYMENT, "collector", object("Deployment", "collector"), [urn("kubernetes:core/v1:Namespace", "space")]),
        { urn: "password", type: "random:index/randomPassword:RandomPassword", dependencies: [urn(DEPLOYMENT, "collector")] },
        state("kubernetes:core/v1:Secret", "files", { kind: "Secret", metadata: {}, data: { [MARK]: "x", plaintext: '{"a":"b"}' } }, ["password"]),
        state(DEPLOYMENT, "app", object("Deployment", "app"), [urn(POLICY, "call")]),
        state(POLICY, "call", object("NetworkPolicy", "app", { spec: { podSelector: { matchLabels: { [INSTANCE]: "collector" } } } })),
        state(POLICY, "own", object("NetworkPolicy", "app", { spec: { podSelector: { matchLabels: { [INSTANCE]: "app" } } } })),
    ];
    const recorded = recordedObjects(resources);

    it("are what was given to the cluster, their secrets revealed", () => {
        expect(recorded.map(({ id }) => id)).toEqual([
            "Namespace-space",
            "Deployment-collector",
            "Secret-files",
            "Deployment-app",
            "NetworkPolicy-call",
            "NetworkPolicy-own",
        ]);
        expect(recorded[2].object).toEqual({ kind: "Secret", metadata: {}, data: { a: "b" } });
        expect(revealed([{ data: { a: { [MARK]: "x", plaintext: '"b"' }, plaintext: "c" } }])).toEqual([
            { data: { a: "b", plaintext: "c" } },
        ]);
    });

    it("wait for what the state says, through other resources, and for those that their pods call", () => {
        const after = Object.fromEntries(recorded.map((each) => [each.id, each.after]));
        expect(after).toEqual({
            "Namespace-space": [],
            "Deployment-collector": ["Namespace-space"],
            "Secret-files": ["Deployment-collector"],
            "Deployment-app": ["Deployment-collector", "NetworkPolicy-call"],
            "NetworkPolicy-call": [],
            "NetworkPolicy-own": [],
        });
    });

    it("come each after what it waits for; a circle is refused", () => {
        const ordered = inOrder([...recorded].reverse());
        const place = (id: string) => ordered.findIndex((each) => each.id === id);
        expect(ordered).toHaveLength(recorded.length);
        expect(ordered.filter(({ id, after }) => after.some((before) => place(before) > place(id)))).toEqual([]);
        expect(() => inOrder([{ ...recorded[0], after: ["x"] }])).toThrow("for what is not there: Namespace-space");
    });

    it("are applied one after the other is ready, and none after a failure", async () => {
        const calls: string[] = [];
        const job = (id: string, after: string[]) => ({
            id,
            object: { apiVersion: "batch/v1", kind: "Job", metadata: { name: id, namespace: "n" } },
            after,
        });
        const conditions: Record<string, string[]> = { first: ["", "Complete"], second: ["Failed"] };
        const api = {
            apply: async (made: { metadata: { name: string } }, manager: string) => {
                calls.push(`apply ${made.metadata.name} as ${manager}`);
            },
            json: async (path: string) => {
                const type = conditions[path.split("/").at(-1)!].shift();
                calls.push(`${path} ${type}`);
                return { status: { conditions: [{ type, status: "True" }] } };
            },
        };
        const jobs = [job("third", ["second"]), job("second", ["first"]), job("first", [])];
        await expect(applyAll(api as never, jobs)).rejects.toThrow("Job second is not ready");
        expect(calls).toEqual([
            "apply first as bench-first",
            "/apis/batch/v1/namespaces/n/jobs/first ",
            "/apis/batch/v1/namespaces/n/jobs/first Complete",
            "apply second as bench-second",
            "/apis/batch/v1/namespaces/n/jobs/second Failed",
        ]);
    });
});

describe("the part of the report", () => {
    it("says what was compared, and how much longer `up` took round by round", () => {
        const timings = (...walls: number[]) => walls.map((wall) => ({ wall, cpu: undefined }));
        const rounds = { results: [timings(30, 40), timings(20, 20)], loads: [1, 1] };
        const report = upReport("kubernetes", { name: "the program", text: ["It applies", "objects."] }, rounds);
        expect(report).toContain("The environment of `Pulumi.k8s.yaml` in a cluster");
        expect(report).toMatch(/\| the program \| +20\.0 \(20\.0-20\.0\) \| 1\.75 \(1\.50-2\.00\) \|/);
    });
});

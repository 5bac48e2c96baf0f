// The resources that a whole environment registers: names, parents, providers, hardening, secrets.
import * as path from "path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { TracedEnvironment } from "../../components";
import { USER_SECRET, WHOLE } from "../helpers/environment";
import { expectGolden } from "../helpers/golden";
import { PASSWORD, plainTexts, Registered, registeredBy, unmarked } from "../helpers/mocks";

const CONTAINER = "docker:index/container:Container";

// A whole environment takes a while where much else runs.
jest.setTimeout(60_000);

interface ContainerInputs {
    name?: string;
    user: string;
    readOnly: boolean;
    start?: boolean;
    capabilities: unknown;
    securityOpts: string[];
    ports?: { ip?: string }[];
    memory?: number;
    memorySwap?: number;
    networksAdvanced?: { name: string }[];
    envs?: string[];
    deleteBeforeReplace?: boolean;
}

function environment(opts: pulumi.ComponentResourceOptions = {}): Promise<Registered[]> {
    return registeredBy(() => {
        const provider = new docker.Provider("engine", { host: "unix:///var/run/docker.sock" });
        new TracedEnvironment("main", WHOLE, { providers: [provider], ...opts });
    });
}

describe("a whole environment", () => {
    let resources: Registered[];
    let containers: (ContainerInputs & { logical: string })[];
    beforeAll(async () => {
        resources = await environment();
        containers = resources
            .filter(({ type }) => type === CONTAINER)
            .map(({ name, inputs }) => ({ ...(unmarked(inputs) as ContainerInputs), logical: name }));
    });

    it("registers the children that are known and reviewed", () => {
        const lines = resources
            .map(({ type, name, parentType }) => `${parentType || "-"} > ${type} ${name}`)
            .sort();
        expectGolden(path.join(__dirname, "golden/children.txt"), `${lines.join("\n")}\n`);
    });

    it("gives every logical name once per type", () => {
        const names = resources.map(({ type, name }) => `${type}::${name}`);
        expect(new Set(names).size).toBe(names.length);
    });

    it("parents every child, down from the environment", () => {
        const orphans = resources.filter(
            ({ type, name, parentType }) =>
                !parentType.startsWith("traced-environment:") &&
                name !== "main" &&
                !type.startsWith("pulumi:providers"),
        );
        expect(orphans.map(({ name }) => name)).toEqual([]);
    });

    it("starts the name of every child with the name of the environment", () => {
        expect(
            resources.map(({ name }) => name).filter((name) => !/^(main(-|$)|engine$)/.test(name)),
        ).toEqual([]);
    });

    it("uses the provider that it was given for every Docker resource", () => {
        const others = resources.filter(
            ({ type, provider }) => type.startsWith("docker:") && !provider?.includes("::engine::"),
        );
        expect(others.map(({ name }) => name)).toEqual([]);
    });

    it("hands no arguments to the engine with its components", () => {
        const given = resources.filter(
            ({ type, inputs }) => type.startsWith("traced-environment:") && Object.keys(inputs).length > 0,
        );
        expect(given.map(({ name }) => name)).toEqual([]);
    });

    it("gives every physical name once", () => {
        const names = resources
            .map(({ inputs, type }) => `${type} ${String(inputs.name)}`)
            .filter((name) => !/undefined|remoteImage/i.test(name));
        expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    });

    it("runs nothing as root, with capabilities, or with a way to more privileges", () => {
        for (const container of containers) {
            expect({ name: container.logical, user: container.user.startsWith("0:") }).toEqual({
                name: container.logical,
                user: false,
            });
            expect(container.capabilities).toEqual({ drops: ["ALL"] });
            expect(container.securityOpts).toEqual(["no-new-privileges"]);
        }
    });

    it("runs nothing with a root that can be written", () => {
        const writable = containers.filter(({ readOnly }) => !readOnly);
        // What carries files into volumes never starts.
        expect(writable.every(({ start }) => start === false)).toBe(true);
    });

    it("limits the memory of everything that runs, and gives it no swap", () => {
        for (const { start, memory, memorySwap, logical } of containers) {
            expect({ logical, limited: start === false || (memory! > 0 && memory === memorySwap) }).toEqual({
                logical,
                limited: true,
            });
        }
    });

    it("has retention check what it deletes each hour, and gives it the maintainer's password alone", () => {
        const { logical: _, ...retention } = containers.find(({ logical }) => logical === "main-retention")!;
        expect(retention.envs).toEqual([
            "CA_FILE=/etc/retention/ca.pem",
            "INDEX_PREFIX=stack",
            "MAX_BYTES=0",
            "PASSWORD_FILE=/etc/retention/secrets/password",
            "RETENTION_DAYS=7",
            "STORAGE_USER=jaeger-maintainer",
            "URLS=http://project-stack-t1-main-storage:9200",
        ]);
        const carrier = resources.find(({ name }) => name === "main-retention-config-files");
        expect(JSON.stringify(carrier?.inputs).match(new RegExp(`${PASSWORD}-[a-z-]+`, "g"))).toEqual([
            `${PASSWORD}-main-storage-maintainer-password`,
        ]);
    });

    it("has the canary ask each app with a route, inside, and read by the query role", () => {
        expect(containers.find(({ logical }) => logical === "main-canary")?.envs).toEqual([
            "INGRESS_SERVICE=ingress",
            "INGRESS_URL=http://project-stack-t1-main-ingress:8000",
            "QUERY_URL=http://project-stack-t1-main-query:16686",
            "ROUTES=shop shop.example.org /",
            "RUN_SECONDS=120",
            "TRACE_SECONDS=20",
        ]);
    });

    it("labels what has metrics with where they are", () => {
        const marks = resources
            .filter(({ type }) => type === CONTAINER)
            .map(({ name, inputs }): [string, string] => [
                name,
                (unmarked(inputs.labels) as { label: string; value: string }[])
                    .filter(({ label }) => label.startsWith("prometheus.io/"))
                    .map(({ label, value }) => `${label.slice(14)}=${value}`)
                    .join(),
            ])
            .filter(([, labels]) => labels !== "");
        expect(Object.fromEntries(marks)).toEqual({
            "main-collector-0": "path=/metrics,port=8888,scrape=true",
            "main-ingress-0": "path=/metrics,port=9100,scrape=true",
            "main-query-0": "path=/metrics,port=8888,scrape=true",
        });
    });

    it("has the ingress and the apps send their spans each second", () => {
        const sending = containers.filter(({ envs }) => envs?.includes("OTEL_BSP_SCHEDULE_DELAY=1000"));
        expect(sending.map(({ logical }) => logical).sort()).toEqual([
            "main-ingress-0",
            "main-shop-0",
            "main-shop-1",
            "main-worker-0",
        ]);
    });

    it("publishes only the ingress, on the loopback address", () => {
        const published = containers.flatMap(({ logical, ports }) =>
            (ports ?? []).map(({ ip }) => ({ logical, ip })),
        );
        expect(published).toEqual([
            { logical: "main-ingress-0", ip: "127.0.0.1" },
            { logical: "main-ingress-0", ip: "127.0.0.1" },
        ]);
    });

    it("lets each part reach only what it calls", () => {
        const of = (logical: string) =>
            containers
                .find((container) => container.logical === logical)
                ?.networksAdvanced?.map(({ name }) => name.replace("project-stack-t1-main-", ""))
                .sort();
        expect(of("main-storage-0")).toEqual(["storage-network"]);
        expect(of("main-retention")).toEqual(["storage-network"]);
        expect(of("main-collector-0")).toEqual(["collector-network", "storage-network"]);
        expect(of("main-query-0")).toEqual(["query-network", "storage-network"]);
        expect(of("main-ingress-0")).toEqual([
            "collector-network",
            "ingress-edge",
            "ingress-network",
            "query-network",
        ]);
        expect(of("main-shop-1")).toEqual([
            "collector-network",
            "database",
            "ingress-network",
            "shop-egress",
        ]);
        expect(of("main-worker-0")).toEqual(["collector-network"]);
        expect(of("main-canary")).toEqual(["ingress-network", "query-network"]);
    });

    it("has no way out of the networks that parts own", () => {
        const networks = resources.filter(({ type }) => type === "docker:index/network:Network");
        const open = networks
            .filter(({ inputs }) => inputs.internal !== true)
            .map(({ name }) => name)
            .sort();
        expect(open).toEqual(["main-ingress-edge", "main-shop-egress"]);
    });

    it("takes the subnets of its own networks from the pool", () => {
        const subnets = resources
            .filter(({ type }) => type === "docker:index/network:Network")
            .map(({ name, inputs }) => [
                name,
                (inputs.ipamConfigs as { subnet: string }[] | undefined)?.[0].subnet,
            ])
            .filter(([, subnet]) => subnet);
        expect(Object.fromEntries(subnets)).toEqual({
            "main-storage-network": "10.210.0.0/26",
            "main-collector-network": "10.210.0.64/26",
            "main-query-network": "10.210.0.128/26",
            "main-ingress-network": "10.210.0.192/26",
        });
    });

    it("gives each instance its own service.instance.id", () => {
        const ids = ["main-shop-0", "main-shop-1"].map((logical) =>
            containers
                .find((container) => container.logical === logical)
                ?.envs?.find((env) => env.startsWith("OTEL_RESOURCE_ATTRIBUTES=")),
        );
        expect(ids[0]).toMatch(/service\.instance\.id=project-stack-t1-main-shop-0-[0-9a-f]{8}\b/);
        expect(ids[1]).toMatch(/service\.instance\.id=project-stack-t1-main-shop-1-[0-9a-f]{8}\b/);
    });

    it("makes new instances of an app beside the old ones, under names that Pulumi finds", () => {
        const order = containers
            .filter(({ logical, start }) => /-\d+$/.test(logical) && start !== false && !/-check-/.test(logical))
            .map(({ logical, name }) => [
                logical,
                name !== undefined,
                resources.find((each) => each.name === logical)?.deleteBeforeReplace,
            ])
            .sort();
        expect(order).toEqual([
            ["main-collector-0", true, true],
            ["main-ingress-0", true, true],
            ["main-query-0", true, true],
            ["main-shop-0", false, false],
            ["main-shop-1", false, false],
            ["main-storage-0", true, true],
            ["main-worker-0", false, false],
        ]);
    });

    it("shows no secret in an input that is not marked as secret", () => {
        for (const { name, inputs } of resources) {
            const leaks = plainTexts(inputs).filter(
                (text) => text.includes(PASSWORD) || text.includes(USER_SECRET),
            );
            expect({ name, leaks }).toEqual({ name, leaks: [] });
        }
    });

    it("delivers the secrets all the same", () => {
        const all = JSON.stringify(resources.map(({ inputs }) => unmarked(inputs)));
        expect(all).toContain(USER_SECRET);
        expect(all).toContain(`${PASSWORD}-main-storage-writer-password`);
    });

    it("never replaces what holds data for the sake of a setting", () => {
        const volumes = resources.filter(
            ({ type, name }) => type.endsWith(":Volume") && /-(data|backup)-/.test(name),
        );
        expect(volumes.map(({ name, ignoreChanges }) => [name, ignoreChanges])).toEqual([
            ["main-storage-data-0", ["driver", "driverOpts", "labels", "name"]],
            ["main-storage-backup-0", ["driver", "driverOpts", "labels", "name"]],
        ]);
    });

    it("looks at the data before it replaces what uses them, and may only read them", () => {
        const check = resources.find(({ name }) => name === "main-storage-data-check-0");
        expect(unmarked(check?.inputs)).toMatchObject({
            networkMode: "none",
            volumes: [
                { volumeName: "project-stack-t1-main-storage-data-0", readOnly: true },
                { volumeName: "project-stack-t1-main-storage-backup-0", readOnly: true },
            ],
            command: expect.arrayContaining(["/usr/share/elasticsearch/data", "8.19.0"]),
        });
        const order = resources.map(({ name }) => name);
        const before = order.indexOf("main-storage-data-check-0");
        expect(before).toBeGreaterThan(order.indexOf("main-storage-data-0"));
        for (const name of ["main-storage-config", "main-storage-config-files", "main-storage-0"]) {
            expect(order.indexOf(name)).toBeGreaterThan(before);
        }
    });

    it("replaces no network, and no folder that others write in, for the sake of a label", () => {
        const held = resources.filter(
            ({ type, name }) => type.endsWith(":Network") || name.endsWith("-routes"),
        );
        expect(held).toHaveLength(7);
        expect(held.filter(({ ignoreChanges }) => !ignoreChanges.includes("labels"))).toEqual([]);
    });

    it("labels all that the engine keeps with what it belongs to, so that two clones are told apart", () => {
        const labelled = resources.filter(({ type }) => /^docker:.*:(Container|Network|Volume)$/.test(type));
        expect(labelled.length).toBeGreaterThan(20);
        for (const { name, inputs } of labelled) {
            const labels = unmarked(inputs.labels) as { label: string; value: string }[];
            expect({ name, labels: labels.filter(({ label }) => /part-of|environment-id/.test(label)) }).toEqual({
                name,
                labels: [
                    { label: "app.kubernetes.io/part-of", value: "project-stack" },
                    { label: "traced-environment/environment-id", value: "t1" },
                ],
            });
        }
    });

    it("registers the same inputs when it runs again", async () => {
        const again = await environment();
        const byName = (list: Registered[]) =>
            Object.fromEntries(
                list.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(inputs)]),
            );
        expect(byName(again)).toEqual(byName(resources));
    });

    it("reaches every child with the user's transformations", async () => {
        const seen: string[] = [];
        await environment({
            transformations: [
                ({ name }) => {
                    seen.push(name);
                    return undefined;
                },
            ],
        });
        const children = resources.map(({ name }) => name).filter((name) => name !== "engine");
        expect([...seen].sort()).toEqual([...children].sort());
    });
});

// The whole environment in a real cluster, by the project's own commands, from nothing to nothing.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { openStack } from "../../scripts/stack";
import { LocalFolder } from "../../scripts/stack/localFolder";
import { openProject } from "../../scripts/stack/project";
import { CONTEXT } from "../../toolchain/cluster/layout";
import { ROOT } from "../engine/support/command";
import { newTrace, readTrace, request } from "../engine/support/http";
import { startLoad } from "../engine/support/load";
import { Program } from "../engine/support/program";
import { eventually } from "../engine/support/wait";
import { Namespace } from "./support/namespace";
import { ClusterStack, Pod, Verification } from "./support/environment";

const WEB = 18090;
const HOST = "shop.localhost";
const PARTS = ["main-ingress", "main-shop", "main-storage", "database-shop", "main-collector", "main-query"];

const stack = new ClusterStack("test-cluster", WEB);

beforeAll(async () => {
    await stack.removeLeftovers();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

describe("npm run up", () => {
    it("makes the environment and verifies it as on Docker", async () => {
        const { verification, outputs } = await stack.up();
        expect(outputs).toMatchObject({ probes: { cluster: { context: "traced-environment-local" } } });
        const { whole, notes, apps } = verification as Verification;
        // A note would say that NetworkPolicy is not enforced.
        expect({ whole, notes }).toEqual({ whole: true, notes: [] });
        expect(apps[0].checks.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
            "path: whole",
            "instances: whole",
            "ordinary: whole",
        ]);
        expect(new Set(apps[0].traces.flatMap(({ spans }) => spans.map(({ service }) => service)))).toEqual(
            new Set(["ingress", "shop"]),
        );
    });

    it("changes nothing when it is run again, also after looking at what really is there", async () => {
        await stack.command("up", ["--expect-no-changes"]);
        await stack.command("up", ["--refresh", "--expect-no-changes"]);
        expect(await stack.preview()).toEqual([]);
    });
});

describe("every pod", () => {
    it("is as Pod Security restricted wants it, which its namespace enforces", async () => {
        const pods = await stack.pods();
        expect(pods.length).toBeGreaterThanOrEqual(PARTS.length);
        const namespaces = new Set(pods.map(({ metadata }) => metadata.namespace));
        expect(namespaces.size).toBe(1);
        const [name] = namespaces;
        const { metadata } = await (await stack.api()).json(`/api/v1/namespaces/${name}`);
        expect(metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
    });

    it("has in its process what its description says", async () => {
        for (const part of PARTS) {
            const status = fs.readFileSync(`/proc/${await stack.processOf(await stack.pod(part))}/status`, "utf8");
            expect({ part, status }).toEqual({ part, status: expect.stringMatching(/^Uid:\t[1-9]/m) });
            expect(status).toMatch(/^CapEff:\t0+$/m);
            expect(status).toMatch(/^CapBnd:\t0+$/m);
            expect(status).toMatch(/^NoNewPrivs:\t1$/m);
        }
    });
});

describe("who may reach whom", () => {
    it.each([
        ["main-shop", "main-storage", 9200],
        ["main-shop", "main-query", 16686],
        ["main-ingress", "main-storage", 9200],
        ["main-ingress", "database-shop", 5432],
        ["database-shop", "main-storage", 9200],
        ["main-storage", "database-shop", 5432],
    ])("%s can't open %s:%i", async (from, to, port) => {
        expect(await stack.opens(await stack.pod(from), await stack.pod(to), port)).toBe(false);
    });

    it.each([
        ["main-shop", "main-collector", 4318],
        ["main-shop", "database-shop", 5432],
        ["main-ingress", "main-shop", 8000],
        ["main-collector", "main-storage", 9200],
        ["main-ingress", "main-query", 16686],
    ])("%s opens %s:%i", async (from, to, port) => {
        expect(await stack.opens(await stack.pod(from), await stack.pod(to), port)).toBe(true);
    });

    it("a pod of another namespace can open neither the collector nor the storage nor an app", async () => {
        const foreign = new Namespace(await stack.api(), `foreign-${process.pid}`);
        await foreign.make();
        try {
            const targets: [string, number][] = [["main-collector", 4318], ["main-storage", 9200], ["main-shop", 8000]];
            const addresses = await Promise.all(
                targets.map(async ([part, port]) => `("${(await stack.pod(part)).status.podIP}", ${port})`),
            );
            const script = `
import socket
for address in [${addresses.join(", ")}]:
    try:
        socket.create_connection(address, timeout=3)
        print("open", address)
    except OSError:
        print("closed")
`;
            expect((await foreign.run("stranger", script)).log).toBe("closed\nclosed\nclosed\n");
        } finally {
            await foreign.remove();
        }
    });

    it("verify says so when a connection is let through that no policy of ours allows", async () => {
        const storage = await stack.pod("main-storage");
        const { namespace, labels } = storage.metadata;
        const api = await stack.api();
        const policy = {
            ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "lets-all-in", namespace } },
            spec: { podSelector: { matchLabels: labels }, policyTypes: ["Ingress"], ingress: [{}] },
        };
        const way = { ...policy, metadata: { name: "lets-all-out", namespace }, spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{}] } };
        const all = [policy, way];
        await Promise.all(all.map((each) => api.apply(each)));
        try {
            const noted = await eventually(() => stack.verify(), ({ notes }) => notes.length > 0, 30);
            expect(noted).toMatchObject({ whole: true, notes: [expect.stringContaining("does not enforce NetworkPolicy")] });
        } finally {
            for (const { metadata } of all) {
                const address = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/${metadata.name}`;
                await api.json(address, { method: "DELETE" });
            }
        }
    });
});

describe("a release under load", () => {
    it("of another image loses no request", async () => {
        const { shop } = stack.settings.apps;
        const before = await stack.ready("main-shop");
        const release = fs.mkdtempSync(path.join(os.tmpdir(), "shop-"));
        fs.cpSync(path.join(ROOT, "examples/django-shop"), release, { recursive: true });
        fs.appendFileSync(path.join(release, "Dockerfile"), "LABEL release=next\n");
        shop.build = release;
        const load = startLoad({ port: WEB, host: HOST, rate: 20, atMost: 300 });
        await stack.up("--no-verify");
        const result = await load.stop();
        fs.rmSync(release, { recursive: true });
        expect(result.failures).toEqual([]);
        expect(await stack.ordersMade(result)).toBe(result.orders.length);
        // Two before, two after.
        expect(result.instances.size).toBe(4);
        const image = ({ spec }: Pod) => spec.containers[0].image;
        expect(image(await stack.pod("main-shop"))).not.toBe(image(before[0]));
        expect(await eventually(() => stack.stored(result.traces), (found) => found === result.traces.length, 60)).toBe(
            result.traces.length,
        );

        shop.build = "examples/django-shop";
        await stack.up();
        expect(await stack.preview()).toEqual([]);
    });

    it("whose image can't be pulled says so, leaves the old instances at work, and is taken back", async () => {
        const { shop } = stack.settings.apps;
        // Its task would wait for the image too, as long as a migration may take.
        const { build, tasks, generateSecrets } = shop;
        const before = (await stack.ready("main-shop")).map(({ metadata }) => metadata.name).sort();
        delete shop.build;
        delete shop.tasks;
        shop.readyTimeout = 20;
        shop.image = "registry.invalid/shop:1.0.0";
        // A Secret of another content too: that of the old content is still there when the release is taken back.
        shop.generateSecrets = [...(generateSecrets as string[]), "NEXT_KEY"];
        const { code, stdout, stderr } = await stack.command("up", ["--no-verify"], "any");
        expect(code).not.toBe(0);
        expect(stdout + stderr).toMatch(/registry\.invalid\/shop:1\.0\.0/);
        expect(stdout + stderr).toMatch(/ErrImagePull|ImagePullBackOff/);
        expect((await stack.ready("main-shop")).map(({ metadata }) => metadata.name).sort()).toEqual(before);
        expect(await request(WEB, "/health", { host: HOST })).toMatchObject({ status: 200 });
        delete shop.image;
        delete shop.readyTimeout;
        Object.assign(shop, { build, tasks, generateSecrets });
        await stack.up();
        expect(await stack.preview()).toEqual([]);
    });
});

describe("another program's app, in a namespace of its own", () => {
    const second = new Program(path.join(ROOT, "examples/second-program"), "test-cluster-second");
    const SECOND_HOST = "second.localhost";
    let namespace: Namespace;

    beforeAll(async () => {
        namespace = new Namespace(await stack.api(), `second-${process.pid}`);
        await namespace.make();
    });

    afterAll(async () => {
        await second.remove();
        await namespace.remove();
    });

    it("is served and traced with the others, which notice nothing; it leaves no route behind", async () => {
        const { image } = (await stack.pod("main-shop")).spec.containers[0];
        const before = await uids("main-ingress");
        const load = startLoad({ port: WEB, host: HOST, rate: 10, atMost: 400 });
        await second.init((await openStack(stack.name, "platform")).env, {
            own: {
                environment: `organization/traced-environment/${stack.name}`,
                ...{ platform: "kubernetes", namespace: namespace.name },
                ...{ environmentId: new LocalFolder(openProject()).environmentId, image },
            },
            providers: { "kubernetes:context": CONTEXT },
            secrets: { secretKey: "of-the-second-program" },
        });
        await second.up();

        const trace = newTrace();
        const ask = () => request(WEB, "/api/products", { host: SECOND_HOST, headers: { traceparent: trace.traceparent } });
        // The kubelet brings a new route within its sync period.
        expect(await eventually(ask, ({ status }) => status !== 404, 120)).toMatchObject({ status: 200 });
        const { podIP } = (await stack.pod("main-query")).status;
        const services = async () => [...new Set((await readTrace(16686, trace.id, podIP)).map(({ service }) => service))].sort();
        expect(await eventually(services, (names) => names.length === 2)).toEqual(["ingress", "second"]);

        await second.destroy();
        expect(await eventually(ask, ({ status }) => status === 404, 120)).toMatchObject({ status: 404 });
        const result = await load.stop();
        expect(result.failures).toEqual([]);
        expect(result.sent).toBeGreaterThan(100);
        expect(await stack.ordersMade(result)).toBe(result.orders.length);
        expect(await uids("main-ingress")).toEqual(before);
        expect(await stack.preview()).toEqual([]);
    });

    const uids = async (part: string) => (await stack.ready(part)).map(({ metadata }) => metadata.uid).sort();
});

describe("three nodes in the place of one", () => {
    it("are refused while there are data, by name and with the way out", async () => {
        stack.settings.storage.kubernetes = { nodes: 3 };
        for (const [command, args] of [["preview", []], ["up", ["--no-verify"]]] as const) {
            const { code, stdout, stderr } = await stack.command(command, [...args], "any");
            expect(code).not.toBe(0);
            expect(stdout + stderr).toMatch(
                /"\S*main-storage" can't go from 1 to 3 nodes while it holds data\. Set the number back; or make a backup, destroy/,
            );
        }
        delete stack.settings.storage.kubernetes;
        await stack.up();
        expect(await stack.preview()).toEqual([]);
    });
});

describe("data that are kept", () => {
    it("stay with their namespace when the stack goes, are named, and are found again", async () => {
        stack.settings.storage.keepData = true;
        await stack.up();
        const { apps } = await stack.verify();
        const traces = apps.flatMap((app) => app.traces.map(({ traceId }) => traceId));
        const { namespace } = (await stack.pod("main-storage")).metadata;

        const { stderr } = await stack.command("down", ["--keep-engine"]);
        expect(stderr).toContain(`namespace ${namespace}`);
        expect(stderr).toMatch(new RegExp(`claim \\S*main-storage\\S* in ${namespace}`));
        const kinds = new Set((await stack.inCluster()).map((each) => each.split("/")[0]));
        expect(kinds).toEqual(new Set(["namespaces", "persistentvolumeclaims"]));

        await stack.up();
        expect(await stack.stored(traces)).toBe(traces.length);
        stack.settings.storage.keepData = false;
        await stack.up();
    });
});

describe("npm run down", () => {
    it("leaves nothing", async () => {
        await stack.command("down", ["--keep-engine"]);
        expect(await eventually(() => stack.inCluster(), (found) => found.length === 0, 60)).toEqual([]);
    });
});

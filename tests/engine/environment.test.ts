// The whole environment on a real engine, by the project's own commands, from nothing to nothing.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { docker, ROOT, run } from "./support/command";
import { startLoad } from "./support/load";
import { CLIENT, newTrace, readTrace, request, SERVER, Span, traceWith } from "./support/http";
import { ordersMade } from "./support/orders";
import { findings, keptOf, secretsOf } from "./support/secrets";
import { Change, TestStack } from "./support/stack";
import { eventually } from "./support/wait";
import { faultTests } from "./topics/faults";
import { privilegesTests } from "./topics/privileges";
import { retentionTests } from "./topics/retention";
import { tlsTests } from "./topics/tls";

const WEB = 18080;
const JAEGER_UI = 18686;
const SECURE = 18443;
const HOST = "shop.localhost";

const stack = new TestStack("test-engine", { web: WEB, jaegerUi: JAEGER_UI });

/** Orders something; the answer says which instance served it. */
async function order(): Promise<{ id: string; parent: string; instance: string }> {
    const trace = newTrace();
    const { status, headers, body } = await request(WEB, "/api/orders", {
        method: "POST",
        host: HOST,
        headers: { "Content-Type": "application/json", traceparent: trace.traceparent },
        body: JSON.stringify({ customer: "engine test", lines: [{ product: 1, quantity: 1 }] }),
    });
    expect({ status, body: status < 300 ? "" : body }).toEqual({ status: 201, body: "" });
    return { ...trace, instance: String(headers["x-instance"]) };
}

const isDatabase = (span: Span) =>
    span.service === "shop" && span.kind === CLIENT && span.attributes["db.system.name"] === "postgresql";

/** A span is sent when it has ended: those of the database may come before the one that is above them. */
const isWhole = (spans: Span[]) =>
    spans.some(isDatabase) &&
    ["ingress", "shop"].every((name) => spans.some(({ service, kind }) => service === name && kind === SERVER));

/** The containers of the shop's instances, in the order of their ids. */
const shopInstances = async () =>
    (await stack.containers())
        .filter(({ Name }) => /^\/main-shop-\d-/.test(Name))
        .map(({ Id }) => Id)
        .sort();

/** The names of changed resources, each once. */
const changed = (changes: Change[]) =>
    [
        ...new Set(changes.filter(({ type }) => !type.startsWith("pulumi:pulumi")).map(({ name }) => name)),
    ].sort();

/** What git finds changed, by content. */
async function checkout(): Promise<string> {
    const { stdout: status } = await run("git", ["status", "--porcelain"]);
    const { stdout: diff } = await run("git", ["diff"]);
    return status + diff;
}

let before = "";

beforeAll(async () => {
    before = await checkout();
    await stack.removeLeftovers();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

describe("npm run up", () => {
    it("makes the environment and verifies it", async () => {
        const { verification, outputs } = await stack.up();
        expect(verification).toMatchObject({ whole: true });
        expect(outputs).toMatchObject({
            urls: { apps: { shop: `http://${HOST}:${WEB}/` }, jaegerUi: `http://127.0.0.1:${JAEGER_UI}` },
        });
    });

    it("made what the settings are drawn as", async () => {
        const made = await stack.command("diagram", ["--from", "state"]);
        expect(made.stdout).toContain("part_main_ingress");
        expect(made.stdout).toBe((await stack.command("diagram")).stdout);
    });

    it("changes nothing when it is run again, also after looking at what really is there", async () => {
        await stack.command("up", ["--expect-no-changes"]);
        await stack.command("up", ["--refresh", "--expect-no-changes"]);
        expect(await stack.preview()).toEqual([]);
    });

    it("changes no file of the checkout", async () => {
        expect(await checkout()).toBe(before);
    });
});

describe("a request", () => {
    it("is one trace from the proxy to the database, on each of the two replicas", async () => {
        const seen = new Set<string>();
        for (let attempt = 0; attempt < 20 && seen.size < 2; attempt++) {
            const { id, parent, instance } = await order();
            const spans = await traceWith(JAEGER_UI, id, isWhole);
            const proxied = spans.find(({ service, kind }) => service === "ingress" && kind === SERVER);
            const forwarded = spans.find(({ service, kind }) => service === "ingress" && kind === CLIENT);
            const served = spans.find(({ service, kind }) => service === "shop" && kind === SERVER);
            expect(proxied).toMatchObject({ name: "POST", parent });
            expect(forwarded).toMatchObject({ name: "ReverseProxy", parent: proxied?.id });
            expect(served).toMatchObject({ name: "POST api/orders", parent: forwarded?.id, instance });
            expect(spans.filter(isDatabase).map((span) => span.parent)).toEqual(
                spans.filter(isDatabase).map(() => served?.id),
            );
            seen.add(instance);
        }
        expect([...seen].map((instance) => instance.replace(/.*-(\d+)-[0-9a-f]{8}$/, "$1")).sort()).toEqual([
            "0",
            "1",
        ]);
    });

    it("is traced from the proxy on when nobody asked for it", async () => {
        const agent = `engine-test-${Date.now()}`;
        await request(WEB, "/", { host: HOST, headers: { "User-Agent": agent } });
        const started = new Date(Date.now() - 60_000).toISOString();
        let body = "";
        for (let attempt = 0; attempt < 60 && !body.includes(agent); attempt++) {
            await new Promise((resolve) => setTimeout(resolve, 500));
            const ended = new Date(Date.now() + 60_000).toISOString();
            ({ body } = await request(
                JAEGER_UI,
                `/api/v3/traces?query.service_name=ingress&query.start_time_min=${started}&query.start_time_max=${ended}&query.num_traces=100`,
            ));
        }
        expect(body).toContain(agent);
    });

    it("for the app's health is traced by nobody", async () => {
        const health = newTrace();
        const { status } = await request(WEB, "/health", {
            host: HOST,
            headers: { traceparent: health.traceparent },
        });
        expect(status).toBe(200);
        // The spans of one that was sent later have come; its own would have too.
        const { id } = await order();
        const spans = await traceWith(JAEGER_UI, id, isWhole);
        expect(spans.length).toBeGreaterThan(2);
        expect(await readTrace(JAEGER_UI, health.id)).toEqual([]);
    });

    it("to no route is answered by the proxy", async () => {
        expect(await request(WEB, "/", { host: "other.localhost" })).toMatchObject({ status: 404 });
    });
});

describe("every container", () => {
    it("is not root, has a read-only root, no capabilities and no way to more privileges", async () => {
        const running = (await stack.containers()).filter(({ State }) => State.Running);
        expect(running.length).toBeGreaterThanOrEqual(8);
        for (const { Name, Config, HostConfig } of running) {
            expect({
                Name,
                root: /^(0|root)?(:|$)/.test(Config.User),
                readOnly: HostConfig.ReadonlyRootfs,
                dropped: HostConfig.CapDrop,
                added: HostConfig.CapAdd ?? [],
                options: HostConfig.SecurityOpt,
                privileged: HostConfig.Privileged,
            }).toEqual({
                Name,
                root: false,
                readOnly: true,
                dropped: ["ALL"],
                added: [],
                options: ["no-new-privileges"],
                privileged: false,
            });
        }
    });

    it("has in its process what its description says", async () => {
        for (const suffix of [
            "storage-0",
            "collector-0",
            "query-0",
            "ingress-0",
            "shop-0",
            "shop-1",
            "database-shop-0",
        ]) {
            const { Id } = await stack.container(`-${suffix}`);
            const status = (await docker("exec", Id, "cat", "/proc/1/status")).join("\n");
            expect({ suffix, status }).toEqual({ suffix, status: expect.stringMatching(/^Uid:\t[1-9]/m) });
            expect(status).toMatch(/^CapEff:\t0+$/m);
            expect(status).toMatch(/^CapBnd:\t0+$/m);
            expect(status).toMatch(/^NoNewPrivs:\t1$/m);
        }
    });
});

describe("every container that runs or ran", () => {
    it("has its log rotated by the engine, and mounts volumes only, nothing of the host", async () => {
        const started = (await stack.containers()).filter(({ State }) => State.Status !== "created");
        expect(started.some(({ State }) => !State.Running)).toBe(true);
        for (const { Name, HostConfig, Mounts } of started) {
            expect({ Name, log: HostConfig.LogConfig }).toEqual({
                Name,
                log: { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } },
            });
            expect({ Name, mounts: Mounts.filter(({ Type }) => !["volume", "tmpfs"].includes(Type)) }).toEqual({
                Name,
                mounts: [],
            });
        }
    });
});

describe("who may reach whom", () => {
    /** Whether a port answers from inside a container, at each of the other's addresses. */
    async function opens(from: string, to: string, port: number): Promise<boolean[]> {
        const target = await stack.container(`-${to}`);
        const { State } = await stack.container(`-${from}`);
        const addresses = Object.values(target.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
        const tries = addresses.map(async (address) => {
            // In the network namespace of the container, with a shell of the host: not every image has a client.
            const probe = ["timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${address}/${port}`];
            return (
                (await run("nsenter", ["--target", String(State.Pid), "--net", ...probe], { expect: "any" }))
                    .code === 0
            );
        });
        return Promise.all(tries);
    }

    it.each([
        ["shop-0", "storage-0", 9200],
        ["shop-0", "query-0", 16686],
        ["ingress-0", "storage-0", 9200],
        ["ingress-0", "database-shop-0", 5432],
        ["database-shop-0", "storage-0", 9200],
        ["storage-0", "database-shop-0", 5432],
    ])("%s can't open %s:%i", async (from, to, port) => {
        expect(await opens(from, to, port)).not.toContain(true);
    });

    it.each([
        ["shop-0", "collector-0", 4318],
        ["shop-0", "database-shop-0", 5432],
        ["ingress-0", "shop-1", 8000],
        ["collector-0", "storage-0", 9200],
        ["ingress-0", "query-0", 16686],
        // The known limit: who calls the same callee meets the other callers on its network.
        ["shop-0", "shop-1", 8000],
        ["query-0", "collector-0", 4317],
    ])("%s opens %s:%i", async (from, to, port) => {
        expect(await opens(from, to, port)).toContain(true);
    });

    it("an app is refused where Jaeger's UI comes in", async () => {
        const ingress = await stack.container("-ingress-0");
        const { State } = await stack.container("-shop-0");
        const answers = Object.values(ingress.NetworkSettings.Networks).map(async ({ IPAddress }) => {
            const request = `exec 3<>/dev/tcp/${IPAddress}/8686 && printf 'GET /api/v3/services HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3`;
            const probe = ["--target", String(State.Pid), "--net", "timeout", "3", "bash", "-c", request];
            return (await run("nsenter", probe, { expect: "any" })).stdout.trim();
        });
        // Refused, or on a network that the app is not on.
        expect(new Set(await Promise.all(answers))).toEqual(new Set(["HTTP/1.0 403 Forbidden", ""]));
        expect(await request(JAEGER_UI, "/api/v3/services")).toMatchObject({ status: 200 });
    });

    it("nothing but the ingress publishes a port, on the loopback address", async () => {
        const containers = await docker("ps", "--format", "{{.Names}} {{.Ports}}", ...stack.filters);
        const published = containers.filter((line) => line.includes("->"));
        expect(published).toHaveLength(1);
        expect(published[0]).toContain("ingress-0");
        expect(published[0].match(/(\S+?):\d+->/g)).toEqual(
            [`127.0.0.1:${JAEGER_UI}->`, `127.0.0.1:${WEB}->`].sort(),
        );
    });
});

describe("secrets", () => {
    it("are in clear in no state, preview, description or log", async () => {
        const secrets = await secretsOf(stack);
        expect(secrets.length).toBeGreaterThanOrEqual(8);
        const haystacks = await keptOf(stack);
        haystacks.push({ where: "preview", text: (await stack.command("preview", ["--diff"])).stdout });
        haystacks.push({
            where: "preview --json",
            text: (await stack.command("preview", ["--json"])).stdout,
        });
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "summary-"));
        const summary = path.join(folder, "summary.md");
        expect((await stack.command("preview", ["--summary", summary])).stdout).toBe("");
        const markdown = fs.readFileSync(summary, "utf8");
        fs.rmSync(folder, { recursive: true });
        expect(markdown).toContain("### Preview of `traced-environment/test-engine`");
        haystacks.push({ where: "preview --summary", text: markdown });
        haystacks.push({
            where: "outputs",
            text: (await stack.pulumi("stack", "output", "--json", "--show-secrets")).stdout,
        });
        expect(findings(secrets, haystacks)).toEqual([]);
    });

    it("would be found", async () => {
        const [secret] = await secretsOf(stack);
        const forms = [
            secret,
            Buffer.from(`x${secret}`).toString("base64"),
            encodeURIComponent(`%${secret}`),
        ];
        expect(
            findings(
                [secret],
                forms.map((text) => ({ where: "test", text })),
            ),
        ).toHaveLength(3);
    });
});

describe("changing a setting", () => {
    it("of an app touches that app alone", async () => {
        const { shop } = stack.settings.apps;
        shop.environment = { ...(shop.environment as object), OTEL_RESOURCE_ATTRIBUTES: "team=checkout" };
        expect(changed(await stack.preview())).toEqual([
            "main-shop-0",
            "main-shop-1",
            "main-shop-migrate",
            "main-shop-route",
        ]);
        await stack.up();
        expect(await stack.preview()).toEqual([]);
    });

    it("of the storage keeps what is stored", async () => {
        const { id } = await order();
        const before = await traceWith(JAEGER_UI, id, isWhole);
        stack.settings.storage.memory = "1088MiB";
        expect(changed(await stack.preview())).toEqual([
            "main-storage-0",
            "main-storage-config",
            "main-storage-config-files",
        ]);
        await stack.up();
        expect((await readTrace(JAEGER_UI, id)).map((span) => span.id).sort()).toEqual(
            before.map((span) => span.id).sort(),
        );
    });

    it("adds a second app and more replicas without touching the ingress", async () => {
        const { Id } = await stack.container("-ingress-0");
        const { tasks: _tasks, ...shop } = stack.settings.apps.shop;
        stack.settings.apps.second = {
            ...shop,
            replicas: 1,
            route: { host: "second.localhost" },
            environment: { ALLOWED_HOSTS: "second.localhost" },
        };
        stack.settings.apps.shop.replicas = 3;
        await stack.up();
        expect((await stack.container("-ingress-0")).Id).toBe(Id);
        const instances = new Set<unknown>();
        for (let i = 0; i < 12; i++) {
            instances.add((await request(WEB, "/health", { host: HOST })).headers["x-instance"]);
        }
        expect(instances.size).toBe(3);
        expect(await request(WEB, "/health", { host: "second.localhost" })).toMatchObject({ status: 200 });

        delete stack.settings.apps.second;
        stack.settings.apps.shop.replicas = 2;
        await stack.up();
        expect((await stack.container("-ingress-0")).Id).toBe(Id);
        expect(await request(WEB, "/health", { host: "second.localhost" })).toMatchObject({ status: 404 });
        expect(await stack.preview()).toEqual([]);
    });
});

describe("an up that is killed", () => {
    it("while it makes an instance leaves nothing beside what the next one makes", async () => {
        const { shop } = stack.settings.apps;
        const old = await shopInstances();
        shop.environment = { ...(shop.environment as object), OTEL_RESOURCE_ATTRIBUTES: "team=payments" };
        const killed = stack.command("up", ["--no-verify"], "any");
        const made = await eventually(shopInstances, (ids) => ids.length > old.length, 60);
        process.kill(-stack.pulumiProcess(), "SIGKILL");
        expect((await killed).code).not.toBe(0);
        const unknown = made.filter((id) => !old.includes(id));
        expect(unknown).toHaveLength(1);

        await stack.up();
        expect(await shopInstances()).toHaveLength(2);
        expect(await shopInstances()).not.toContain(unknown[0]);
        expect(await stack.preview()).toEqual([]);
    });
});

describe("a release", () => {
    it("that never becomes healthy leaves the old instances at work, also when it is tried again, and is taken back", async () => {
        const { shop } = stack.settings.apps;
        const old = await shopInstances();
        const { generateSecrets } = shop;
        // A file of another content too: that of the old content is still there when the release is taken back.
        shop.generateSecrets = [...(generateSecrets as string[]), "NEXT_KEY"];
        shop.healthPath = "/fails";
        shop.readyTimeout = 20;
        for (let attempt = 0; attempt < 2; attempt++) {
            const { code } = await stack.command("up", ["--no-verify"], "any");
            expect(code).not.toBe(0);
            expect((await shopInstances()).filter((id) => old.includes(id))).toEqual(old);
            expect(await request(WEB, "/health", { host: HOST })).toMatchObject({ status: 200 });
        }
        shop.generateSecrets = generateSecrets;
        delete shop.healthPath;
        delete shop.readyTimeout;
        await stack.up();
        expect(await stack.preview()).toEqual([]);
        expect(await shopInstances()).toHaveLength(2);
    });

    it("of another image, by another user, replaces tasks and instances, and loses no request", async () => {
        const { shop } = stack.settings.apps;
        const before = (await stack.container("-shop-1")).Id;
        shop.userId = 10002;
        const { Image } = await stack.container("-shop-1");
        const release = fs.mkdtempSync(path.join(os.tmpdir(), "shop-"));
        fs.cpSync(path.join(ROOT, "examples/django-shop"), release, { recursive: true });
        fs.appendFileSync(path.join(release, "Dockerfile"), "LABEL release=next\n");
        shop.build = release;
        const load = startLoad({ port: WEB, host: HOST, rate: 20, atMost: 300 });
        await stack.up("--no-verify");
        const result = await load.stop();
        expect(result.failures).toEqual([]);
        expect(await ordersMade(stack, result)).toBe(result.orders.length);
        // Two before, two after.
        expect(result.instances.size).toBe(4);
        fs.rmSync(release, { recursive: true });
        const now = await stack.container("-shop-1");
        expect(now.Id).not.toBe(before);
        expect(now.Image).not.toBe(Image);
        expect(now.Config.User).toBe("10002:10002");

        shop.build = "examples/django-shop";
        await stack.up();
        expect((await stack.container("-shop-1")).Image).toBe(Image);
    });
});

privilegesTests(stack);

retentionTests(stack);

faultTests(stack, { web: WEB, jaegerUi: JAEGER_UI, host: HOST });

tlsTests(stack, { web: WEB, secure: SECURE, host: HOST });

describe("a task that fails", () => {
    it("shows its log, leaves the app as it is, and is run again once the cause is mended", async () => {
        const { shop } = stack.settings.apps;
        const before = (await stack.container("-shop-0")).Id;
        const tasks = shop.tasks;
        shop.tasks = [{ name: "migrate", command: ["python", "manage.py", "migrate", "--plan", "nowhere"] }];
        const failed = await stack.command("up", ["--no-verify"], "any");
        expect(failed.code).not.toBe(0);
        expect(failed.stdout + failed.stderr).toMatch(/main-shop-migrate.*failed with exit code 1/);
        expect(failed.stdout + failed.stderr).toContain("No installed app with label 'nowhere'");
        expect((await stack.container("-shop-0")).Id).toBe(before);

        // The same again: it is tried again, not taken for done.
        const again = await stack.command("up", ["--no-verify"], "any");
        expect(again.stdout + again.stderr).toContain("No installed app with label 'nowhere'");

        shop.tasks = tasks;
        await stack.up();
        expect(await stack.preview()).toEqual([]);
    });
});

describe("npm run down", () => {
    it("leaves nothing", async () => {
        await stack.command("down", ["--keep-engine"]);
        expect(await stack.leftovers()).toEqual([]);
    });
});

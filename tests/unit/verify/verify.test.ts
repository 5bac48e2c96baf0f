// The whole command against a test double of an environment: exit codes, checks, JSON.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { run } from "../../../scripts/verify/cli";
import { jsonReport, textReport } from "../../../scripts/verify/report";
import { targetOf } from "../../../scripts/verify/target";
import { Report, verify } from "../../../scripts/verify/verify";
import { commandsOf, ownCommand } from "../docs/commands";
import { read } from "../docs/pages";
import { Behaviour, FakeEnvironment, fakeEnvironment } from "./fakeEnvironment";

let environment: FakeEnvironment | undefined;
afterEach(async () => {
    await environment?.stop();
    environment = undefined;
    jest.restoreAllMocks();
});

function outputsOf({ ingressUrl, jaegerUrl }: FakeEnvironment, sampleRate = 1, replicas = 2): unknown {
    const shop = { service: "shop", host: "shop.localhost", pathPrefix: "/", replicas, database: true };
    return {
        environmentName: "dev",
        probes: {
            ingress: { service: "ingress", url: ingressUrl },
            jaegerUrl,
            jaegerVersion: "2.2.0",
            sampleRate,
            apps: [shop],
        },
    };
}

async function verified(behaviour: Partial<Behaviour>, sampleRate = 1, replicas = 2, settleMs = 0): Promise<Report> {
    environment = await fakeEnvironment(behaviour);
    return verify(targetOf(outputsOf(environment, sampleRate, replicas)), {
        method: "GET",
        body: undefined,
        settleMs,
        deadlineMs: 600,
        pollMs: 10,
        say: () => undefined,
        complaints: async () => [],
        troubles: async () => [],
        policy: async () => undefined,
    });
}

/** Verifies an environment whose spans go elsewhere: there is nobody to ask for traces. */
async function verifiedUnread(behaviour: Partial<Behaviour>): Promise<Report> {
    environment = await fakeEnvironment(behaviour);
    const { probes, ...outputs } = outputsOf(environment) as { probes: Record<string, unknown> };
    const { jaegerUrl: _url, jaegerVersion: _version, ...known } = probes;
    const unread = { ...outputs, probes: { ...known, tracesAt: "https://otlp.example.org" } };
    return verify(targetOf(unread), {
        method: "GET",
        body: undefined,
        settleMs: 0,
        deadlineMs: 200,
        pollMs: 10,
        say: () => undefined,
        complaints: async () => [],
        troubles: async () => [],
        policy: async () => undefined,
    });
}

/** Verifies an environment behind an ingress that exists already. */
async function verifiedBehind(behaviour: Partial<Behaviour>, settleMs = 0): Promise<Report> {
    environment = await fakeEnvironment({ existingIngress: true, ...behaviour });
    const { probes, ...outputs } = outputsOf(environment) as { probes: { ingress: object } };
    const ingress = { ...probes.ingress, external: true };
    return verify(targetOf({ ...outputs, probes: { ...probes, ingress } }), {
        method: "GET",
        body: undefined,
        settleMs,
        deadlineMs: 200,
        pollMs: 10,
        say: () => undefined,
        complaints: async () => [],
        troubles: async () => ["The pod shop-1: not ready."],
        policy: async () => "The cluster does not enforce NetworkPolicy.",
    });
}

function verdicts({ apps }: Report): string[] {
    return apps.flatMap(({ checks }) => checks.map(({ name, verdict, hop }) => `${name}: ${hop ?? verdict}`));
}

describe("verify", () => {
    test("a route that is not there yet is waited for, as long as it is said", async () => {
        expect(verdicts(await verified({ routeAfter: 3 }, 1, 2, 2000))).toEqual(["path: whole", "instances: whole", "ordinary: whole"]);
        // Not traced, and no request of the probes.
        expect(environment!.requests.slice(0, 4).map(({ traceparent }) => traceparent?.slice(-2))).toEqual(Array(4).fill("00"));
        await environment!.stop();
        expect(verdicts(await verified({ routeAfter: 1000 }, 1, 2, 50))).toEqual(["path: route-missing"]);
    });

    test("a route at an ingress that exists already is waited for by its status alone", async () => {
        const noRoute = "<html>no such page</html>";
        expect(verdicts(await verifiedBehind({ routeAfter: 3, noRoute }, 2000))).toEqual(["path: whole", "instances: whole", "ordinary: whole"]);
        await environment!.stop();
        expect(verdicts(await verifiedBehind({ routeAfter: 1000, noRoute }, 50))).toEqual(["path: route-missing"]);
    });

    test("behind an ingress that exists already traces start at the app, and the report says so", async () => {
        const report = await verifiedBehind({});
        expect(verdicts(report)).toEqual(["path: whole", "instances: whole", "ordinary: whole"]);
        expect(report.notes).toEqual([
            expect.stringMatching(/^Traces start at the app: the ingress controller exists already and is not traced\. .* 100 %/),
            "The cluster does not enforce NetworkPolicy.",
        ]);
        expect(textReport(report, { columns: 80, colour: false })).toMatch(/\n\n! Traces start .*\n\n! The cluster does not/);
        expect(jsonReport(report)).toMatchObject({ notes: report.notes });
    });

    test("behind such an ingress an app that is silent is named, with what ails its instances", async () => {
        const report = await verifiedBehind({ silent: ["shop"] });
        expect(verdicts(report)).toEqual(["path: collector-unreachable"]);
        expect(report.apps[0].checks[0].evidence).toContain("The pod shop-1: not ready.");
        expect(report.apps[0].checks[0].mend).toMatch(/that shop may reach it/);
    });

    test("a whole environment: both probes, both instances, a waterfall of each", async () => {
        const report = await verified({});
        expect(verdicts(report)).toEqual(["path: whole", "instances: whole", "ordinary: whole"]);
        expect(report.whole).toBe(true);
        expect(report.apps[0].traces.map(({ instance }) => instance).sort()).toEqual(["shop-0", "shop-1"]);
        expect(environment!.requests.map(({ host }) => host.split(":")[0])).toEqual(
            Array(3).fill("shop.localhost"),
        );
        expect(environment!.requests.map(({ traceparent }) => traceparent !== undefined)).toEqual([
            true,
            true,
            false,
        ]);
    });

    test.each<[string, Partial<Behaviour>, string[]]>([
        ["the ingress makes no spans", { silent: ["ingress"] }, ["path: ingress-untraced"]],
        ["the app makes no spans", { silent: ["shop"] }, ["path: app-untraced"]],
        ["nothing arrives", { silent: ["shop", "ingress"] }, ["path: collector-unreachable"]],
        [
            "no route",
            { ingressAnswers: { status: 404, body: "404 page not found" } },
            ["path: route-missing"],
        ],
        ["app down", { ingressAnswers: { status: 502, body: "Bad Gateway" } }, ["path: app-down"]],
        [
            "query fails",
            { queryFails: { status: 500, body: '{"error":{"message":"x"}}' } },
            ["path: query-not-reading"],
        ],
        [
            "an instance unseen",
            { instances: ["shop-0"] },
            ["path: whole", "instances: instance-unseen", "ordinary: whole"],
        ],
        [
            "a sampler that is off",
            { everyNth: 0 },
            ["path: whole", "instances: whole", "ordinary: not-sampled"],
        ],
    ])("%s", async (_, behaviour, expected) => {
        const report = await verified(behaviour);
        expect(verdicts(report)).toEqual(expected);
        expect(report.whole).toBe(false);
    });

    test("with sampling ordinary requests are repeated until one is traced", async () => {
        const report = await verified({ everyNth: 30 }, 0.1, 1);
        expect(verdicts(report)).toContain("ordinary: whole");
        expect(environment!.requests.length).toBeGreaterThanOrEqual(31);
    });

    test("with sampling and none traced, all are sent before it is called broken", async () => {
        const report = await verified({ everyNth: 0 }, 0.5, 1);
        expect(verdicts(report)).toContain("ordinary: not-sampled");
        expect(environment!.requests).toHaveLength(1 + 20);
    });

    test("where spans are sent elsewhere the answer is verified, and nothing is claimed of the trace", async () => {
        const report = await verifiedUnread({ silent: ["shop", "ingress"] });
        expect(verdicts(report)).toEqual(["path: undecided"]);
        expect(report.whole).toBe(true);
        const text = textReport(report, { columns: 100, colour: false });
        expect(text).toContain("The spans are sent to https://otlp.example.org, where they are not read back from.");
        const [, , id] = /(Look there for the trace) ([0-9a-f]{32})\./.exec(text) ?? [];
        expect(environment!.requests.map(({ traceparent }) => traceparent)).toEqual([
            expect.stringContaining(`00-${id}-`),
        ]);
    });

    test.each<[string, Partial<Behaviour>, string]>([
        ["no route", { ingressAnswers: { status: 404, body: "404 page not found" } }, "path: route-missing"],
        ["app down", { ingressAnswers: { status: 502, body: "Bad Gateway" } }, "path: app-down"],
    ])("where spans are sent elsewhere a request that does not arrive is named: %s", async (_, behaviour, expected) => {
        const report = await verifiedUnread(behaviour);
        expect(verdicts(report)).toEqual([expected]);
        expect(report.whole).toBe(false);
    });

    test("a sample rate of 0 is a setting, no failure", async () => {
        const report = await verified({ everyNth: 0 }, 0);
        expect(verdicts(report)).toContain("ordinary: undecided");
        expect(report.whole).toBe(true);
    });

    test("the report names the hop and what to do; its JSON is plain", async () => {
        const report = await verified({ silent: ["shop"] });
        const text = textReport(report, { columns: 100, colour: false });
        expect(text).toContain(
            "✗ shop: a request that is sampled makes one whole trace: broken at app-untraced",
        );
        expect(text).toContain("What to do:");
        expect(JSON.parse(JSON.stringify(jsonReport(report)))).toMatchObject({
            version: 1,
            environment: "dev",
            whole: false,
            apps: [{ service: "shop", checks: [{ name: "path", verdict: "broken", hop: "app-untraced" }] }],
        });
    });
});

describe("the exit code", () => {
    async function exitCode(argv: string[], outputs: () => Promise<unknown>) {
        const printed: string[] = [];
        const keep = (text: unknown) => printed.push(String(text)) > 0;
        jest.spyOn(process.stdout, "write").mockImplementation(keep);
        jest.spyOn(process.stderr, "write").mockImplementation(keep);
        const code = await run(argv, outputs);
        return { code, text: printed.join("") };
    }

    test("is 0 when all is whole, and the page is written", async () => {
        environment = await fakeEnvironment({});
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "verify-"));
        const page = path.join(folder, "traces.html");
        const { code } = await exitCode(["--json", "--html", page], async () => outputsOf(environment!));
        expect(code).toBe(0);
        expect(fs.readFileSync(page, "utf8")).toContain("<title>Traces of dev: whole</title>");
        fs.rmSync(folder, { recursive: true });
    });

    const documented = commandsOf(read("docs/verify.md"))
        .flatMap((command) => ownCommand(command) ?? [])
        .map(({ words }) => words)
        .filter((words) => !words.includes("--html"));

    test.each(documented.map((words) => [words]))("of the documented %j is 0", async (words) => {
        environment = await fakeEnvironment({});
        const { code, text } = await exitCode(words, async () => outputsOf(environment!));
        expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
    });

    test("is 1 when something is broken", async () => {
        environment = await fakeEnvironment({ ingressAnswers: { status: 502, body: "Bad Gateway" } });
        const { code } = await exitCode(["--deadline", "1"], async () => outputsOf(environment!));
        expect(code).toBe(1);
    });

    test("is 1 when nobody listens", async () => {
        const gone = await fakeEnvironment({});
        await gone.stop();
        const { code, text } = await exitCode([], async () => outputsOf(gone));
        expect(code).toBe(1);
        expect(text).toContain("ingress-unreachable");
    });

    test.each([
        [["--colour"], "--colour"],
        [["--deadline", "soon"], "from 1 to 3600"],
        [["--database", "maybe"], '"yes" or "no"'],
        [["--html", "/nowhere/traces.html"], "a folder that is there"],
        [["--html", "/"], "a folder that is there"],
        [[], "npm run up"],
    ])("is 2 for %j", async (argv, message) => {
        const { code, text } = await exitCode(argv, async () => ({}));
        expect(code).toBe(2);
        expect(text).toContain(message);
    });
});

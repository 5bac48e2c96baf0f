// An environment on what its users have already in their cluster: an ingress controller, by class and by Gateway, and an
// Elasticsearch, as ECK keeps it and by its address.
import { resolveImage } from "../../../components/support/versions";
import { Jaeger } from "../../../scripts/verify/jaeger";
import { agentOf, byTrace } from "../../../scripts/verify/otlp";
import { ensureEngine } from "../../../toolchain";
import { ensureImages } from "../../../toolchain/images";
import { VERSIONS } from "../../../toolchain/versions";
import { ClusterStack, Pod } from "../../cluster/support/environment";
import { Controller } from "../../cluster/support/existing/controller";
import { EckDouble } from "../../cluster/support/existing/eckDouble";
import { newTrace, readTrace, request, Span } from "../../engine/support/http";
import { findings } from "../../engine/support/secrets";
import { eventually } from "../../engine/support/wait";
import { PASSWORDS } from "../../helpers/realm";

const WEB = 18240;
const HOST = "shop.localhost";
const PREFIX = "existing";
const RATE = 0.5;

const stack = new ClusterStack("test-existing", WEB);
let controller: Controller;
let eck: EckDouble;

/** What `verify` says, as far as the tests look. */
interface Verification {
    whole: boolean;
    notes: string[];
    apps: { checks: { name: string; verdict: string }[]; traces: { spans: { service: string }[] }[] }[];
}

function useIngress(external: object): void {
    const { podLabels, namespace } = controller;
    const common = { url: `http://127.0.0.1:${WEB}`, namespace: namespace.name, podLabels };
    stack.settings.ingress = { sampleRate: RATE, external: { ...common, ...external } };
}

function useStorage(external: object): void {
    const common = { version: VERSIONS.elasticsearch };
    stack.settings.storage = { indexPrefix: PREFIX, retentionDays: 3, external: { ...common, ...external } };
}

/** The spans of a trace, once there are some; the node itself may ask each pod. */
async function read(id: string, wanted: (spans: Span[]) => boolean): Promise<Span[]> {
    const address = (await stack.pod("main-query")).status.podIP;
    return eventually(() => readTrace(16686, id, address), wanted, 30);
}

/** Expects that `up` made whole traces that begin at the app, and said where they begin. */
function expectFromTheApp({ whole, notes, apps }: Verification): void {
    expect({ whole, notes }).toEqual({
        whole: true,
        notes: [
            "Traces start at the app: the ingress controller exists already and is not traced. Each app samples " +
                `${RATE * 100} % of the requests that come undecided.`,
        ],
    });
    expect(apps[0].checks.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual([
        "path: whole",
        "instances: whole",
        "ordinary: whole",
    ]);
    expect(new Set(apps[0].traces.flatMap(({ spans }) => spans.map(({ service }) => service)))).toEqual(new Set(["shop"]));
}

/** Expects that a request by the controller is a trace of the app's own spans, below what was sent. */
async function expectTraced(): Promise<void> {
    const trace = newTrace();
    const answer = await request(WEB, "/api/products", { host: HOST, headers: { traceparent: trace.traceparent } });
    expect(answer).toMatchObject({ status: 200 });
    const hasDatabase = (all: Span[]) =>
        all.some(({ attributes }) => "db.system" in attributes || "db.system.name" in attributes);
    const spans = await read(trace.id, hasDatabase);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(["shop"]));
    const server = spans.filter(({ kind }) => kind === 2);
    expect(server).toMatchObject([{ parent: trace.parent }]);
    expect(spans.filter(({ parent }) => parent === server[0].id)).not.toEqual([]);
    expect(hasDatabase(spans)).toBe(true);
}

async function expectNoChanges(): Promise<void> {
    await stack.command("up", ["--refresh", "--expect-no-changes", "--no-verify"]);
    expect(await stack.preview()).toEqual([]);
}

beforeAll(async () => {
    const api = await stack.api();
    [controller, eck] = [new Controller(api), new EckDouble(api)];
    await stack.removeLeftovers();
    stack.forgetSecrets();
    await Promise.all([controller.remove(), eck.namespace.removeIfThere()]);
    const { refs } = await ensureImages(ensureEngine, ["traefik", "elasticsearch"]);
    const image = (name: "traefik" | "elasticsearch") =>
        refs[name] ?? resolveImage(name, { version: VERSIONS[name] }).reference;
    await Promise.all([controller.make(image("traefik"), WEB), eck.make(image("elasticsearch"), PREFIX)]);
    stack.settings.apps.shop.replicas = 1;
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
    stack.forgetSecrets();
    await Promise.all([controller.remove(), eck.namespace.remove()]);
});

describe("an ingress controller by its class, and an Elasticsearch that ECK keeps", () => {
    it("are used, and neither is made", async () => {
        useIngress({ ingressClass: controller.ingressClass });
        useStorage({ eck: { name: eck.name, namespace: eck.namespace.name } });
        const { verification, outputs } = await stack.up();
        expectFromTheApp(verification as Verification);
        expect(outputs).toMatchObject({ urls: { apps: { shop: `http://${HOST}:${WEB}/` }, jaegerUi: "" } });
        expect(outputs).not.toHaveProperty("versions.traefik");
        const parts = new Set((await stack.pods()).map(({ metadata }) => metadata.labels["app.kubernetes.io/component"]));
        expect([...parts].filter((part) => ["ingress", "storage"].includes(part))).toEqual([]);
        expect(await controller.routes()).toEqual([expect.stringMatching(/^ingresses\/\S*main-shop/)]);
    });

    it("trace a request by the controller from the app on, and keep it", async () => {
        await expectTraced();
        const documents = Object.entries(await eck.documents(PREFIX)).filter(([index]) => index.includes("-jaeger-span-"));
        expect(documents).toEqual([[expect.any(String), expect.any(Number)]]);
        expect(documents[0][1]).toBeGreaterThan(0);
    });

    it("have the app decide by its rate, but where a caller has decided", async () => {
        const agent = `existing/${process.pid}-${Date.now()}`;
        const from = Date.now();
        const headers = { "User-Agent": agent };
        const no = { ...headers, traceparent: newTrace().traceparent.replace(/01$/, "00") };
        for (let sent = 0; sent < 100; sent++) {
            await request(WEB, "/api/products", { host: HOST, headers });
            await request(WEB, "/api/products", { host: HOST, headers: { ...no, "User-Agent": `${agent}/no` } });
        }
        const { podIP } = (await stack.pod("main-query")).status;
        const jaeger = new Jaeger(`http://${podIP}:16686`);
        const kept = async () => {
            const state = await jaeger.search({ service: "shop", from, to: Date.now(), limit: 1000, attributes: undefined });
            const agents = state.kind === "read" ? [...byTrace(state.spans).values()].map((spans) => spans.map(agentOf)) : [];
            const of = (name: string) => agents.filter((each) => each.includes(name)).length;
            return { undecided: of(agent), declined: of(`${agent}/no`) };
        };
        // The last batch is sent after a second.
        const seen = [await kept()];
        await eventually(kept, (now) => seen.push(now) > 3 && now.undecided === seen.at(-2)!.undecided, 20);
        const { undecided, declined } = seen.at(-1)!;
        expect(declined).toBe(0);
        // By chance less than once in a hundred million runs.
        expect(undecided).toBeGreaterThan(20);
        expect(undecided).toBeLessThan(80);
    });

    it("change nothing when it is run again", expectNoChanges);

    it.each([
        ["main-collector", true],
        ["main-query", true],
        ["main-shop", false],
        ["database-shop", false],
    ])("let %s open Elasticsearch: %s", async (part, opens) => {
        expect(await stack.opens(await stack.pod(part), await eck.pod(), 9200)).toBe(opens);
    });

    it("let the controller open the app, and nobody else", async () => {
        const shop = await stack.pod("main-shop");
        const { items } = await controller.namespace.get<{ items: Pod[] }>("pods");
        expect(await stack.opens(items[0], shop, 8000)).toBe(true);
        for (const other of [await eck.pod(), await stack.pod("main-collector")]) {
            expect(await stack.opens(other, shop, 8000)).toBe(false);
        }
    });

    it("have the superuser's password in clear in no state, output or preview", async () => {
        const haystacks = [
            { where: "state", text: (await stack.pulumi("stack", "export")).stdout },
            { where: "outputs", text: (await stack.pulumi("stack", "output", "--json")).stdout },
            { where: "preview", text: (await stack.command("preview", ["--diff"])).stdout },
        ];
        expect(findings([eck.password], haystacks)).toEqual([]);
    });
});

describe("the same controller by its Gateway, and the same Elasticsearch by its address, with a user for each role", () => {
    it("take over by a change of settings", async () => {
        useIngress({ gateway: controller.gateway });
        const roles = Object.fromEntries(Object.keys(PASSWORDS).map((role) => [role, { user: `jaeger-${role}` }]));
        useStorage({ urls: [eck.url], ca: eck.authority, namespace: eck.namespace.name, podLabels: eck.podLabels, ...roles });
        for (const [role, password] of Object.entries(PASSWORDS)) {
            await stack.setSecret(`storage.external.${role}.password`, password);
        }
        const { verification } = await stack.up();
        expectFromTheApp(verification as Verification);
        expect(await controller.routes()).toEqual([expect.stringMatching(/^httproutes\/\S*main-shop/)]);
        await expectTraced();
    });

    it("change nothing when it is run again", expectNoChanges);
});

describe("npm run down", () => {
    it("leaves nothing of the environment, and what existed before as it was, with its data", async () => {
        const [controllers, storage, documents] = [await controller.objects(), await eck.objects(), await eck.documents(PREFIX)];
        await stack.command("down", ["--keep-engine"]);
        expect(await eventually(() => stack.inCluster(), (found) => found.length === 0, 60)).toEqual([]);
        expect(await controller.routes()).toEqual([]);
        expect(await controller.objects()).toEqual(controllers);
        expect(await eck.objects()).toEqual(storage);
        expect(await eck.documents(PREFIX)).toEqual(documents);
        expect(await request(WEB, "/", { host: HOST })).toMatchObject({ status: 404 });
    });
});

// Parts that exist already, on a real engine: a storage by https with users of its own, another program's app on the
// ingress, and an OTLP endpoint instead of ours.
import * as fs from "fs";
import * as path from "path";

import { openStack } from "../../scripts/stack";
import { LocalFolder } from "../../scripts/stack/localFolder";
import { openProject } from "../../scripts/stack/project";
import { ensureEngine } from "../../toolchain";
import { ensureImages } from "../../toolchain/images";
import { PASSWORDS } from "../helpers/realm";
import { API_KEY, ELASTICSEARCH, OPENSEARCH, RECEIVER, Servers, VENDORS } from "./external/servers";
import { docker, ROOT } from "./support/command";
import { newTrace, request, traceWith } from "./support/http";
import { startLoad } from "./support/load";
import { Program } from "./support/program";
import { findings, Haystack, keptOf } from "./support/secrets";
import { shopAlone } from "./support/shopAlone";
import { TestStack } from "./support/stack";
import { eventually } from "./support/wait";

const WEB = 18120;
const JAEGER_UI = 18121;
const OTLP_WEB = 18122;
const HOST = "shop.localhost";
const SECOND_HOST = "second.localhost";
const INDEX_PREFIX = "external";

const checkout = new LocalFolder(openProject(ROOT));
const { environmentId } = checkout;
const servers = new Servers(environmentId);
const stored = new TestStack("test-external", { web: WEB, jaegerUi: JAEGER_UI });
const sent = new TestStack("test-otlp", { web: OTLP_WEB, jaegerUi: JAEGER_UI });
const second = new Program(path.join(ROOT, "examples/second-program"), "test-second");

let images: Partial<Record<string, string>> = {};

/** The image that was built for the shop. */
function imageOfShop(stack: TestStack): string {
    const file = checkout.readStackFile(stack.name);
    return (file.config?.["traced-environment:apps"] as { shop: { image: string } }).shop.image;
}

/** Sets a stack's secrets, as its user does. */
async function setSecrets(stack: TestStack, secrets: Record<string, string>): Promise<void> {
    await stack.pulumi("stack", "init");
    for (const [place, secret] of Object.entries(secrets)) {
        await stack.pulumi("config", "set", "--secret", "--path", `traced-environment:${place}`, secret);
    }
}

/** What must hold no secret of a stack. */
async function haystacksOf(stack: TestStack): Promise<Haystack[]> {
    return [
        { where: "preview", text: (await stack.command("preview", ["--diff"])).stdout },
        { where: "outputs", text: (await stack.pulumi("stack", "output", "--json")).stdout },
        { where: "settings", text: fs.readFileSync(stack.file, "utf8") },
        ...(await keptOf(stack)),
    ];
}

/** The parts that run, by their container's role. */
async function rolesOf(stack: TestStack): Promise<string[]> {
    const lines = await docker(
        ...["ps", "--format", '{{.Label "app.kubernetes.io/component"}}', ...stack.filters],
    );
    return [...new Set(lines)].filter((role) => role !== "declared-file").sort();
}

beforeAll(async () => {
    const engine = await ensureEngine();
    images = (await ensureImages(engine, ["elasticsearch7", "opensearch"])).refs;
    for (const stack of [sent, stored]) {
        await stack.removeLeftovers();
    }
    await servers.start();
});

afterAll(async () => {
    await second.remove();
    for (const stack of [sent, stored]) {
        await stack.command("down", ["--keep-engine"], "any");
    }
    await servers.remove();
});

describe("an Elasticsearch 7 that exists already, by https", () => {
    beforeAll(async () => {
        await servers.elasticsearch(images.elasticsearch7 ?? VENDORS.elasticsearch7, INDEX_PREFIX);
        await servers.listens(ELASTICSEARCH, 9200);
        shopAlone(stored);
        stored.settings.storage = {
            indexPrefix: INDEX_PREFIX,
            external: {
                version: "7.17.9",
                urls: [`https://${ELASTICSEARCH}:9200`],
                ca: servers.ca,
                network: servers.network,
                writer: { user: "jaeger-writer" },
                reader: { user: "jaeger-reader" },
                maintainer: { user: "jaeger-maintainer" },
            },
        };
        const secrets = Object.entries(PASSWORDS).map(([role, password]) => [
            `storage.external.${role}.password`,
            password,
        ]);
        await setSecrets(stored, Object.fromEntries(secrets));
    });

    it("keeps the traces, and none is made", async () => {
        const { verification, outputs } = await stored.up();
        expect(verification).toMatchObject({ whole: true });
        expect(outputs).toMatchObject({ versions: { elasticsearch: "7.17.9" } });
        expect(await rolesOf(stored)).toEqual(["app", "collector", "ingress", "query", "retention"]);
        expect(await servers.ask("maintainer", "/_cat/indices?h=index")).toMatch(
            new RegExp(`^${INDEX_PREFIX}-jaeger-span-`, "m"),
        );
    });

    it("is used by each role as its own user, and changes nothing when it is run again", async () => {
        expect(await stored.preview()).toEqual([]);
        // What a role may not do its user may not.
        expect(await servers.ask("reader", "/_cat/indices?h=index")).toContain("security_exception");
        const { Id } = await stored.container("-retention");
        const health = await eventually(
            async () => (await docker("inspect", "--format", "{{.State.Health.Status}}", Id)).join(""),
            (status) => status !== "starting",
        );
        expect(health).toBe("healthy");
    });

    it("has its passwords in clear in no state, preview, description or settings", async () => {
        expect(findings(Object.values(PASSWORDS), await haystacksOf(stored))).toEqual([]);
    });
});

describe("another program's app on the ingress", () => {
    it("is served and traced with the others, which notice nothing; it leaves no route behind", async () => {
        const ingress = (await stored.container("-ingress-0")).Id;
        const load = startLoad({ port: WEB, host: HOST, rate: 5, atMost: 600 });
        await second.init((await openStack(stored.name, "platform")).env, {
            own: {
                environment: `organization/traced-environment/${stored.name}`,
                environmentId,
                image: imageOfShop(stored),
            },
            secrets: { secretKey: "of-the-second-program" },
        });
        await second.up();

        const trace = newTrace();
        const answer = await request(WEB, "/api/products", {
            host: SECOND_HOST,
            headers: { traceparent: trace.traceparent },
        });
        expect(answer.status).toBe(200);
        const services = (spans: { service: string }[]) => [...new Set(spans.map(({ service }) => service))].sort();
        const spans = await traceWith(JAEGER_UI, trace.id, (all) => services(all).length === 2);
        expect(services(spans)).toEqual(["ingress", "second"]);

        await second.destroy();
        expect(await request(WEB, "/api/products", { host: SECOND_HOST })).toMatchObject({ status: 404 });
        expect((await stored.container("-ingress-0")).Id).toBe(ingress);
        const { sent: requests, failures } = await load.stop();
        expect(failures).toEqual([]);
        expect(requests).toBeGreaterThan(20);
        expect(await stored.preview()).toEqual([]);
    });
});

describe("an OpenSearch that exists already", () => {
    it("takes over from another server by a change of settings", async () => {
        await servers.opensearch(images.opensearch ?? VENDORS.opensearch, images.opensearch === undefined);
        const { external } = stored.settings.storage as { external: Record<string, unknown> };
        const { ca: _ca, ...same } = external;
        stored.settings.storage = {
            indexPrefix: INDEX_PREFIX,
            external: { ...same, engine: "opensearch", version: "2.11.0", urls: [`http://${OPENSEARCH}:9200`] },
        };
        await servers.listens(OPENSEARCH, 9200);
        const { verification, outputs } = await stored.up();
        expect(verification).toMatchObject({ whole: true });
        expect(outputs).toMatchObject({ versions: { opensearch: "2.11.0" } });
        expect(await stored.preview()).toEqual([]);
        await servers.stop(ELASTICSEARCH);
    });
});

describe("an OTLP endpoint that exists already, by https and with a key", () => {
    beforeAll(async () => {
        await servers.receiver(imageOfShop(stored));
        shopAlone(sent);
        delete (sent.settings as { storage?: object }).storage;
        delete sent.settings.ingress.jaegerUiPort;
        sent.settings.tracing = {
            external: { http: `https://${RECEIVER}:4318`, ca: servers.ca, network: servers.network },
        };
        await setSecrets(sent, { "tracing.external.headers.x-api-key": API_KEY });
    });

    it("gets the spans of the ingress and of the app, and nothing that keeps traces is made", async () => {
        const { verification, outputs } = await sent.up();
        expect(verification).toMatchObject({ whole: true, apps: [{ checks: [{ verdict: "undecided" }] }] });
        expect(outputs).toMatchObject({ urls: { jaegerUi: "" } });
        expect(await rolesOf(sent)).toEqual(["app", "ingress"]);

        const trace = newTrace();
        await request(OTLP_WEB, "/api/products", { host: HOST, headers: { traceparent: trace.traceparent } });
        const hex = (text: string) => Buffer.from(text).toString("hex");
        const exported = (log: string[], service: string) =>
            log.some((line) => ["taken /v1/traces", trace.id, hex(service)].every((part) => line.includes(part)));
        const log = await eventually(
            () => servers.log(RECEIVER),
            (lines) => ["ingress", "shop"].every((service) => exported(lines, service)),
        );
        expect({ ingress: exported(log, "ingress"), shop: exported(log, "shop") }).toEqual({
            ingress: true,
            shop: true,
        });
        expect(log.filter((line) => line.startsWith("refused"))).toEqual([]);
    });

    it("has its key in clear in no state, preview, description or settings", async () => {
        expect(await sent.preview()).toEqual([]);
        expect(findings([API_KEY], await haystacksOf(sent))).toEqual([]);
    });
});

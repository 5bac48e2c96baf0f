// The reference program against mocks: what it makes of settings, and that bad ones make nothing.
import * as pulumi from "@pulumi/pulumi";

import { loadSettings } from "../../../infra/load";
import { makeStack } from "../../../infra/stack";
import { fingerprint, testCertificate } from "../../helpers/certificates";
import { PASSWORD, plainTexts, Registered, registeredBy, unmarked } from "../../helpers/mocks";
import { known } from "../../helpers/outputs";
import { changed, EXTERNAL_OTLP, EXTERNAL_STORAGE, GOOD, SECRET } from "./trees";

interface Outcome {
    registered: Registered[];
    outputs: Record<string, any>;
    error?: Error;
}

/** Does what infra/index.ts does with settings, as the engine hands them over. */
async function run(settings: object, secretKeys = ["traced-environment:apps"]): Promise<Outcome> {
    const configuration = Object.entries(settings).map(([key, value]) => [
        `traced-environment:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const outcome: Outcome = { registered: [], outputs: {} };
    outcome.registered = await registeredBy(() => {
        pulumi.runtime.setAllConfig(Object.fromEntries(configuration), secretKeys);
        try {
            outcome.outputs = makeStack(loadSettings());
        } catch (error) {
            outcome.error = error as Error;
        }
    });
    return outcome;
}

/** The keys of the configuration that have a secret. */
const secretsIn = (...keys: string[]) => keys.map((key) => `traced-environment:${key}`);

describe("good settings", () => {
    let outcome: Outcome;
    beforeAll(async () => {
        outcome = await run(GOOD);
    });

    it("make an environment and its database", () => {
        expect(outcome.error).toBeUndefined();
        const components = outcome.registered
            .filter(({ custom }) => !custom)
            .map(({ type, name }) => `${type} ${name}`);
        expect(components).toEqual(
            expect.arrayContaining([
                "traced-environment:index:TracedEnvironment main",
                "traced-environment:index:TracedApp main-shop",
                "traced-environment:infra:Database database-shop",
            ]),
        );
    });

    it("use the engine that is named, by an explicit provider", () => {
        const provider = outcome.registered.find(({ type }) => type === "pulumi:providers:docker");
        expect(provider?.inputs.host).toBe("ssh://deploy@docker.example.org");
        const unprovided = outcome.registered.filter(
            (resource) => resource.type.startsWith("docker:") && !resource.provider,
        );
        expect(unprovided).toEqual([]);
    });

    it("keep secrets secret", () => {
        const plain = outcome.registered.flatMap(({ inputs }) => plainTexts(inputs)).join("\n");
        expect(plain).not.toContain(SECRET);
        expect(plain).not.toContain(PASSWORD);
    });

    it("give the app its secrets, its database's address and network", () => {
        const all = JSON.stringify(outcome.registered.map(({ inputs }) => unmarked(inputs)));
        expect(all).toContain(`export STRIPE_KEY='${SECRET}'`);
        expect(all).toContain(`export SECRET_KEY='${PASSWORD}-shop-SECRET_KEY'`);
        expect(all).toContain(
            `export DATABASE_URL='postgresql://shop:${PASSWORD}-database-shop-password@project-stack-t1-database-shop:5432/shop'`,
        );
        const app = outcome.registered.find(({ name }) => name === "main-shop-0");
        const networks = (unmarked(app?.inputs.networksAdvanced) as { name: string }[]).map(
            ({ name }) => name,
        );
        expect(networks).toEqual(
            expect.arrayContaining(["project-stack-t1-database-shop-network", "legacy"]),
        );
    });

    it("give outputs for people, other stacks and verify, without credentials", async () => {
        const { urls, versions, environment, environmentName, probes } = outcome.outputs;
        expect(await known(urls)).toEqual({
            apps: { shop: "https://shop.localhost:8444/shop" },
            jaegerUi: "http://127.0.0.1:16687",
            jaegerUiRoute: "https://traces.localhost:8444/",
        });
        expect(versions).toEqual({
            elasticsearch: "8.19.0",
            jaeger: "2.21.0",
            postgres: "15-bookworm",
            traefik: "3.7.11",
        });
        expect(environmentName).toBe("staging");
        expect(await known(probes)).toEqual({
            ingress: { service: "ingress", url: "https://127.0.0.1:8444" },
            jaegerUrl: "http://127.0.0.1:16687",
            jaegerVersion: "2.21.0",
            sampleRate: 0.25,
            partOf: "project-stack",
            environmentId: "t1",
            apps: [
                {
                    service: "shop",
                    host: "shop.localhost",
                    pathPrefix: "/shop",
                    traced: true,
                    healthPath: "/health",
                    replicas: 2,
                    preset: "django",
                    database: true,
                },
            ],
        });
        const shown = JSON.stringify([
            await known(environment),
            await known(probes),
            await known(urls),
        ]);
        expect(shown).not.toContain(PASSWORD);
        expect(shown).not.toContain(SECRET);
    });
});

describe("settings of parts that exist already", () => {
    /** Every text that is not marked as secret in what is registered and put out. */
    const shownBy = async ({ registered, outputs }: Outcome) =>
        [...registered.flatMap(({ inputs }) => plainTexts(inputs)), JSON.stringify(await known(outputs.probes))].join();
    const components = ({ registered }: Outcome) =>
        registered.filter(({ custom }) => !custom).map(({ name }) => name);

    it("use a storage instead of making one", async () => {
        const outcome = await run(changed(EXTERNAL_STORAGE), secretsIn("apps", "storage"));
        expect(outcome.error).toBeUndefined();
        expect(components(outcome)).toEqual(expect.arrayContaining(["main-retention", "main-collector", "main-query"]));
        expect(components(outcome)).not.toContain("main-storage");
        expect(outcome.outputs.versions).toMatchObject({ opensearch: "2.19.0" });
        expect(outcome.outputs.versions).not.toHaveProperty("elasticsearch");
        const all = JSON.stringify(outcome.registered.map(({ inputs }) => unmarked(inputs)));
        for (const password of ["wr1ter-Secret", "re4der-Secret", "m4intainer-Secret"]) {
            expect(all).toContain(password);
        }
        expect(await shownBy(outcome)).not.toMatch(/er-Secret/);
    });

    it("send spans to an OTLP endpoint, and make nothing that keeps them", async () => {
        const outcome = await run(changed(EXTERNAL_OTLP), secretsIn("apps", "tracing"));
        expect(outcome.error).toBeUndefined();
        expect(components(outcome).sort()).toEqual(["database-shop", "main", "main-ingress", "main-shop"]);
        expect(Object.keys(outcome.outputs.versions).sort()).toEqual(["postgres", "traefik"]);
        const probes = await known<Record<string, unknown>>(outcome.outputs.probes);
        expect(probes).toMatchObject({ tracesAt: "https://otlp.example.org" });
        expect(probes).not.toHaveProperty("jaegerUrl");
        expect((await known<Record<string, unknown>>(outcome.outputs.urls)).jaegerUi).toBe("");
        expect(await shownBy(outcome)).not.toContain("k3y-Secret");
    });
});

describe("a certificate and a login", () => {
    const { certificate, key } = testCertificate(["shop.localhost", "traces.localhost"]);
    const hash = `$2y$12$${"h".repeat(53)}`;
    let outcome: Outcome;
    beforeAll(async () => {
        const settings = changed({
            "ingress.tls": { certificate, key },
            "ingress.jaegerUiRoute": { host: "traces.localhost", users: { ada: hash } },
        });
        outcome = await run(settings, ["traced-environment:apps", "traced-environment:ingress"]);
    }, 60_000);

    it("come to Traefik in files, and show nowhere", () => {
        expect(outcome.error).toBeUndefined();
        const inner = key.split("\n")[1];
        const plain = outcome.registered.flatMap(({ inputs }) => plainTexts(inputs)).join("\n");
        expect(plain).not.toContain(inner);
        expect(plain).not.toContain(hash);
        const withSecret = (text: string) =>
            outcome.registered
                .filter(({ inputs }) => JSON.stringify(unmarked(inputs)).includes(text))
                .map(({ name }) => name);
        // Uploaded into volumes that are named by keyed digests; what runs gets the volumes alone.
        expect(withSecret(inner)).toEqual(["main-ingress-tls-content-files"]);
        expect(withSecret(hash)).toEqual(["main-ingress-jaeger-ui-route-content-files"]);
    });

    it("are not in the outputs, but for the certificate's fingerprint", async () => {
        const outputs = JSON.stringify(await known(outcome.outputs));
        expect(outputs).not.toContain(hash);
        expect(outputs).not.toContain(key.split("\n")[1]);
        expect((await known(outcome.outputs.probes as { ingress: object })).ingress).toMatchObject({
            url: "https://127.0.0.1:8443",
            certificate: fingerprint(certificate),
        });
    });
});

describe("bad settings", () => {
    it("register nothing, and all of them are in the one error", async () => {
        const { registered, error } = await run(
            changed({ engine: "nowhere", "storage.memory": "1MiB", "apps.shop.replicas": 0 }),
        );
        expect(registered).toEqual([]);
        expect(pulumi.RunError.isInstance(error)).toBe(true);
        expect(error?.message).toMatch(/^3 settings are wrong in the stack "stack"/);
        expect(
            error?.message
                .split("\n")
                .slice(1)
                .map((line) => line.trim().split(":")[0]),
        ).toEqual(["- apps.shop.replicas", "- engine", "- storage.memory"]);
    });

    it("do not show secrets", async () => {
        const { error } = await run(changed({ "apps.shop.image": SECRET }));
        expect(error?.message).toMatch(/apps\.shop\.image: got a value that is not shown/);
        expect(error?.message).not.toContain(SECRET);
    });

    it("are told from those that Pulumi.yaml declares without a value", async () => {
        const { error } = await run({ engine: "", docker: {}, apps: {}, environmentName: "" }, []);
        expect(error?.message).toMatch(/^1 setting is wrong .*\n {2}- engine: missing; /);
    });
});

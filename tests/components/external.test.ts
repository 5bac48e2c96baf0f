// An environment whose storage, or whose whole tracing, exists already: what is made then, and what is secret.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { TracedApp, TracedEnvironment, TracedEnvironmentArgs, TraefikIngress } from "../../components";
import { AUTHORITY } from "../helpers/certificates";
import { plainTexts, Registered, registeredBy, unmarked } from "../helpers/mocks";

const SECRET = "s3cret-0f-the-server";

const APPS: TracedEnvironmentArgs["apps"] = {
    shop: {
        image: "registry.example.org/shop:1",
        command: ["serve"],
        route: { host: "shop.example.org" },
        egress: true,
    },
};

const STORAGE: NonNullable<TracedEnvironmentArgs["storage"]> = {
    indexPrefix: "shop",
    retentionDays: 3,
    external: {
        engine: "opensearch",
        version: "2.11.0",
        urls: ["https://search:9200"],
        ca: AUTHORITY,
        network: "search-network",
        replicas: 1,
        writer: { user: "w", password: `${SECRET}-w` },
        reader: { user: "r", password: `${SECRET}-r` },
        maintainer: { user: "m", password: `${SECRET}-m` },
    },
};

const OTLP = {
    http: "https://otlp.example.org/tenant",
    ca: AUTHORITY,
    headers: { "x-api-key": SECRET },
};

function made(args: Partial<TracedEnvironmentArgs>): Promise<Registered[]> {
    return registeredBy(() => {
        const provider = new docker.Provider("engine", { host: "unix:///var/run/docker.sock" });
        new TracedEnvironment("main", { apps: APPS, ...args }, { providers: [provider] });
    });
}

const components = (resources: Registered[]) =>
    resources.filter(({ type }) => type.startsWith("traced-environment:")).map(({ name }) => name);

function inputsOf(resources: Registered[], logical: string): Record<string, unknown> {
    const found = resources.find(({ name, type }) => name === logical && type.endsWith(":Container"));
    return unmarked(found?.inputs) as Record<string, unknown>;
}

const networksOf = (resources: Registered[], logical: string) =>
    (inputsOf(resources, logical).networksAdvanced as { name: string }[]).map(({ name }) => name);

/** The files that a carrier brings, by the end of their path. */
function filesOf(resources: Registered[], carrier: string): Record<string, string> {
    const uploads = inputsOf(resources, carrier).uploads as { file: string; content: string }[];
    return Object.fromEntries(uploads.map(({ file, content }) => [file.split("/").pop(), content]));
}

function expectNoSecret(resources: Registered[]): void {
    for (const { name, inputs } of resources) {
        expect({ name, leaks: plainTexts(inputs).filter((text) => text.includes(SECRET)) }).toEqual({
            name,
            leaks: [],
        });
    }
}

describe("an external storage", () => {
    let resources: Registered[];
    beforeAll(async () => {
        resources = await made({ storage: STORAGE, images: { jaeger: { version: "2.2.0" } } });
    });

    it("is used instead of one that is made", () => {
        expect(components(resources)).toEqual([
            "main",
            "main-retention",
            "main-collector",
            "main-query",
            "main-ingress",
            "main-shop",
        ]);
        const { name } = resources.find(({ name }) => name.includes("storage")) ?? {};
        expect(name).toBeUndefined();
    });

    it.each(["main-collector-0", "main-query-0"])("is reached by its network from %s", (role) => {
        expect(networksOf(resources, role)).toContain("search-network");
        expect(resources.map(({ name }) => name)).not.toContain("main-collector-egress");
    });

    it.each([
        ["collector", "w"],
        ["query", "r"],
    ])("is told to the %s with its own login", (role, user) => {
        const files = filesOf(resources, `main-${role}-config-files`);
        expect(files["config.yaml"]).toContain("https://search:9200");
        expect(files["config.yaml"]).toContain(AUTHORITY.split("\n")[1]);
        expect(files["config.yaml"]).toContain(`username: "${user}"`);
        expect(files["config.yaml"]).toContain("replicas: 1");
        expect(files.password).toBe(`${SECRET}-${user}`);
    });

    it("has no job that deletes indices when nobody told a maintainer", async () => {
        const { maintainer: _, ...external } = STORAGE.external!;
        const without = await made({ storage: { ...STORAGE, external } });
        expect(components(without)).not.toContain("main-retention");
    });

    it("gives Jaeger's roles a way out when it is outside", async () => {
        const { network: _, ...external } = STORAGE.external!;
        const outside = await made({ storage: { ...STORAGE, external: { ...external, egress: true } } });
        const networks = outside.filter(({ type }) => type.endsWith(":Network")).map(({ name }) => name);
        expect(networks).toEqual(
            expect.arrayContaining(["main-collector-egress", "main-query-egress", "main-retention-egress"]),
        );
    });

    it("shows no password in an input that is not marked as secret", () => {
        expectNoSecret(resources);
    });
});

describe("an external OTLP endpoint", () => {
    let resources: Registered[];
    let environment: TracedEnvironment;
    beforeAll(async () => {
        resources = await registeredBy(() => {
            environment = new TracedEnvironment("main", { apps: APPS, tracing: { external: OTLP } });
        });
    });

    it("leaves nothing to be made but the ingress and the apps", () => {
        expect(components(resources)).toEqual(["main", "main-ingress", "main-shop"]);
        expect(environment.storage).toBeUndefined();
        const published = inputsOf(resources, "main-ingress-0").ports as { external: number }[];
        expect(published.map(({ external }) => external)).toEqual([8080]);
    });

    it("is told to the app with its authorities as a file and its headers as a secret variable", () => {
        const envs = inputsOf(resources, "main-shop-0").envs as string[];
        expect(envs).toContain("OTEL_EXPORTER_OTLP_ENDPOINT=https://otlp.example.org/tenant");
        expect(envs).toContain("OTEL_EXPORTER_OTLP_CERTIFICATE=/etc/opentelemetry/ca.crt");
        expect(filesOf(resources, "main-shop-otlp-files")).toEqual({ "ca.crt": AUTHORITY });
        expect(filesOf(resources, "main-shop-environment-files")).toEqual({
            "exports.sh": `export OTEL_EXPORTER_OTLP_HEADERS='x-api-key=${SECRET}'\n`,
        });
    });

    it("is told to the ingress in its one file", () => {
        const file = filesOf(resources, "main-ingress-config-files")["traefik.yml"];
        expect(file).toContain('endpoint: "https://otlp.example.org/tenant/v1/traces"');
        expect(file).toContain(`x-api-key: "${SECRET}"`);
        expect(file).toContain(AUTHORITY.split("\n")[1]);
    });

    it("shows no header in an input that is not marked as secret", () => {
        expectNoSecret(resources);
    });

    it("is reached by its network when it has one", async () => {
        const { egress: _, ...shop } = APPS.shop;
        const inside = await made({
            apps: { shop },
            tracing: { external: { http: "http://agent:4318", network: "agents" } },
        });
        expect(networksOf(inside, "main-shop-0")).toContain("agents");
        expect(networksOf(inside, "main-ingress-0")).toContain("agents");
        expect(inside.map(({ name }) => name)).not.toContain("main-shop-egress");
    });
});

describe("an endpoint that as a whole is known later", () => {
    const later = pulumi.output({ ...OTLP, headers: pulumi.secret(OTLP.headers) });

    it("is taken when it was said what it asks for", async () => {
        const resources = await registeredBy(() => {
            const ingress = new TraefikIngress("ingress", { otlp: later, otlpHeaders: true });
            new TracedApp("shop", {
                image: "registry.example.org/shop:1",
                command: ["serve"],
                otlp: later,
                otlpHeaders: true,
                otlpCa: true,
                egress: true,
                ingress: ingress.endpoint,
                route: { host: "shop.example.org" },
            });
        });
        expect(filesOf(resources, "ingress-config-files")["traefik.yml"]).toContain(SECRET);
        expect(filesOf(resources, "shop-environment-files")["exports.sh"]).toContain(SECRET);
        expect(filesOf(resources, "shop-otlp-files")).toEqual({ "ca.crt": AUTHORITY });
        expectNoSecret(resources);
    });
});

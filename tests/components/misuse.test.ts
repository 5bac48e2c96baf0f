// Misuse of a component: the error names the argument, what is expected and the way out, before any child is made.
import * as docker from "@pulumi/docker";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import * as components from "../../components";
import { make, PLACED, Placed, Platform, PLATFORMS } from "../helpers/alone";
import { testCertificate } from "../helpers/certificates";
import { failingLate, registeredBy } from "../helpers/mocks";

type Class = new (name: string, args: never) => unknown;

const storage = { version: "8.19.0", urls: ["http://es:9200"], indexPrefix: "p", reach: { network: "es" } };
const credential = { user: "u", password: "p" };
const otlp = {
    grpc: "http://collector:4317",
    http: "http://collector:4318",
    reach: { network: "collector" },
};
const app = { image: "registry.example.org/app:1", otlp };

const external = {
    version: "8.19.0",
    urls: ["https://es:9200"],
    network: "es",
    writer: credential,
    reader: credential,
};
const endpoint = { http: "https://otlp.example.org" };
const stored = (change: object, more: object = {}) => ({
    apps: {},
    storage: { external: { ...external, ...change }, ...more },
});
const sent = (change: object, more: object = {}) => ({
    apps: {},
    tracing: { external: { ...endpoint, ...change } },
    ...more,
});

const role = { storage, credential };
const asked = { ingress: { url: "http://i:8000", routes: {} }, query: { url: "http://q:16686" }, routes: [{ service: "shop" }] };
const onCluster = { platform: "kubernetes", kubernetes: { namespace: "traces" } };

const django = { ...app, preset: "django", django: { settingsModule: "a" } };

const pair = testCertificate(["shop.example.org"]);
const hash = `$2y$12$${"h".repeat(53)}`;
const uiRoute = (route: object) => ({
    otlp,
    jaegerUi: { query: { url: "http://q:16686" }, route: { host: "traces.example.org", ...route } },
});

type Misuse = [component: keyof typeof components, args: object, path: string, expected: RegExp];

const MISUSES: Misuse[] = [
    ["ElasticsearchStorage", { memory: "512MiB" }, "memory", /at least 1GiB/],
    ["ElasticsearchStorage", { memory: "lots" }, "memory", /such as "2GiB"/],
    ["ElasticsearchStorage", { version: "7.17.0" }, "version", /from 8\.2\.0 to 9\.x/],
    ["ElasticsearchStorage", { version: "latest" }, "version", /expected a version/],
    ["ElasticsearchStorage", { indexPrefix: "Shop" }, "indexPrefix", /lower-case/],
    ["ElasticsearchStorage", { ...onCluster, kubernetes: { ...onCluster.kubernetes, nodes: 3 }, backup: true }, "backup", /given with three nodes/],
    ["TracedEnvironment", { apps: {}, alerts: { runbookUrl: "alerts.md" } }, "alerts.runbookUrl", /the address of a page/],
    ["TracedEnvironmentReference", {}, "stack", /whole name, such as acme\/platform\/production/],
    ["TracedEnvironmentReference", { stack: "a/b/c", output: "" }, "output", /the name of the output/],
    ["TracedEnvironmentReference", { stack: "a/b/c", needs: ["otlp"] }, "needs[0]", /expected one of ingress, query/],
    ["JaegerCollector", { credential }, "storage", /connection/],
    ["JaegerCollector", { storage }, "credential", /writer/],
    ["JaegerCollector", { storage, credential, version: "1.65.0" }, "version", /from 2\.2\.0 to 2\.x/],
    ["JaegerCollector", { storage, credential, memory: "10MiB" }, "memory", /at least 64MiB/],
    ["JaegerQuery", { storage }, "credential", /reader/],
    ["JaegerQuery", { credential }, "storage", /missing/],
    ["StorageRetention", { credential }, "storage", /connection/],
    ["StorageRetention", { storage }, "credential", /maintainer/],
    ["StorageRetention", { storage, credential, interval: "hourly" }, "interval", /from 1s to 24h such as 30m/],
    ["StorageRetention", { storage, credential, interval: "25h" }, "interval", /from 1s to 24h/],
    ["StorageRetention", { storage, credential, maxSize: "20GB" }, "maxSize", /at least 1MiB such as 20GiB/],
    ["StorageRetention", { storage, credential, maxSize: "0MiB" }, "maxSize", /at least 1MiB/],
    ["StorageRetention", { storage, credential, memory: "1MiB" }, "memory", /at least 32MiB/],
    ["TraceCanary", { ...asked, ingress: undefined }, "ingress", /a TraefikIngress's `endpoint`/],
    ["TraceCanary", { ...asked, query: undefined }, "query", /a JaegerQuery's `endpoint`/],
    ["TraceCanary", { ...asked, routes: [] }, "routes", /at least one route/],
    ["TraceCanary", { ...asked, routes: [{ service: "a b" }] }, "routes[0].service", /without spaces/],
    ["TraceCanary", { ...asked, routes: [{ service: "a", path: "b" }] }, "routes[0].path", /starts with "\/"/],
    ["TraceCanary", { ...asked, interval: "30s" }, "interval", /from 3m to 24h/],
    ["TraceCanary", { ...asked, memory: "1MiB" }, "memory", /at least 16MiB/],
    ["TraefikIngress", {}, "otlp", /JaegerCollector's `endpoint`/],
    ["TraefikIngress", { otlp, version: "3.5.0" }, "version", /from 3\.6\.8 to 3\.x/],
    ["TraefikIngress", { otlp, port: 70000 }, "port", /from 1 to 65535/],
    [
        "TraefikIngress",
        { otlp, port: 9000, jaegerUi: { query: { url: "http://q:16686" }, port: 9000 } },
        "jaegerUi.port",
        /another one/,
    ],
    ["TraefikIngress", { otlp, tls: { port: 0 } }, "tls.port", /from 1 to 65535/],
    ["TraefikIngress", { otlp, port: 8443, tls: {} }, "tls.port", /the port of the ingress itself; give another/],
    ["TraefikIngress", { otlp, tls: { certificate: pair.certificate } }, "tls.key", /leave out both/],
    ["TraefikIngress", { otlp, tls: { key: pair.key } }, "tls.certificate", /leave out both/],
    ["TraefikIngress", { otlp, tls: { ...pair, certificate: "shop.pem" } }, "tls.certificate", /not its path/],
    ["TraefikIngress", { otlp, tls: { ...pair, key: "shop.key" } }, "tls.key", /one private key as PEM/],
    [
        "TraefikIngress",
        { otlp, tls: { ...pair, key: testCertificate(["a.org"]).key } },
        "tls.key",
        /does not belong to the certificate/,
    ],
    ["TraefikIngress", uiRoute({}), "jaegerUi.route", /no authentication/],
    ["TraefikIngress", uiRoute({ users: {} }), "jaegerUi.route.users", /nobody could look/],
    ["TraefikIngress", uiRoute({ users: { "a:b": hash } }), "jaegerUi.route.users.a:b", /without spaces/],
    ["TraefikIngress", uiRoute({ users: { ada: "pa55" } }), "jaegerUi.route.users.ada", /bcrypt hash/],
    [
        "TraefikIngress",
        uiRoute({ users: { ada: hash }, forwardAuth: "http://login" }),
        "jaegerUi.route.forwardAuth",
        /give one of them/,
    ],
    ["TraefikIngress", uiRoute({ forwardAuth: "login:80" }), "jaegerUi.route.forwardAuth", /with a scheme/],
    [
        "TraefikIngress",
        uiRoute({ host: undefined, forwardAuth: "http://login" }),
        "jaegerUi.route.host",
        /expected a host of its own/,
    ],
    ["JaegerCollector", { storage, credential, sampling: { defaultRate: 2 } }, "sampling.defaultRate", /from 0/],
    [
        "JaegerCollector",
        { storage, credential, sampling: { services: { shop: -1 } } },
        "sampling.services.shop",
        /from 0 \(none\)/,
    ],
    ["TraefikIngress", { otlp, sampleRate: 50 }, "sampleRate", /from 0 \(none\) to 1 \(all\)/],
    ["TraefikIngress", { otlp, address: "everywhere" }, "address", /expected an IP address/],
    [
        "TraefikIngress",
        { otlp, image: "mirror.example.org/traefik:3.7.15" },
        "version",
        /with `image` give its version/,
    ],
    [
        "ElasticsearchStorage",
        { image: "mirror.example.org/es:8.19.0" },
        "version",
        /with `image` give its version/,
    ],
    [
        "JaegerQuery",
        { storage, credential, image: "mirror.example.org/jaeger:2" },
        "version",
        /with `image` give/,
    ],
    ["TracedEnvironment", { apps: { storage: app } }, "apps.storage", /give the app another name/],
    [
        "TracedEnvironment",
        { apps: { shop: { ...app, tasks: [{ name: "migrate", command: ["x"] }] }, "shop-migrate": app } },
        "apps.shop-migrate",
        /the name that a task of "shop" gets; rename one of them/,
    ],
    [
        "TracedEnvironment",
        { apps: { shop: { ...app, route: { host: "a.org", pathPrefix: "/x/" } }, tea: { ...app, route: { host: "a.org", pathPrefix: "/x" } } } },
        "apps.tea.route",
        /same host and path as the route of "shop"; change one of them/,
    ],
    [
        "TracedEnvironment",
        { apps: { shop: { ...app, route: { host: "a.org" } } }, ingress: { jaegerUiRoute: { host: "a.org", users: { ada: hash } } } },
        "ingress.jaegerUiRoute.host",
        /the host of the route of "shop"; give another one/,
    ],
    ["TracedEnvironment", stored({}, { memory: "2GiB" }), "storage.memory", /leave `external` out/],
    ["TracedEnvironment", stored({}, { keepData: true }), "storage.keepData", /made here; leave it out/],
    ["TracedEnvironment", stored({}, { backup: true }), "storage.backup", /made here; leave it out/],
    ["TracedEnvironment", stored({}, { maxSize: "1GiB" }), "storage.maxSize", /give `storage.external.maintainer`/],
    ["TracedEnvironment", stored({}, { indexPrefix: "Shop" }), "storage.indexPrefix", /lower-case/],
    ["TracedEnvironment", stored({ network: undefined }), "storage.external.network", /or `egress: true` when/],
    ["TracedEnvironment", stored({ egress: true }), "storage.external.egress", /give one of them/],
    ["TracedEnvironment", stored({ writer: undefined }), "storage.external.writer", /user of this role/],
    ["TracedEnvironment", stored({ urls: ["es:9200"] }), "storage.external.urls[0]", /with a scheme/],
    ["TracedEnvironment", stored({ ca: "none" }), "storage.external.ca", /as PEM/],
    ["TracedEnvironment", stored({ version: undefined }), "storage.external.version", /give the server's/],
    ["TracedEnvironment", stored({ version: "6.8.0" }), "storage.external.version", /does not know elasticsearch/],
    ["TracedEnvironment", stored({ engine: "solr" }), "storage.external.engine", /or "opensearch"/],
    ["TracedEnvironment", sent({}, { storage: {} }), "storage", /leave `tracing.external` out/],
    ["TracedEnvironment", sent({}, { ingress: { jaegerUiPort: 1 } }), "ingress.jaegerUiPort", /leave it out/],
    ["TracedEnvironment", sent({ http: "otlp.example.org" }), "tracing.external.http", /with a scheme/],
    ["TracedEnvironment", sent({ http: "https://o/v1/traces" }), "tracing.external.http", /without \/v1\/traces/],
    ["TracedEnvironment", sent({ headers: { "a b": "x" } }), "tracing.external.headers", /letters, digits/],
    ["TracedEnvironment", sent({}, { apps: { shop: app } }), "apps.shop.egress", /tracing\.external\.network/],
    [
        "TracedEnvironment",
        sent({ headers: { a: "x" } }, { apps: { shop: { ...app, egress: true } } }),
        "apps.shop.command",
        /which are secret/,
    ],
    ["TracedApp", { ...app, otlp: { ...otlp, headers: { a: "x" } } }, "command", /`headers` of the OTLP endpoint/],
    ["TracedApp", { otlp }, "image", /reference/],
    ["TracedApp", { image: app.image }, "otlp", /missing/],
    ["TracedApp", { ...app, replicas: 0 }, "replicas", /from 1 to 50/],
    ["TracedApp", { ...app, readyTimeout: 0.5 }, "readyTimeout", /got 0\.5, expected whole seconds from 5 to 3600/],
    ["TracedApp", { ...app, userId: 0 }, "userId", /nothing runs as root/],
    ["TracedApp", { ...app, healthPath: "health" }, "healthPath", /starts with "\/"/],
    ["TracedApp", { ...app, preset: "django" }, "django.settingsModule", /such as "shop.settings"/],
    ["TracedApp", { ...app, django: { settingsModule: "a" } }, "django", /set the preset/],
    ["TracedApp", { ...app, secretEnvironment: { A: "x" } }, "command", /give the app's command/],
    [
        "TracedApp",
        { ...app, command: ["a"], environment: { A: "x" }, secretEnvironment: { A: "x" } },
        "secretEnvironment.A",
        /give it once/,
    ],
    ["TracedApp", { ...app, environment: { "1A": "x" } }, "environment.1A", /not a name/],
    ["TracedApp", { ...app, route: { host: "shop.example.org" } }, "ingress", /TraefikIngress's `endpoint`/],
    ["TracedApp", { ...app, route: { host: "https://shop" }, ingress: {} }, "route.host", /without scheme/],
    ["TracedApp", { ...app, route: { keepAlive: 1 }, ingress: {} }, "route.keepAlive", /from 2 to 3600/],
    [
        "TracedApp",
        {
            ...app,
            tasks: [
                { name: "a", command: ["x"] },
                { name: "a", command: ["x"] },
            ],
        },
        "tasks[1].name",
        /twice/,
    ],
    ...["0", "12", "image", "route", "egress", "environment", "environment-files"].map(
        (name): Misuse => [
            "TracedApp",
            { ...app, tasks: [{ name, command: ["x"] }] },
            "tasks[0].name",
            /the app's own resources are called; give another one/,
        ],
    ),
    [
        "TracedApp",
        { ...django, command: ["a"], secretEnvironment: { PYTHONPATH: "/app" } },
        "secretEnvironment.PYTHONPATH",
        /give yours in `environment`/,
    ],
    ["TracedApp", { ...django, healthPath: "/a,b" }, "healthPath", /without commas/],
    ["TracedApp", { ...app, tasks: [{ name: "a", command: [] }] }, "tasks[0].command", /give the program/],
    ["TracedApp", { ...app, tasks: [{ name: "a", command: ["x"], timeout: 0.5 }] }, "tasks[0].timeout", /expected whole seconds from 5 to 86400/],
    ["ElasticsearchStorage", { platform: "kubernetes" }, "kubernetes.namespace", /missing; give the name/],
    ["ElasticsearchStorage", { kubernetes: { namespace: "a" } }, "kubernetes", /belongs to platform "kubernetes"/],
    ["ElasticsearchStorage", { ...onCluster, docker: {} }, "docker", /belongs to platform "docker"/],
    [
        "ElasticsearchStorage",
        { platform: "kubernetes", kubernetes: { namespace: "a", size: "1MiB" } },
        "kubernetes.size",
        /at least 1GiB/,
    ],
    ["JaegerCollector", { ...role, replicas: 2 }, "replicas", /on Docker there is one/],
    ["JaegerQuery", { ...role, ...onCluster, replicas: 0 }, "replicas", /from 1 to 50/],
    ["TraefikIngress", { otlp, replicas: 2 }, "replicas", /on Docker there is one/],
    ["TraefikIngress", { otlp, ...onCluster, address: "127.0.0.1" }, "address", /belongs to platform "docker"/],
    [
        "TracedApp",
        { ...app, replicas: 2, platform: "kubernetes", kubernetes: { namespace: "a", maxReplicas: 1 } },
        "kubernetes.maxReplicas",
        /from replicas \(2\) to 50/,
    ],
    [
        "TracedApp",
        { ...app, platform: "kubernetes", kubernetes: { namespace: "a", cpu: "lots" } },
        "kubernetes.cpu",
        /an amount of CPU/,
    ],
];

describe("misuse of a component", () => {
    it.each(MISUSES)("%s %j is refused at %s", async (name, args, path, expected) => {
        let message = "";
        const registered = await registeredBy(() => {
            try {
                new (components[name] as unknown as Class)("part", args as never);
            } catch (error) {
                message = (error as Error).message;
            }
        });
        const line = message.split("\n").find((text) => text.startsWith(`  - ${path}: `)) ?? message;
        expect(line).toMatch(expected);
        expect(message).toContain(`${name} "part"`);
        expect(registered.filter(({ custom }) => custom)).toEqual([]);
    });

    it("reports several problems at once, by path", async () => {
        let message = "";
        await registeredBy(() => {
            try {
                new components.TracedApp("part", { image: "", otlp, replicas: 99, port: -1 });
            } catch (error) {
                message = (error as Error).message;
            }
        });
        expect(
            message
                .split("\n")
                .slice(1)
                .map((line) => line.trim().split(":")[0]),
        ).toEqual(["- image", "- port", "- replicas"]);
    });
});

/** What only the output of another stack shows: each contract that is of the other platform. */
const FOREIGN: [component: keyof typeof components, platform: "docker" | "kubernetes", args: object, argument: string][] = (
    ["docker", "kubernetes"] as const
).flatMap((platform) => {
    const placed = platform === "docker" ? {} : onCluster;
    const reach = platform === "docker" ? { namespace: "other", port: 1 } : { network: "other" };
    const [own, foreign] = [
        { url: "http://part:1", routes: {}, reach: platform === "docker" ? { network: "own" } : { namespace: "own" } },
        { url: "http://part:1", routes: {}, reach },
    ];
    const foreignOtlp = { grpc: "http://part:1", http: "http://part:1", reach };
    const ownOtlp = { ...foreignOtlp, reach: own.reach };
    const foreignRole = { credential, storage: { ...storage, reach } };
    const image = app.image;
    return [
        ["JaegerCollector", platform, { ...placed, ...foreignRole, egress: true }, "storage"],
        ["JaegerQuery", platform, { ...placed, ...foreignRole }, "storage"],
        ["StorageRetention", platform, { ...placed, ...foreignRole }, "storage"],
        ["TraceCanary", platform, { ...placed, ...asked, ingress: foreign, query: own }, "ingress"],
        ["TraceCanary", platform, { ...placed, ...asked, ingress: own, query: foreign }, "query"],
        ["TraefikIngress", platform, { ...placed, otlp: foreignOtlp }, "otlp"],
        ["TraefikIngress", platform, { ...placed, otlp: ownOtlp, jaegerUi: { query: foreign } }, "jaegerUi.query"],
        ["TracedApp", platform, { ...placed, image, otlp: foreignOtlp, egress: true }, "otlp"],
        ["TracedApp", platform, { ...placed, image, otlp: ownOtlp, ingress: foreign, route: {} }, "ingress"],
        ["TracedApp", platform, { ...placed, image, otlp: ownOtlp, calls: [own.reach, reach] }, "calls[1]"],
    ] as const;
}) as never;

describe("the contract of another platform's stack", () => {
    it.each(FOREIGN)("%s on %s: %j is refused by the argument's name", async (name, platform, args, argument) => {
        const { registered, errors } = await failingLate(() => new (components[name] as unknown as Class)("part", args as never));
        const other = platform === "docker" ? "kubernetes" : "docker";
        const told = errors.filter((message) => message.includes(`"part" can't use \`${argument}\`: it is of platform "${other}"`));
        expect(told).toHaveLength(1);
        expect(told[0]).toMatch(new RegExp(`Give what a part on "${platform}" offers, or set \`platform\`\\.$`));
        const runs = registered.filter(({ type }) => /:(Container|Deployment|Job|CronJob)$/.test(type));
        expect(runs.map((each) => each.name).filter((each) => ["part", "part-0"].includes(each))).toEqual([]);
    });
});

describe("a contract that names no place", () => {
    it.each(["docker", "kubernetes"] as const)("needs a way out on %s", async (platform) => {
        const { reach: _, ...elsewhere } = storage;
        const args = { ...(platform === "docker" ? {} : onCluster), credential, storage: elsewhere };
        const make = (more: object) => () => new components.JaegerCollector("part", { ...args, ...more } as never);
        const { errors } = await failingLate(make({}));
        expect(errors).toEqual([expect.stringMatching(/"part" can't reach `storage`, which names no `reach\.\w+`, .* or set `egress: true`\.$/)]);
        expect((await failingLate(make({ egress: true }))).errors).toEqual([]);
    });
});

describe("a name that is too long for a label or a host", () => {
    const long = `${"long-".repeat(20)}name`;

    it.each(["docker", "kubernetes"] as const)("is cut to one that is not, and told apart by a digest, on %s", async (platform) => {
        const placed = platform === "docker" ? {} : { platform, kubernetes: { namespace: "traces" } };
        const apps = { [long]: { image: app.image, route: {}, tasks: [{ name: "migrate", command: ["x"] }] } };
        const make = () => new components.TracedEnvironment(long, { ...placed, apps, canary: {} });
        const registered = (await registeredBy(make)).filter(({ custom }) => custom);
        expect(registered.length).toBeGreaterThan(20);
        type Metadata = { name?: string; labels?: Record<string, string> };
        const { name, labels } = { name: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, labels: /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/ };
        for (const { type, inputs } of registered) {
            const metadata = (type.startsWith("docker:") ? { name: inputs.hostname } : inputs.metadata ?? {}) as Metadata;
            expect([type, metadata.name ?? "found-by-pulumi"]).toEqual([type, expect.stringMatching(name)]);
            for (const value of Object.values(metadata.labels ?? {})) {
                expect([type, value]).toEqual([type, expect.stringMatching(labels)]);
            }
        }
    });
});

/** What a program that ends with an error says, and what it has registered by then. */
async function refusal(program: () => void): Promise<{ message: string; made: string[] }> {
    let message = "";
    const registered = await registeredBy(() => {
        try {
            program();
        } catch (error) {
            message = (error as Error).message;
        }
    });
    const made = registered.filter(({ type, custom }) => custom && !type.startsWith("pulumi:providers:"));
    return { message, made: made.map(({ name }) => name) };
}

const PROVIDERS = {
    docker: () => new docker.Provider("engine", { host: "unix:///var/run/docker.sock" }),
    kubernetes: () => new kubernetes.Provider("cluster", { context: "production" }),
};
const otherThan = (platform: Platform): Platform => (platform === "docker" ? "kubernetes" : "docker");

/** Those that tell how all do what is right: one part, and what has parts. */
const SOME = PLACED.filter(([component]) => component === "TraceCanary" || component === "TracedEnvironment");

/** Lines of the error for a component with the name "part" and one problem. */
const problem = (component: Placed, path: string, reason: string) =>
    `${component} "part" can't be made from these arguments:\n  - ${path}: ${reason}`;

describe("a provider that is not passed", () => {
    afterEach(() => pulumi.runtime.setAllConfig({}));

    it.each(PLACED)("is refused by %s on %s where the stack's settings forbid a default one", async (component, platform) => {
        for (const forbidden of [`["aws","${platform}"]`, '["*"]']) {
            pulumi.runtime.setAllConfig({ "pulumi:disable-default-providers": forbidden });
            expect(await refusal(() => make(component, platform, "part"))).toEqual({
                message: problem(
                    component,
                    "opts.provider",
                    `missing; pulumi:disable-default-providers forbids the default one of "${platform}"; give a ${platform}.Provider`,
                ),
                made: [],
            });
        }
    });

    it.each(SOME)("is not asked of %s on %s otherwise: passed, inherited, or of another platform", async (component, platform) => {
        pulumi.runtime.setAllConfig({ "pulumi:disable-default-providers": `["${platform}"]` });
        for (const opts of [
            () => ({ provider: PROVIDERS[platform]() }),
            () => ({ providers: PLATFORMS.map((each) => PROVIDERS[each]()) }),
            () => ({ parent: new pulumi.ComponentResource("a:b:C", "parent", {}, { providers: [PROVIDERS[platform]()] }) }),
        ]) {
            expect((await refusal(() => make(component, platform, "part", opts()))).message).toBe("");
        }
        for (const setting of ["", `["${otherThan(platform)}"]`]) {
            pulumi.runtime.setAllConfig({ "pulumi:disable-default-providers": setting });
            expect((await refusal(() => make(component, platform, "part"))).message).toBe("");
        }
    });
});

/** The provider of a package of the user's. */
class Cloud extends pulumi.ProviderResource {
    constructor() {
        super("cloud", "cloud", {});
    }
}

describe("a provider that no child can use", () => {
    it.each(PLACED)("is refused by %s on %s when it is of the other platform alone", async (component, platform) => {
        const other = otherThan(platform);
        const way = `give a ${platform}.Provider, or set \`platform: "${other}"\``;
        const reason = `is of platform "${other}", and nothing on platform "${platform}" is made by it; ${way}`;
        expect(await refusal(() => make(component, platform, "part", { provider: PROVIDERS[other]() }))).toEqual({
            message: problem(component, "opts.provider", reason),
            made: [],
        });
        expect(await refusal(() => make(component, platform, "part", { providers: [PROVIDERS[other]()] }))).toEqual({
            message: problem(component, "opts.providers", reason),
            made: [],
        });
    });

    it.each(PLACED)("is refused by %s on %s when it is of a package by which nothing is made", async (component, platform) => {
        const reason = `is of a package by which nothing here is made; give a ${platform}.Provider, or leave it out`;
        expect(await refusal(() => make(component, platform, "part", { provider: new Cloud() }))).toEqual({
            message: problem(component, "opts.provider", reason),
            made: [],
        });
    });

    it.each(SOME)("is taken by %s on %s among several, and one that makes passwords alone too", async (component, platform) => {
        const other = new Map<string, () => object>([
            ["several", () => ({ providers: [new Cloud()] })],
            ["of passwords", () => ({ provider: new random.Provider("random") })],
        ]);
        for (const [what, opts] of other) {
            const { message } = await refusal(() => make(component, platform, "part", opts()));
            expect({ what, message }).toEqual({ what, message: "" });
        }
    });
});

describe("a name that another part of the program has", () => {
    const below = (name: string) => ({ parent: new pulumi.ComponentResource(`a:b:${name}`, name) });

    it.each(PLACED)("is refused by %s on %s, whatever it hangs below", async (component, platform) => {
        for (const opts of [() => ({}), () => below("other")]) {
            const { message } = await refusal(() => {
                make(component, platform, "part");
                make(component, platform, "part", opts());
            });
            const [path, called] =
                component !== "TracedEnvironment"
                    ? ["name", 'is called "project-stack-part"']
                    : platform === "docker"
                      ? ["name", 'is called "project-stack-part-..."']
                      : ["kubernetes.namespace", 'makes the namespace "project-stack"'];
            const way = path === "name" ? "give one of them another name" : "give the name of one that exists";
            const reason = `${component} "part", another part of this program, ${called} too; ${way}`;
            expect(message).toBe(problem(component, path, `${reason}, or an \`environmentId\` of its own`));
        }
    });

    it.each(PLATFORMS)("is refused across components and environments on %s: all would be called the same", async (platform) => {
        const collector = await refusal(() => {
            make("JaegerQuery", platform, "part");
            make("JaegerCollector", platform, "part");
        });
        expect(collector.message).toMatch(/^ {2}- name: JaegerQuery "part", another part of this program, is called "project-stack-part" too;/m);
        const app = await refusal(() => {
            make("TracedEnvironment", platform, "main", {}, platform === "docker" ? {} : onCluster);
            make("TracedApp", platform, "main-shop");
        });
        expect(app.message).toMatch(/^ {2}- name: TracedApp "main-shop", another part of this program, is called/m);
    });

    it.each(SOME)("is no matter for %s on %s on another engine, in another cluster, or with an id", async (component, platform) => {
        const { message } = await refusal(() => {
            make(component, platform, "part");
            make(component, platform, "part", { ...below("other"), provider: PROVIDERS[platform]() });
            make(component, platform, "part", below("third"), { environmentId: "b" });
        });
        expect(message).toBe("");
    });

    it("is no matter in another namespace", async () => {
        const { message } = await refusal(() => {
            make("TracedApp", "kubernetes", "part");
            make("TracedApp", "kubernetes", "part", below("other"), { kubernetes: { namespace: "other" } });
        });
        expect(message).toBe("");
    });
});

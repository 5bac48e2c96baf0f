// Traefik's files: reviewed as golden files, with the rules that hosts, paths and addresses follow.
import * as path from "node:path";

import { parse } from "yaml";

import { forwardAuthProblem, hashProblem, userProblem } from "../../../../components/ingress/authentication";
import {
    ENTRY_POINTS,
    hostProblem,
    idleTimeout,
    ingressUrl,
    OtlpTarget,
    pathProblem,
    Route,
    routeConfiguration,
    routeFile,
    routeUrl,
    StaticConfiguration,
    staticConfiguration,
    tlsConfiguration,
} from "../../../../components/ingress/configuration";
import { IMAGES } from "../../../../components/support/versions";
import { AUTHORITY } from "../../../helpers/certificates";
import { expectGolden } from "../../../helpers/golden";

const golden = (file: string) => path.join(__dirname, "../golden", file);

const STATIC: StaticConfiguration = {
    serviceName: "ingress",
    otlp: { grpc: "http://collector:4317", http: "http://collector:4318" },
    sampleRate: 0.5,
    resourceAttributes: { "deployment.environment.name": "dev" },
    jaegerUi: true,
    version: IMAGES.traefik.version,
};

const SHOP: Route = {
    name: "project-stack-shop",
    entryPoint: "web",
    host: "shop.example.org",
    pathPrefix: "/shop",
    urls: ["http://shop-0:8000", "http://shop-1:8000"],
    healthPath: "/shop/health",
    traced: true,
    keepAlive: 75,
};

const HASH = "$2y$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";

const JAEGER_UI: Route = {
    name: "jaeger-ui",
    entryPoint: "websecure",
    host: "traces.example.org",
    urls: ["http://query:16686"],
    traced: false,
};

describe("the golden files", () => {
    test.each([
        ["traefik-static-with-ui.yaml", staticConfiguration(STATIC)],
        ["traefik-static-without-ui.yaml", staticConfiguration({ ...STATIC, jaegerUi: false })],
        ["traefik-static-with-tls.yaml", staticConfiguration({ ...STATIC, tlsPort: 8443 })],
        ["traefik-tls-self-signed.yaml", tlsConfiguration()],
        [
            "traefik-tls.yaml",
            tlsConfiguration({
                certificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
                key: "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n",
            }),
        ],
        ["traefik-route-shop.yaml", routeConfiguration(SHOP)],
        [
            "traefik-route-jaeger-ui-users.yaml",
            routeConfiguration({
                ...JAEGER_UI,
                authentication: { users: { grace: HASH, ada: HASH }, version: IMAGES.traefik.version },
            }),
        ],
        [
            "traefik-route-jaeger-ui-forward.yaml",
            routeConfiguration({
                ...JAEGER_UI,
                authentication: {
                    forwardAuth: "http://oauth2-proxy:4180/oauth2/auth",
                    version: IMAGES.traefik.version,
                },
            }),
        ],
        [
            "traefik-route-jaeger.yaml",
            routeConfiguration({
                name: "jaeger",
                entryPoint: "jaeger",
                urls: ["http://query:16686"],
                traced: false,
                allowedSources: ["10.99.0.0/24"],
            }),
        ],
    ])("%s", (file, text) => {
        expectGolden(golden(file), text);
    });
});

/** How spans are sent to a target. */
function sentBy(otlp: OtlpTarget): object {
    return (parse(staticConfiguration({ ...STATIC, otlp })) as { tracing: { otlp: object } }).tracing.otlp;
}

describe("the static configuration", () => {
    test.each([
        ["http://collector:4317", { endpoint: "collector:4317", insecure: true }],
        ["https://otlp.example.org:4317", { endpoint: "otlp.example.org:4317" }],
        ["https://otlp.example.org", { endpoint: "otlp.example.org:443" }],
        ["http://collector", { endpoint: "collector:80", insecure: true }],
        ["http://[::1]:4317", { endpoint: "[::1]:4317", insecure: true }],
    ])("sends spans by gRPC to %s as Traefik wants it", (grpc, expected) => {
        expect(sentBy({ grpc, http: "http://collector:4318" })).toEqual({ grpc: expected });
    });

    test.each([
        ["http://collector:4318", "http://collector:4318/v1/traces"],
        ["https://otlp.example.org/tenant/", "https://otlp.example.org/tenant/v1/traces"],
    ])("sends spans by HTTP to %s when there is no address for gRPC", (http, endpoint) => {
        expect(sentBy({ http })).toEqual({ http: { endpoint } });
    });

    test.each([
        ["gRPC", { grpc: "https://otlp.example.org" }, "grpc", "otlp.example.org:443"],
        ["HTTP", { http: "https://otlp.example.org" }, "http", "https://otlp.example.org/v1/traces"],
    ])("gives headers and certificate authorities along by %s", (_, addresses, protocol, endpoint) => {
        const headers = { "x-api-key": "k" };
        expect(sentBy({ ...addresses, headers, ca: AUTHORITY })).toEqual({
            [protocol]: { endpoint, headers, tls: { ca: AUTHORITY } },
        });
    });

    test("has no dashboard, no API and no word to the vendor", () => {
        const parsed = parse(staticConfiguration(STATIC)) as Record<string, unknown>;
        expect(parsed).not.toHaveProperty("api");
        expect(parsed.global).toEqual({ checkNewVersion: false, sendAnonymousUsage: false });
    });

    test.each<[string, object]>([
        ["3.7.15", { queryParameters: { defaultMode: "drop" } }],
        ["3.7.4", { queryParameters: { defaultMode: "drop" } }],
        // The key is unknown, which would stop it; paths hold the query.
        ["3.7.1", { names: { RequestPath: "drop", RequestLine: "drop" } }],
        ["3.6.8", { names: { RequestPath: "drop", RequestLine: "drop" } }],
    ])("of version %s keeps headers and queries out of the access log", (version, expected) => {
        const { accessLog } = parse(staticConfiguration({ ...STATIC, version })) as {
            accessLog: { fields: object };
        };
        expect(accessLog.fields).toEqual({ headers: { defaultMode: "drop" }, ...expected });
    });

    test.each<[string, string | undefined]>([
        ["3.6.8", undefined],
        ["3.7.5", undefined],
        ["3.7.6", "underscoreHeadersStrategy"],
        ["3.7.11", "underscoreHeadersStrategy"],
        ["3.7.12", "aliasHeadersStrategy"],
        ["3.8.0", "aliasHeadersStrategy"],
    ])("of version %s takes headers away that look like others by %s", (version, key) => {
        const { entryPoints } = parse(staticConfiguration({ ...STATIC, version })) as {
            entryPoints: Record<string, { http: Record<string, unknown> }>;
        };
        expect(Object.keys(entryPoints)).toEqual(["traefik", "metrics", "web", "jaeger"]);
        for (const { http } of Object.values(entryPoints)) {
            expect(Object.entries(http).filter(([, value]) => value === "delete")).toEqual(
                key === undefined ? [] : [[key, "delete"]],
            );
        }
    });

    test.each([true, false])("has the entry point of Jaeger's UI only when it is wanted: %s", (jaegerUi) => {
        const { entryPoints } = parse(staticConfiguration({ ...STATIC, jaegerUi })) as {
            entryPoints: object;
        };
        expect(Object.keys(entryPoints).includes(ENTRY_POINTS.jaeger.name)).toBe(jaegerUi);
    });
});

describe("TLS", () => {
    const entryPoints = (tlsPort?: number) =>
        (parse(staticConfiguration({ ...STATIC, tlsPort })) as { entryPoints: Record<string, { http: object }> })
            .entryPoints;

    test("is not there unless it is wanted", () => {
        expect(Object.keys(entryPoints())).toEqual(["traefik", "metrics", "web", "jaeger"]);
        expect(entryPoints().web.http).not.toHaveProperty("redirections");
    });

    test.each([443, 8443, 30443])("is redirected to on the published port %i, not on the container's", (port) => {
        expect(entryPoints(port).web.http).toMatchObject({
            redirections: { entryPoint: { to: `:${port}`, scheme: "https", permanent: false } },
        });
        expect(entryPoints(port).websecure).toMatchObject({ address: ":8443", http: { tls: {} } });
    });

    test("is spoken from version 1.2 on", () => {
        expect(parse(tlsConfiguration())).toEqual({ tls: { options: { default: { minVersion: "VersionTLS12" } } } });
    });
});

describe("an authentication", () => {
    test("puts a login before the service, and lets nothing of it through", () => {
        const { http } = parse(
            routeConfiguration({ ...JAEGER_UI, authentication: { users: { ada: HASH }, version: "3.7.15" } }),
        ) as { http: { routers: Record<string, { middlewares: string[] }>; middlewares: Record<string, object> } };
        expect(http.routers["jaeger-ui"].middlewares.slice(0, 2)).toEqual([
            "jaeger-ui-login",
            "jaeger-ui-without-login",
        ]);
        expect(http.middlewares["jaeger-ui-login"]).toMatchObject({
            basicAuth: { users: [`ada:${HASH}`], removeHeader: true },
        });
        expect(http.middlewares["jaeger-ui-without-login"]).toEqual({
            headers: { customRequestHeaders: { Authorization: "", Cookie: "" } },
        });
    });

    test.each([
        ["3.6.8", false],
        ["3.6.9", true],
    ])("of version %s bounds the answer of the server that is asked: %s", (version, bounded) => {
        const text = routeConfiguration({
            ...JAEGER_UI,
            authentication: { forwardAuth: "https://login.example.org", version },
        });
        expect(text.includes("maxResponseBodySize")).toBe(bounded);
    });

    test.each(["ada", "ada@example.org", "a".repeat(64)])("takes the user %s", (name) => {
        expect(userProblem(name)).toBeUndefined();
    });

    test.each(["", "a:b", "a b", "a".repeat(65)])("refuses the user %j", (name) => {
        expect(userProblem(name)).toMatch(/without spaces and colons/);
    });

    test.each([HASH, HASH.replace("$2y$12", "$2a$10"), HASH.replace("$2y$12", "$2b$14")])("takes the hash %s", (hash) => {
        expect(hashProblem(hash)).toBeUndefined();
    });

    test.each([
        ["a password", "s3cret", /bcrypt hash, which begins with "\$2"; make it by `htpasswd -nB -C 12/],
        ["a whole line", `ada:${HASH}`, /what stands after the colon/],
        ["another kind of hash", "$apr1$abc$def", /bcrypt hash/],
        ["one that is cut", HASH.slice(0, -1), /bcrypt hash/],
        ["a low cost", HASH.replace("$12", "$05"), /has the cost 5, expected one from 10 to 14/],
        ["a high cost", HASH.replace("$12", "$31"), /has the cost 31/],
    ])("refuses %s, without showing it", (_, hash, reason) => {
        expect(hashProblem(hash)).toMatch(reason);
        expect(hashProblem(hash)).not.toContain(hash);
    });

    test.each<[string, RegExp | undefined]>([
        ["http://oauth2-proxy:4180/oauth2/auth", undefined],
        ["https://login.example.org/check", undefined],
        ["oauth2-proxy:4180", /with a scheme/],
        ["ftp://login.example.org", /with a scheme/],
        ["https://a:b@login.example.org", /has a login in it/],
    ])("by the server %s: %s", (address, reason) => {
        const problem = forwardAuthProblem(address);
        expect(problem === undefined).toBe(reason === undefined);
        expect(problem ?? "").toMatch(reason ?? /^$/);
    });
});

describe("a route", () => {
    const routerOf = (route: Partial<Route>) => {
        const { http } = parse(routeConfiguration({ ...SHOP, ...route })) as {
            http: {
                routers: Record<string, Record<string, unknown>>;
                services: Record<string, { loadBalancer: object }>;
                middlewares: Record<string, object>;
                serversTransports: Record<string, object>;
            };
        };
        return {
            router: http.routers[SHOP.name],
            health: http.routers[`${SHOP.name}-health`] as Record<string, unknown> | undefined,
            service: http.services[SHOP.name].loadBalancer,
            middlewares: http.middlewares,
            transport: http.serversTransports[SHOP.name],
        };
    };

    test("leaves requests for its health path untraced, wherever they come from", () => {
        const { router, health } = routerOf({});
        expect(health).toEqual({
            ...router,
            rule: "Host(`shop.example.org`) && PathPrefix(`/shop`) && Path(`/shop/health`)",
            priority: (router.priority as number) + 1,
            observability: { accessLogs: false, metrics: false, tracing: false },
        });
    });

    test.each<[string, Partial<Route>]>([
        ["is not traced at all", { traced: false }],
        ["has no health path", { healthPath: undefined }],
        ["does not lead to its health path", { healthPath: "/health" }],
    ])("that %s needs no rule for it", (_, route) => {
        expect(routerOf(route).health).toBeUndefined();
    });

    // The app for everything must not take the health path of another app's host.
    test.each<[string, Partial<Route>, Partial<Route>]>([
        ["a host and a path before the host", { host: "a.io" }, { host: "a.io", pathPrefix: "/" }],
        ["a longer path before a shorter one", { pathPrefix: "/shop/a" }, { pathPrefix: "/shop" }],
        ["a short host before everything", { host: "a.io", pathPrefix: "/" }, { host: undefined, pathPrefix: "/" }],
        ["a path before everything", { host: undefined }, { host: undefined, pathPrefix: "/" }],
    ])("comes in turn: %s", (_, first, second) => {
        const priorityOf = (route: Partial<Route>, which: "router" | "health") =>
            Number(routerOf({ healthPath: "/shop/health/deep/down", ...route })[which]?.priority);
        expect(priorityOf(first, "router")).toBeGreaterThan(priorityOf(second, "router"));
        expect(priorityOf(first, "router")).toBeGreaterThan(priorityOf(second, "health"));
    });

    test.each<[string, Partial<Route>, string]>([
        ["a host and a path", {}, "Host(`shop.example.org`) && PathPrefix(`/shop`)"],
        ["a host", { pathPrefix: undefined }, "Host(`shop.example.org`)"],
        ["a host and the root", { pathPrefix: "/" }, "Host(`shop.example.org`)"],
        ["a path", { host: undefined }, "PathPrefix(`/shop`)"],
        ["nothing", { host: undefined, pathPrefix: undefined }, "PathPrefix(`/`)"],
        ["the root", { host: undefined, pathPrefix: "/" }, "PathPrefix(`/`)"],
    ])("by %s", (_, route, rule) => {
        expect(routerOf(route).router.rule).toBe(rule);
    });

    test("that is not traced leaves no span, no log and no metric", () => {
        expect(routerOf({ traced: false }).router.observability).toEqual({
            accessLogs: false,
            metrics: false,
            tracing: false,
        });
        expect(routerOf({}).router).not.toHaveProperty("observability");
    });

    test.each<[string, Partial<Route>, object | undefined]>([
        [
            "with the route's host, as the app expects it",
            {},
            { path: "/shop/health", hostname: "shop.example.org" },
        ],
        ["without a host", { host: undefined }, { path: "/shop/health", hostname: "127.0.0.1" }],
        ["not at all without a path", { healthPath: undefined }, undefined],
    ])("asks for its instances' health %s", (_, route, expected) => {
        const { healthCheck } = routerOf(route).service as { healthCheck?: object };
        expect(healthCheck).toEqual(expected && { interval: "5s", timeout: "3s", ...expected });
    });

    test.each([
        ["127.0.0.1", "http://127.0.0.1:8080"],
        ["10.0.0.7", "http://10.0.0.7:8080"],
        ["0.0.0.0", "http://127.0.0.1:8080"],
        ["::", "http://[::1]:8080"],
        ["2001:db8::1", "http://[2001:db8::1]:8080"],
    ])("of an ingress published on %s is reached at %s", (address, url) => {
        expect(ingressUrl("http", address, 8080)).toBe(url);
        expect(ingressUrl("https", address, 8443)).toBe(url.replace("http://", "https://").replace("8080", "8443"));
        expect(routeUrl(url, "shop.example.org", "/shop")).toBe("http://shop.example.org:8080/shop");
    });

    test.each([
        [75, 60],
        [5, 4],
        [2, 1],
    ])("to an app that keeps connections for %i s keeps them for %i s itself", (keepAlive, idle) => {
        expect(idleTimeout(keepAlive)).toBe(idle);
        expect(routerOf({ keepAlive }).transport).toEqual({
            maxIdleConnsPerHost: 200,
            forwardingTimeouts: { dialTimeout: "3s", idleConnTimeout: `${idle}s` },
        });
    });

    test("tries another instance when one can't be reached", () => {
        expect(routerOf({}).router.middlewares).toEqual([`${SHOP.name}-retry`]);
        expect(routerOf({}).middlewares[`${SHOP.name}-retry`]).toEqual({
            retry: { attempts: 3, initialInterval: "50ms" },
        });
    });

    test("goes to each instance", () => {
        expect(routerOf({}).service).toMatchObject({ servers: SHOP.urls.map((url) => ({ url })) });
    });

    test("has a file of its own, with an ending that Traefik reads", () => {
        expect(routeFile("project-stack-shop")).toBe("project-stack-shop.yml");
    });
});

describe("a host is", () => {
    test.each(["shop", "shop.example.org", "a-b.c", "127.0.0.1", "0x", `${"a".repeat(63)}.org`])(
        "taken: %s",
        (host) => {
            expect(hostProblem(host)).toBeUndefined();
        },
    );

    test.each([
        "",
        "Shop.example.org",
        "http://shop",
        "shop:8080",
        "shop/",
        "-shop",
        "shop-",
        "shop..org",
        ".shop",
        "shop_1",
        "sh`op",
        "a b",
        `${"a".repeat(64)}.org`,
        `${"a.".repeat(127)}`,
    ])("refused: %j", (host) => {
        expect(hostProblem(host)).toMatch(/expected a host name in lower case/);
    });
});

describe("a path is", () => {
    test.each(["/", "/health", "/a/b-c_d.e~f", "/a%20b", "/@x:y;z=1,2"])("taken: %s", (text) => {
        expect(pathProblem(text)).toBeUndefined();
    });

    test.each(["", "health", "/a b", "/a?b", "/a#b", "/`", '/"', "/ü", "/a\n"])("refused: %j", (text) => {
        expect(pathProblem(text)).toMatch(/expected a path that starts with "\/"/);
    });
});

describe("the address of a route for people", () => {
    test.each<[string, string | undefined, string | undefined, string]>([
        ["http://127.0.0.1:8080", undefined, undefined, "http://127.0.0.1:8080/"],
        ["http://127.0.0.1:8080", undefined, "/shop", "http://127.0.0.1:8080/shop"],
        ["http://127.0.0.1:8080", "shop.example.org", undefined, "http://shop.example.org:8080/"],
        ["http://127.0.0.1:8080", "shop.example.org", "/shop", "http://shop.example.org:8080/shop"],
        ["https://example.org", "shop.example.org", "/", "https://shop.example.org/"],
        ["http://127.0.0.1:80", undefined, undefined, "http://127.0.0.1/"],
    ])("%s, host %s, path %s: %s", (base, host, pathPrefix, expected) => {
        expect(routeUrl(base, host, pathPrefix)).toBe(expected);
    });
});

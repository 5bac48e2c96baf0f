// Traefik's configuration (pure): the static one, which needs a restart, and one dynamic file per route, which does not.
import { isIPv6 } from "net";

import { ProcessUser } from "../platform";
import { atLeast } from "../support/versions";
import { toYaml } from "../support/yaml";
import { authenticationMiddlewares, RouteAuthentication } from "./authentication";
import { chainOf, keyOf } from "./certificate";

/** The oldest Traefik that respects the parent's sampling decision (3.6.8). */
export const OLDEST_TRAEFIK = "3.6.8";

/** The entry points and the ports they listen on in the container. */
export const ENTRY_POINTS = {
    /** The apps; with TLS it only redirects. */
    web: { name: "web", port: 8000 },
    /** The apps, with TLS. */
    websecure: { name: "websecure", port: 8443 },
    /** Jaeger's UI and API, bound to the loopback address of the host. */
    jaeger: { name: "jaeger", port: 8686 },
    /** Traefik's own health. Never published. */
    health: { name: "traefik", port: 8080 },
    /** Traefik's metrics. Never published. */
    metrics: { name: "metrics", port: 9100 },
} as const;

/** The folder of Traefik's static configuration, and the one in which routes are declared. */
export const STATIC_FOLDER = "/etc/traefik";
export const ROUTES_FOLDER = "/routes";

/** Who Traefik runs as; files declared for it belong to the same user. */
export const TRAEFIK_USER: ProcessUser = { uid: 65532, gid: 65532 };

/** Where spans go: by gRPC when there is an address for it, else by HTTP. */
export interface OtlpTarget {
    /** OTLP over gRPC, e.g. `http://collector:4317`. */
    grpc?: string;
    /** OTLP over HTTP without the signal's path, e.g. `https://otlp.example.org`. */
    http?: string;
    headers?: Readonly<Record<string, string>>;
    /** Certificate authorities as PEM. */
    ca?: string;
}

/** What the static configuration is made from. */
export interface StaticConfiguration {
    /** The service name in traces. */
    serviceName: string;
    /** Where its spans go. */
    otlp: OtlpTarget;
    /** The share of requests that are traced when the caller has not decided, from 0 to 1. */
    sampleRate: number;
    /** Attributes of the ingress in every span, such as the environment's name. */
    resourceAttributes: Record<string, string>;
    /** Whether the entry point for Jaeger's UI is wanted. */
    jaegerUi: boolean;
    /** The port that the entry point with TLS is published on; none without TLS. */
    tlsPort?: number;
    /** Traefik's version: it stops at a key that it does not know. */
    version: string;
    /**
     * Seconds after which a client's connection is closed in good order, so that clients spread over new instances and
     * leave one that goes; not at all when it is not given.
     */
    connectionAge?: number;
}

/**
 * WSGI apps read `X_Auth_User` as `X-Auth-User`: a client could pretend to be a proxy in front.
 * The key has this name since 3.7.12, had another one from 3.7.6 on, and none before.
 */
function headerAliases(version: string): object {
    if (atLeast(version, "3.7.12")) {
        return { aliasHeadersStrategy: "delete" };
    }
    return atLeast(version, "3.7.6") ? { underscoreHeadersStrategy: "delete" } : {};
}

/** What every entry point refuses or takes away, the health one too: Traefik warns about each that does not say. */
function requestRules(version: string): object {
    return {
        // Slashes, percent signs and the like belong to paths of apps and of Jaeger's API; these two to attacks.
        encodedCharacters: { allowEncodedBackSlash: false, allowEncodedNullCharacter: false },
        ...headerAliases(version),
    };
}

/** Keeps queries out of the access log; Traefik before 3.7.4 can't part them from paths, so the paths go too. */
function withoutQuery(version: string): object {
    return atLeast(version, "3.7.4")
        ? { queryParameters: { defaultMode: "drop" } }
        : { names: { RequestPath: "drop", RequestLine: "drop" } };
}

/** Traefik wants a whole address for HTTP, and takes certificate authorities as a file or, as here, themselves. */
function otlp({ grpc, http, headers, ca }: OtlpTarget): object {
    const more = { ...(headers ? { headers } : {}), ...(ca ? { tls: { ca } } : {}) };
    return grpc
        ? { grpc: { ...otlpGrpc(grpc), ...more } }
        : { http: { endpoint: `${http?.replace(/\/+$/, "")}/v1/traces`, ...more } };
}

/** For gRPC it wants host and port, and encryption as a flag. */
function otlpGrpc(endpoint: string): { endpoint: string; insecure?: boolean } {
    const url = new URL(endpoint);
    const address = `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
    return url.protocol === "https:" ? { endpoint: address } : { endpoint: address, insecure: true };
}

/**
 * Sends clients on to HTTPS. Not to the entry point by its name: that would be its port in the container.
 * Not for ever either: browsers would keep to a port, or to TLS, that a change of settings takes away.
 */
function redirection(port: number): object {
    return { entryPoint: { to: `:${port}`, scheme: "https", permanent: false } };
}

/** The static configuration: no dashboard, no API, no telemetry to the vendor, headers and queries kept out of logs. */
export function staticConfiguration(options: StaticConfiguration): string {
    const transport = {
        lifeCycle: { requestAcceptGraceTimeout: "5s", graceTimeOut: "20s" },
        ...(options.connectionAge === undefined ? {} : { keepAliveMaxTime: `${options.connectionAge}s` }),
    };
    const rules = requestRules(options.version);
    const apps = {
        // No proxy in front is trusted to say who the client is.
        forwardedHeaders: { insecure: false },
        transport,
    };
    const http = { maxHeaderBytes: 65536, ...rules };
    return toYaml({
        global: { checkNewVersion: false, sendAnonymousUsage: false },
        ping: {},
        entryPoints: {
            [ENTRY_POINTS.health.name]: { address: `:${ENTRY_POINTS.health.port}`, http: rules },
            [ENTRY_POINTS.metrics.name]: { address: `:${ENTRY_POINTS.metrics.port}`, http: rules },
            [ENTRY_POINTS.web.name]: {
                address: `:${ENTRY_POINTS.web.port}`,
                http: {
                    ...http,
                    ...(options.tlsPort === undefined ? {} : { redirections: redirection(options.tlsPort) }),
                },
                ...apps,
            },
            ...(options.tlsPort === undefined
                ? {}
                : {
                      [ENTRY_POINTS.websecure.name]: {
                          address: `:${ENTRY_POINTS.websecure.port}`,
                          http: { ...http, tls: {} },
                          ...apps,
                      },
                  }),
            ...(options.jaegerUi
                ? {
                      [ENTRY_POINTS.jaeger.name]: {
                          address: `:${ENTRY_POINTS.jaeger.port}`,
                          http: rules,
                          // Looking at traces makes none.
                          observability: { accessLogs: false, metrics: false, tracing: false },
                          transport,
                      },
                  }
                : {}),
        },
        providers: { file: { directory: ROUTES_FOLDER, watch: true } },
        tracing: {
            serviceName: options.serviceName,
            sampleRate: options.sampleRate,
            resourceAttributes: options.resourceAttributes,
            otlp: otlp(options.otlp),
        },
        metrics: { prometheus: { entryPoint: ENTRY_POINTS.metrics.name } },
        accessLog: {
            format: "json",
            fields: { headers: { defaultMode: "drop" }, ...withoutQuery(options.version) },
        },
        log: { level: "INFO", format: "json" },
    });
}

/** The user's certificate with its chain, and its private key, as PEM. */
export interface ServedCertificate {
    certificate: string;
    key: string;
}

/** The names of the file that says how TLS is spoken. */
export const TLS_FILE = "tls.yml";

/**
 * How TLS is spoken, and with which certificate; without one Traefik makes a self-signed one.
 * The certificate stands in the file itself, not in files beside it: so it changes together with its key, by one
 * rename that Traefik sees. It is the default one, which clients get that name no host, or one it is not made for.
 */
export function tlsConfiguration(served?: ServedCertificate): string {
    return toYaml({
        tls: {
            options: { default: { minVersion: "VersionTLS12" } },
            ...(served
                ? {
                      stores: {
                          default: {
                              defaultCertificate: {
                                  certFile: chainOf(served.certificate),
                                  keyFile: keyOf(served.key),
                              },
                          },
                      },
                  }
                : {}),
        },
    });
}

/** One route: which requests go to which instances. */
export interface Route {
    /** Unique in the ingress: names the file, the router and the service. */
    name: string;
    entryPoint: string;
    /** The host that the request names; any when it is not given. */
    host?: string;
    /** What the path starts with; any when it is not given. */
    pathPrefix?: string;
    /** The address of each instance, e.g. `http://shop-0:8000`. */
    urls: string[];
    /** The path that says whether an instance is well. */
    healthPath?: string;
    /** Whether requests on this route are traced. */
    traced: boolean;
    /** Seconds that the instances keep an idle connection open; as long as the ingress does when it is not given. */
    keepAlive?: number;
    /** The only networks, as CIDR, from which requests are taken; any when it is not given. */
    allowedSources?: string[];
    /** Who may pass; anybody when it is not given. */
    authentication?: RouteAuthentication;
    /**
     * Whether the platform chooses an instance that is ready for each connection to a URL: then each request makes one,
     * so that new instances get their share and none is sent to one that goes, and nothing else looks after health.
     */
    balanced?: boolean;
}

const EVERYTHING = "PathPrefix(`/`)";

/** A backquoted text in a rule; backquotes themselves can't stand in hosts and paths. */
function rule(route: Route): string {
    const parts = [
        ...(route.host ? [`Host(\`${route.host}\`)`] : []),
        ...(route.pathPrefix && route.pathPrefix !== "/" ? [`PathPrefix(\`${route.pathPrefix}\`)`] : []),
    ];
    return parts.length > 0 ? parts.join(" && ") : EVERYTHING;
}

/** The name of a route's file. */
export function routeFile(name: string): string {
    return `${name}.yml`;
}

/** How long the ingress keeps an idle connection to an instance: it must never be the instance that closes it. */
export function idleTimeout(keepAlive: number): number {
    return Math.max(1, Math.floor(keepAlive * 0.8));
}

/**
 * How many idle connections are kept to an instance: as many as Traefik's own transport keeps. One that is declared keeps
 * two, as Go does; all others of a busy app would be made anew for each request, and their ports run out.
 */
const KEPT_CONNECTIONS = 200;
const NONE_KEPT = -1;

/** Tries another instance when one can't be reached; what was sent already is never sent twice. */
const RETRY = { attempts: 3, initialInterval: "50ms" };

/** Nothing of a request is recorded. */
const UNTRACED = { accessLogs: false, metrics: false, tracing: false };

/**
 * Traefik asks the longest rule first, so that a route for a host and a path comes before one for the host alone. The
 * route for everything comes last, also after a host whose rule is shorter. Each number leaves room for the route's
 * own health path before it.
 */
function priority(route: Route): number {
    const text = rule(route);
    return text === EVERYTHING ? 1 : 2 * text.length;
}

/** The middlewares that a route's requests pass, by their names. */
function middlewares(route: Route): Record<string, object> {
    const own = {
        ...(route.allowedSources ? { sources: { ipAllowList: { sourceRange: route.allowedSources } } } : {}),
        ...(route.authentication ? authenticationMiddlewares(route.authentication) : {}),
        retry: { retry: RETRY },
    };
    return Object.fromEntries(Object.entries(own).map(([name, value]) => [`${route.name}-${name}`, value]));
}

/** The routers of a route: its own, and an untraced one for its health path when others are traced. */
function routers(route: Route, passed: string[]): Record<string, object> {
    const common = {
        entryPoints: [route.entryPoint],
        service: route.name,
        middlewares: passed,
    };
    return {
        [route.name]: {
            ...common,
            rule: rule(route),
            priority: priority(route),
            ...(route.traced ? {} : { observability: UNTRACED }),
        },
        ...(route.traced && route.healthPath?.startsWith(route.pathPrefix ?? "/")
            ? {
                  [`${route.name}-health`]: {
                      ...common,
                      rule: `${rule(route)} && Path(\`${route.healthPath}\`)`,
                      priority: priority(route) + 1,
                      observability: UNTRACED,
                  },
              }
            : {}),
    };
}

/** A route's file. */
export function routeConfiguration(route: Route): string {
    const passed = middlewares(route);
    return toYaml({
        http: {
            routers: routers(route, Object.keys(passed)),
            middlewares: passed,
            serversTransports: {
                [route.name]: {
                    maxIdleConnsPerHost: route.balanced ? NONE_KEPT : KEPT_CONNECTIONS,
                    forwardingTimeouts: {
                        // On the same host; a name that is gone would be waited for.
                        dialTimeout: "3s",
                        ...(route.keepAlive && !route.balanced ? { idleConnTimeout: `${idleTimeout(route.keepAlive)}s` } : {}),
                    },
                },
            },
            services: {
                [route.name]: {
                    loadBalancer: {
                        serversTransport: route.name,
                        servers: route.urls.map((url) => ({ url })),
                        ...(route.healthPath && !route.balanced
                            ? {
                                  healthCheck: {
                                      path: route.healthPath,
                                      interval: "5s",
                                      timeout: "3s",
                                      // Without a host of its own the app is asked as it asks itself.
                                      hostname: route.host ?? "127.0.0.1",
                                  },
                              }
                            : {}),
                    },
                },
            },
        },
    });
}

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const PATH = /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/;

/** What is wrong with a route's host, if anything. */
export function hostProblem(host: string): string | undefined {
    return HOST.test(host)
        ? undefined
        : "expected a host name in lower case without scheme and port, such as shop.example.org";
}

/** What is wrong with a path, if anything. */
export function pathProblem(path: string): string | undefined {
    return PATH.test(path)
        ? undefined
        : 'expected a path that starts with "/", without spaces, query and fragment';
}

/** The address of the ingress for people: one that listens everywhere is reached on the loopback address. */
export function ingressUrl(scheme: "http" | "https", address: string, port: number): string {
    const reached = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
    return `${scheme}://${isIPv6(reached) ? `[${reached}]` : reached}:${port}`;
}

/** The address of a route for people: the ingress's with the route's host and path. */
export function routeUrl(base: string, host?: string, pathPrefix?: string): string {
    const url = new URL(base);
    if (host) {
        url.hostname = host;
    }
    return `${url.origin}${pathPrefix ?? "/"}`;
}

// What an environment will be, read from its settings (pure).
import { isMaintained } from "../../components/environment/maintained";
import { ENTRY_POINTS } from "../../components/ingress/configuration";
import { joinName } from "../../components/support/names";
import { choosesEndpoint } from "../../components/tracing/headers";
import { AppSettings, DEFAULTS, Settings } from "../../infra/settings";
import { asksForSampling, Existing, Facts, Network, Part, placeOf, PublishedPort, sorted, spansOf } from "./facts";

/** The name of the environment in the program. */
const MAIN = "main";

const id = (name: string) => `${MAIN}-${name}`;
const databaseId = (name: string) => `database-${name}`;

/** The facts of an environment that is made from these settings. */
export function factsOfSettings(settings: Settings, project: string, stack: string): Facts {
    const platform = settings.platform ?? DEFAULTS.platform;
    const parts = partsOf(settings);
    return sorted({
        project,
        stack,
        platform,
        ...(platform === "kubernetes" ? { namespace: namespaceOf(settings, project, stack) } : {}),
        parts,
        calls: callsOf(settings, parts),
        networks: platform === "docker" ? networksOf(settings, parts) : [],
        published: publishedBy(settings),
        existing: existingIn(settings),
    });
}

function namespaceOf({ kubernetes, environmentId = "" }: Settings, project: string, stack: string): string {
    return kubernetes?.namespace ?? joinName([project, stack, environmentId]);
}

function partsOf(settings: Settings): Part[] {
    const { storage, tracing, ingress, canary, apps = {}, databases = {} } = settings;
    const part = (role: Part["role"], name: string, least = 1, most?: number): Part => ({
        id: id(name),
        role,
        name,
        instances: [least, Math.max(most ?? least, least)],
    });
    const uiHost = ingress?.jaegerUiRoute?.host;
    return [
        ...(ingress?.external ? [] : [part("ingress", "ingress", ingress?.replicas, ingress?.kubernetes?.maxReplicas)]),
        ...(tracing?.external
            ? []
            : [
                  part("collector", "collector", tracing?.collectorReplicas, tracing?.kubernetes?.collectorMaxReplicas),
                  {
                      ...part("query", "query", tracing?.queryReplicas),
                      ...(uiHost === undefined ? {} : { route: { host: uiHost } }),
                  },
                  ...(storage?.external ? [] : [part("storage", "storage", storage?.kubernetes?.nodes)]),
                  ...(!storage?.external || isMaintained(storage.external) ? [part("retention", "retention")] : []),
                  ...(canary ? [part("canary", "canary")] : []),
              ]),
        ...Object.entries(apps).map(([name, app]) => ({
            ...part("app", name, app.replicas, app.kubernetes?.maxReplicas),
            ...tracedApp(app),
        })),
        ...Object.keys(databases).map((name) => ({ ...part("database", name), id: databaseId(name) })),
    ];
}

/** What is said of an app alone. */
function tracedApp({ port = 8000, route, environment = {}, secretEnvironment = {}, egress }: AppSettings): Partial<Part> {
    return {
        port,
        ...(route
            ? {
                  route: {
                      ...(route.host === undefined ? {} : { host: route.host }),
                      ...(route.pathPrefix === undefined || route.pathPrefix === "/" ? {} : { pathPrefix: route.pathPrefix }),
                  },
              }
            : {}),
        // An address that is secret is not looked at.
        ...(choosesEndpoint(nameAlone(secretEnvironment)) ? {} : { spans: spansOf(environment) }),
        ...(asksForSampling(environment) ? { asksForSampling: true } : {}),
        ...(egress ? { outside: true } : {}),
    };
}

function nameAlone(variables: Readonly<Record<string, unknown>>): Record<string, string> {
    return Object.fromEntries(Object.keys(variables).map((name) => [name, "secret"]));
}

function callsOf({ apps = {} }: Settings, parts: readonly Part[]): [string, string][] {
    const of = (...roles: Part["role"][]) => parts.filter(({ role }) => roles.includes(role));
    const all = (callers: readonly Part[], callees: readonly Part[]) =>
        callers.flatMap((caller) => callees.map((callee): [string, string] => [caller.id, callee.id]));
    return [
        ...all(of("ingress"), of("collector", "query")),
        ...all(of("ingress"), of("app").filter(({ route }) => route)),
        ...all(of("app"), of("collector")),
        ...all(of("collector", "query", "retention"), of("storage")),
        ...all(of("canary"), of("ingress", "query")),
        ...Object.entries(apps).flatMap(([name, { database }]): [string, string][] =>
            database === undefined ? [] : [[id(name), databaseId(database)]],
        ),
    ];
}

/** Who owns a network has its callers on it; the apps of an ingress are on the ingress's. */
function networksOf(settings: Settings, parts: readonly Part[]): Network[] {
    const { storage, tracing, apps = {} } = settings;
    const calls = callsOf(settings, parts);
    const ofRole = (...roles: Part["role"][]) => parts.filter(({ role }) => roles.includes(role)).map((part) => part.id);
    const owned = parts
        .filter(({ role }) => ["ingress", "collector", "query", "storage", "database"].includes(role))
        .map((owner) => ({
            name: `${owner.id}-network`,
            internal: true,
            members: [
                owner.id,
                ...calls.filter(([, callee]) => callee === owner.id).map(([caller]) => caller),
                ...(owner.role === "ingress" ? parts.filter(({ role, route }) => role === "app" && route).map((app) => app.id) : []),
            ],
        }));
    const edges = ofRole("ingress").map((ingress) => ({ name: `${ingress}-edge`, internal: false, members: [ingress] }));
    const outside = [
        ...parts.filter((part) => part.outside).map((part) => part.id),
        ...(storage?.external?.egress ? ofRole("collector", "query", "retention") : []),
    ].map((member) => ({ name: `${member}-egress`, internal: false, members: [member] }));
    const joined = new Map<string, string[]>();
    const join = (network: string | undefined, members: readonly string[]) => {
        if (network !== undefined) {
            joined.set(network, [...(joined.get(network) ?? []), ...members]);
        }
    };
    Object.entries(apps).forEach(([name, app]) => app.joins?.forEach((network) => join(network, [id(name)])));
    if (tracing?.external) {
        join(tracing.external.network, ofRole("ingress", "app"));
    } else {
        join(storage?.external?.network, ofRole("collector", "query", "retention"));
    }
    return [...owned, ...edges, ...outside, ...[...joined].map(([name, members]) => ({ name, members }))];
}

function publishedBy({ platform, ingress, tracing, kubernetes }: Settings): PublishedPort[] {
    const inCluster = platform === "kubernetes";
    const type = kubernetes?.serviceType ?? "LoadBalancer";
    if (ingress?.external || (inCluster && type === "ClusterIP")) {
        return [];
    }
    const at = inCluster ? type : (ingress?.address ?? "127.0.0.1");
    return [
        { at, port: ingress?.port ?? DEFAULTS.port, inside: ENTRY_POINTS.web.port },
        ...(ingress?.tls ? [{ at, port: ingress.tls.port ?? DEFAULTS.tlsPort, inside: ENTRY_POINTS.websecure.port }] : []),
        ...(inCluster || tracing?.external
            ? []
            : [{ at: "127.0.0.1", port: ingress?.jaegerUiPort ?? DEFAULTS.jaegerUiPort, inside: ENTRY_POINTS.jaeger.port }]),
    ];
}

function existingIn({ storage, tracing, ingress }: Settings): Existing {
    const [server, otlp, controller] = [storage?.external, tracing?.external, ingress?.external];
    const grpc = placeOf(otlp?.grpc);
    const urls = server?.urls ?? (server?.eck ? [`https://${server.eck.name}-es-http.${server.eck.namespace}.svc:9200`] : []);
    return {
        ...(server && !otlp
            ? {
                  storage: {
                      engine: server.engine ?? "elasticsearch",
                      at: urls.flatMap((url) => placeOf(url) ?? []),
                      tls: urls.some((url) => url.startsWith("https:")),
                  },
              }
            : {}),
        ...(otlp ? { otlp: { http: placeOf(otlp.http) ?? "", ...(grpc === undefined ? {} : { grpc }) } } : {}),
        ...(controller
            ? {
                  ingress: {
                      name: controller.ingressClass ?? controller.gateway?.name ?? "",
                      at: placeOf(controller.url) ?? "",
                      tls: controller.url.startsWith("https:"),
                  },
              }
            : {}),
    };
}

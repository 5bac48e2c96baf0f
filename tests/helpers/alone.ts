// Each component alone, by arguments that are right on each platform.
import * as components from "../../components";

export const PLATFORMS = ["docker", "kubernetes"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** A component that runs something. */
export type Placed = Exclude<keyof typeof components, "TracedEnvironmentReference"> & keyof ReturnType<typeof argumentsOn>;

/** The components that run something, each on each platform. */
export const PLACED: [component: Placed, platform: Platform][] = PLATFORMS.flatMap((platform) =>
    (Object.keys(argumentsOn(platform)) as Placed[]).map((component): [Placed, Platform] => [component, platform]),
);

/** Makes one. */
export function make(component: Placed, platform: Platform, name: string, opts?: object, more: object = {}): void {
    const args = { ...argumentsOn(platform)[component], ...more };
    new (components[component] as unknown as new (name: string, args: object, opts?: object) => unknown)(name, args, opts);
}

/** Everything that makes children of its own is switched on. */
function argumentsOn(platform: Platform) {
    const place = platform === "docker" ? {} : { platform, kubernetes: { namespace: "traces" } };
    const reach = platform === "docker" ? { network: "others" } : { namespace: "others", port: 1 };
    const storage = { version: "8.19.0", urls: ["http://es:9200"], indexPrefix: "p", reach };
    const role = { ...place, storage, credential: { user: "u", password: "p" } };
    const otlp = { grpc: "http://collector:4317", http: "http://collector:4318", reach };
    const ingress = { url: "http://i:8000", routes: { volume: "routes", image: "sha256:i", namespace: "others", configMap: "routes" }, reach };
    const query = { url: "http://q:16686", reach };
    const app = {
        image: "registry.example.org/app:1",
        command: ["serve"],
        secretEnvironment: { KEY: "of-the-app" },
        tasks: [{ name: "migrate", command: ["migrate"] }],
        route: { host: "shop.example.org" },
        egress: true,
    };
    return {
        ElasticsearchStorage: {
            ...place,
            ...(platform === "docker" ? { backup: true } : { kubernetes: { namespace: "traces", nodes: 3 } }),
        },
        StorageRetention: role,
        JaegerCollector: role,
        JaegerQuery: role,
        TraefikIngress: { ...place, otlp, tls: {}, jaegerUi: { query } },
        TracedApp: { ...place, ...app, otlp, ingress },
        TraceCanary: { ...place, ingress, query, routes: [{ service: "shop" }] },
        TracedEnvironment: { platform, apps: { shop: app }, canary: {} },
    };
}

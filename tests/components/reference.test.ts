// An app in a stack of its own, wired by what another stack's environment offers, on each platform.
import { TracedApp } from "../../components/app/tracedApp";
import { TracedEnvironmentReference } from "../../components/environment/reference";
import { checkSettings } from "../../infra/problems";
import { makeStack } from "../../infra/stack";
import { Registered, registeredBy, unmarked } from "../helpers/mocks";
import { known } from "../helpers/outputs";

const STACK = "acme/platform/production";
const SHOP = { image: "registry.example.org/shop:1", route: { host: "shop.example.org" } };
const PLATFORMS = {
    docker: { settings: { engine: "local" }, app: {} },
    kubernetes: {
        settings: { kubernetes: { context: "production", namespace: "platform" } },
        app: { platform: "kubernetes" as const, kubernetes: { namespace: "shop" } },
    },
};
type Platform = keyof typeof PLATFORMS;

/** What a platform's stack offers: an output as the engine hands it over. */
async function offered(platform: Platform, settings: object = {}): Promise<Record<string, unknown>> {
    const all = { platform, environmentId: "t1", apps: {}, ...PLATFORMS[platform].settings, ...settings };
    const checked = checkSettings(all, { secretKeys: new Set() });
    expect("problems" in checked ? checked.problems : []).toEqual([]);
    let outputs: Record<string, unknown> = {};
    await registeredBy(() => {
        outputs = "settings" in checked ? makeStack(checked.settings) : {};
    });
    return JSON.parse(JSON.stringify(await known(outputs.environment))) as Record<string, unknown>;
}

/** What a stack with one app registers. */
async function appOn(platform: Platform, environment: object): Promise<Registered[]> {
    return registeredBy(
        () => {
            const reference = new TracedEnvironmentReference("platform", { stack: STACK });
            const { otlp, ingress } = reference;
            new TracedApp("shop", { ...SHOP, ...PLATFORMS[platform].app, otlp, ingress });
        },
        { stacks: { [STACK]: { environment } } },
    );
}

const textOf = (registered: readonly Registered[], name: string) =>
    JSON.stringify(registered.filter((each) => each.name.startsWith(name)).map(({ inputs }) => unmarked(inputs)));

describe.each(Object.keys(PLATFORMS) as Platform[])("on %s", (platform) => {
    it("sends its spans to that collector, and declares its route at that ingress", async () => {
        const environment = await offered(platform);
        const { http } = environment.otlp as { http: string };
        const { routes } = environment.ingress as { routes: { volume?: string; configMap?: string } };
        const registered = await appOn(platform, environment);
        expect(textOf(registered, "shop")).toContain(`${http}`);
        expect(textOf(registered, "shop")).toContain("shop.example.org");
        expect(textOf(registered, "shop")).toContain(routes.volume ?? routes.configMap);
        // Nothing of the environment is made a second time.
        expect(registered.map(({ type }) => type).filter((type) => /:index:(Jaeger|Traefik|Elasticsearch)/.test(type))).toEqual([]);
    });

    it("offers its parts, and no storage", async () => {
        expect(Object.keys(await offered(platform)).sort()).toEqual(
            ["contract", "environmentName", "ingress", "otlp", "otlpHeaders", "platform", "query"],
        );
    });
});

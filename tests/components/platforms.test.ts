// One table of settings on both platforms: the same variables, endpoints, attributes and configurations, but for what is
// the platform's own.
import { parse } from "yaml";

import { parseResourceAttributes } from "../../components/support/opentelemetry";
import { checkSettings } from "../../infra/problems";
import { makeStack } from "../../infra/stack";
import { autoname, Registered, registeredBy, unmarked } from "../helpers/mocks";

jest.setTimeout(120_000);

const APP = {
    image: "registry.example.org/shop:1.4.2",
    command: ["gunicorn", "config.wsgi"],
    generateSecrets: ["SECRET_KEY"],
    route: { host: "shop.localhost" },
};
const DJANGO = { ...APP, preset: "django", django: { settingsModule: "config.settings" } };

/** Settings that both platforms take; `apps`, unless they say otherwise, is one app that uses a database. */
const TABLE: Record<string, object> = {
    "nothing but an app": {},
    "an app of Django with replicas and variables of its own": {
        apps: {
            shop: {
                ...DJANGO,
                database: "shop",
                replicas: 2,
                serviceVersion: "1.4.2",
                environment: { OTEL_SERVICE_NAME: "mine", OTEL_RESOURCE_ATTRIBUTES: "team=a", PRICE: "$(1) $$" },
                resourceAttributes: { "team.name": "orders" },
            },
        },
    },
    "other numbers": {
        environmentName: "staging",
        storage: { memory: "2GiB", shards: 3, retentionDays: 3, retentionInterval: "30m", maxSize: "20GiB" },
        tracing: { collectorMemory: "1GiB", queryMemory: "512MiB", sampling: { defaultRate: 0.5 } },
        ingress: { port: 8081, tls: { port: 8444 }, sampleRate: 0.25, memory: "256MiB" },
    },
    "an endpoint that exists already": {
        tracing: { external: { http: "https://otlp.example.org", grpc: "https://otlp.example.org:4317" } },
        apps: { shop: { ...APP, egress: true } },
    },
};

const COMMON = { environmentId: "t1", databases: { shop: {} }, apps: { shop: { ...APP, database: "shop" } } };
const PLATFORMS = {
    docker: { platform: "docker", engine: "local" },
    kubernetes: { platform: "kubernetes", kubernetes: { context: "production" } },
};

/** What a part is told, on any platform. */
interface Told {
    variables: Record<string, string>;
    attributes: Record<string, string>;
    files: Record<string, unknown>;
}

/** A host name without what a cluster appends: its domain, and what tells each instance's name from the common one. */
const withoutDomain = (text: string) => text.replace(/(-instances)?\.project-stack-t1\.svc/g, "");

/** What is the platform's own is taken away: a node's attributes, how connections age, health that one of both asks. */
function told(variables: Record<string, string>, files: Record<string, string>): Told {
    const { OTEL_RESOURCE_ATTRIBUTES = "", ...others } = variables;
    const attributes = Object.entries(parseResourceAttributes(OTEL_RESOURCE_ATTRIBUTES))
        .filter(([key]) => !key.startsWith("k8s."))
        .map(([key, value]) => [key, key === "service.instance.id" ? "the instance" : value]);
    return {
        variables: Object.fromEntries(
            Object.entries(others)
                .filter(([name]) => !name.startsWith("INSTANCE_"))
                .map(([name, value]) => [name, withoutDomain(value)])
                .sort(),
        ),
        attributes: Object.fromEntries(attributes.sort()),
        files: Object.fromEntries(
            Object.entries(files)
                .map(([name, text]): [string, unknown] => [
                    name,
                    /\.ya?ml$/.test(name)
                        ? JSON.parse(JSON.stringify(parse(withoutDomain(text)), withoutOwnKeys))
                        : withoutDomain(text),
                ])
                .sort(),
        ),
    };
}

const OWN_KEYS = ["keepAliveMaxTime", "idle_timeout"];
function withoutOwnKeys(key: string, value: unknown): unknown {
    return OWN_KEYS.includes(key) || key.includes("watermark") ? undefined : value;
}

/** Variables as a shell exports them. */
function exported(text: string): [string, string][] {
    return [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]);
}

/** The parts by their names, as their first instance is told on an engine. */
function onDocker(registered: readonly Registered[], parts: readonly string[]): Record<string, Told> {
    const find = (name: string) => {
        const made = registered.find((each) => each.name === name && each.type.endsWith(":Container"));
        return made && (unmarked(made.inputs) as any);
    };
    return Object.fromEntries(
        parts.map((part) => {
            const container = find(`${part}-0`) ?? find(part);
            const files: Record<string, string> = {};
            const secrets: [string, string][] = [];
            for (const carrier of registered.filter(({ name }) => name.startsWith(`${part}-`) && name.endsWith("-files"))) {
                for (const { file, content } of (unmarked(carrier.inputs) as any).uploads) {
                    if (file.endsWith("/exports.sh")) {
                        secrets.push(...exported(content));
                    } else {
                        files[file.split("/").pop()] = content;
                    }
                }
            }
            const plain = (container.envs as string[]).map((env): [string, string] => {
                const at = env.indexOf("=");
                return [env.slice(0, at), env.slice(at + 1)];
            });
            return [part, told(Object.fromEntries([...plain, ...secrets]), files)];
        }),
    );
}

/** The same in a cluster: references are resolved. */
function onKubernetes(registered: readonly Registered[], parts: readonly string[]): Record<string, Told> {
    const objects = registered.map(({ type, name, inputs }) => ({ type, name, inputs: unmarked(inputs) as any }));
    const data = (given: string) =>
        objects.find(({ name, inputs }) => (inputs.immutable ? autoname(name, inputs.data) : inputs.metadata?.name) === given)?.inputs;
    const decoded = (text: string) => Buffer.from(text, "base64").toString("utf8");
    return Object.fromEntries(
        parts.map((part) => {
            const owner = objects.find(
                ({ type, name }) => name === part && /:(Deployment|StatefulSet|CronJob)$/.test(type),
            );
            const spec = owner?.inputs.spec;
            const template = (spec.template ?? spec.jobTemplate.spec.template).spec;
            const variables = (template.containers[0].env ?? []).map(({ name, value, valueFrom }: any) => [
                name,
                valueFrom?.secretKeyRef
                    ? decoded(data(valueFrom.secretKeyRef.name).data[valueFrom.secretKeyRef.key])
                    : (value?.replace(/\$\$/g, "$") ?? ""),
            ]);
            const files = template.volumes
                .filter(({ name }: any) => name !== "health")
                .flatMap(({ projected }: any) => projected?.sources ?? [])
                .flatMap(({ configMap, secret }: any) =>
                    ((configMap ?? secret).items ?? []).map(({ key, path }: any) => [
                        path.split("/").pop(),
                        configMap ? data(configMap.name).data[key] : decoded(data(secret.name).data[key]),
                    ]),
                );
            return [part, told(Object.fromEntries(variables), Object.fromEntries(files))];
        }),
    );
}

async function registeredOn(platform: keyof typeof PLATFORMS, settings: object): Promise<Registered[]> {
    const checked = checkSettings({ ...COMMON, ...PLATFORMS[platform], ...settings }, { secretKeys: new Set() });
    expect("problems" in checked ? checked.problems : []).toEqual([]);
    return registeredBy(() => {
        if ("settings" in checked) {
            makeStack(checked.settings);
        }
    });
}

describe("the same settings on both platforms", () => {
    it.each(Object.keys(TABLE))("%s", async (name) => {
        const external = "tracing" in TABLE[name] && "external" in (TABLE[name] as any).tracing;
        const parts = [
            ...(external ? [] : ["main-storage", "main-retention", "main-collector", "main-query"]),
            ...["main-ingress", "main-shop", "database-shop"],
        ];
        const docker = onDocker(await registeredOn("docker", TABLE[name]), parts);
        const kubernetes = onKubernetes(await registeredOn("kubernetes", TABLE[name]), parts);
        // The ingress is told who it is only where the platform knows.
        kubernetes["main-ingress"].attributes = docker["main-ingress"].attributes;
        expect(kubernetes).toEqual(docker);
        expect(Object.keys(docker["main-shop"].variables).length).toBeGreaterThan(5);
    });
});

/** Containers of tasks on an engine: they take turns among names, and one that is taken is not chosen. */
const TAKES_TURNS = /-data-check-\d$/;

describe("what is made beside its predecessor", () => {
    it.each(Object.keys(PLATFORMS) as (keyof typeof PLATFORMS)[])(
        "has a name that Pulumi finds on %s: one of its content would be taken when a change that failed is taken back",
        async (platform) => {
            const beside = (await registeredOn(platform, {})).filter((each) => each.deleteBeforeReplace === false && !TAKES_TURNS.test(each.name));
            expect(beside.length).toBeGreaterThan(5);
            const named = beside.filter(({ inputs }) => ((inputs.metadata ?? inputs) as { name?: string }).name !== undefined);
            expect(named.map(({ name }) => name)).toEqual([]);
        },
    );
});

// What an environment is, read from its state as `pulumi stack export` prints it (pure).
import { LABELS } from "../../components/support/labels";
import { asRecord } from "../stack/settings";
import { asksForSampling, Existing, Facts, Network, Part, placeOf, PublishedPort, Role, Route, sorted, spansOf } from "./facts";

/** A resource of the state, as far as it is read: nothing of what may be secret. */
interface Resource {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
    outputs: Record<string, unknown>;
}

const TYPES = {
    environment: "traced-environment:index:TracedEnvironment",
    ingress: "traced-environment:index:TraefikIngress",
    app: "traced-environment:index:TracedApp",
    container: "docker:index/container:Container",
    network: "docker:index/network:Network",
    deployment: "kubernetes:apps/v1:Deployment",
    set: "kubernetes:apps/v1:StatefulSet",
    job: "kubernetes:batch/v1:CronJob",
    scaler: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    service: "kubernetes:core/v1:Service",
    policy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
} as const;

/** Those that run all the time; the others run again and again. */
const RUNNING: readonly string[] = ["ingress", "app", "database", "collector", "query", "storage"] satisfies Role[];
const SCHEDULED: readonly string[] = ["retention", "canary"] satisfies Role[];

/** A process as the state has it. */
interface Found {
    id: string;
    role: Role;
    instances: [number, number];
    /** Those for OpenTelemetry. */
    variables: Record<string, string>;
    /** Docker: the names of its networks on the engine. */
    networks: string[];
}

/** The facts of a stack. Throws when the state is none, or has no environment. */
export function factsOfState(text: string): Facts {
    const resources = resourcesOf(text);
    const environment = resources.find(({ type }) => type === TYPES.environment);
    const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    if (!environment || !stack) {
        throw new Error(
            "The stack has no environment: expected one that npm run up has made. Draw it from its settings instead " +
                "(--from settings).",
        );
    }
    const { project, name } = stackOf(text);
    const inCluster = resources.some(({ type }) => type.startsWith("kubernetes:"));
    const found = inCluster ? podsIn(resources) : containersIn(resources);
    const parts = found.map((process) => partOf(process, environment, resources, inCluster));
    const networks = inCluster ? [] : networksIn(resources, found);
    return sorted({
        project,
        stack: name,
        platform: inCluster ? "kubernetes" : "docker",
        ...(inCluster ? { namespace: namespaceIn(resources) } : {}),
        parts,
        calls: inCluster ? admittedCalls(resources, parts) : callsOnNetworks(networks, parts),
        networks,
        published: inCluster ? publishedByService(resources) : publishedByContainers(resources),
        existing: existingIn(environment, parts),
    });
}

function resourcesOf(text: string): Resource[] {
    const { deployment } = asRecord(JSON.parse(text));
    const { resources } = asRecord(deployment);
    return (Array.isArray(resources) ? resources : [])
        .map(asRecord)
        .filter((resource) => resource.delete !== true)
        .map(({ urn, type, inputs, outputs }) => ({
            type: String(type),
            name: String(urn).split("::").slice(3).join("::"),
            inputs: asRecord(inputs),
            outputs: asRecord(outputs),
        }));
}

/** A URN is `urn:pulumi:<stack>::<project>::<type>::<name>`. */
function stackOf(text: string): { project: string; name: string } {
    const [, name = "", project = ""] = /"urn:pulumi:([^:"]+)::([^:"]+)::/.exec(text) ?? [];
    return { project, name };
}

function valueAt(value: unknown, ...path: string[]): unknown {
    return path.reduce((node: unknown, key) => asRecord(node)[key], value);
}

/** A text; a secret, which the state has as a record, is none. */
function textAt(value: unknown, ...path: string[]): string | undefined {
    const found = valueAt(value, ...path);
    return typeof found === "string" && found !== "" ? found : undefined;
}

function listAt(value: unknown, ...path: string[]): unknown[] {
    const found = valueAt(value, ...path);
    return Array.isArray(found) ? found : [];
}

function containersIn(resources: readonly Resource[]): Found[] {
    const processes = new Map<string, Found>();
    for (const { name, inputs } of resources.filter(({ type }) => type === TYPES.container)) {
        const labels = containerLabels(inputs);
        const [id, role] = [labels[LABELS.instance] ?? "", labels[LABELS.component] ?? ""];
        // Carriers of files and the like have the labels of the process that they are for.
        const isInstance = RUNNING.includes(role)
            ? name.startsWith(`${id}-`) && /^\d+$/.test(name.slice(id.length + 1))
            : SCHEDULED.includes(role) && name === id;
        if (!isInstance) {
            continue;
        }
        const before = processes.get(id)?.instances[0] ?? 0;
        processes.set(id, {
            id,
            role: role as Role,
            instances: [before + 1, before + 1],
            variables: assignments(listAt(inputs, "envs")),
            networks: listAt(inputs, "networksAdvanced").flatMap((each) => textAt(each, "name") ?? []),
        });
    }
    return [...processes.values()];
}

function containerLabels(inputs: Record<string, unknown>): Record<string, string> {
    return Object.fromEntries(
        listAt(inputs, "labels").map((each) => [textAt(each, "label") ?? "", textAt(each, "value") ?? ""]),
    );
}

/** The variables for OpenTelemetry, of those in the form `NAME=value`. */
function assignments(list: readonly unknown[]): Record<string, string> {
    return Object.fromEntries(
        list.flatMap((each) => {
            const [, name, value] = (typeof each === "string" && /^(OTEL_[^=]+)=(.*)$/s.exec(each)) || [];
            return name === undefined ? [] : [[name, value]];
        }),
    );
}

function podsIn(resources: readonly Resource[]): Found[] {
    const kinds: string[] = [TYPES.deployment, TYPES.set, TYPES.job];
    return resources
        .filter(({ type, inputs }) => {
            const role = textAt(inputs, "metadata", "labels", LABELS.component) ?? "";
            return kinds.includes(type) && (type === TYPES.job ? SCHEDULED : RUNNING).includes(role);
        })
        .map(({ inputs }) => {
            const labels = asRecord(valueAt(inputs, "metadata", "labels"));
            const id = String(labels[LABELS.instance]);
            const least = Number(valueAt(inputs, "spec", "replicas") ?? 1);
            const scaler = resources.find(
                (each) =>
                    each.type === TYPES.scaler && textAt(each.inputs, "metadata", "labels", LABELS.instance) === id,
            );
            const [container] = listAt(inputs, "spec", "template", "spec", "containers");
            return {
                id,
                role: labels[LABELS.component] as Role,
                instances: [least, Number(valueAt(scaler?.inputs, "spec", "maxReplicas") ?? least)],
                variables: assignments(listAt(container, "env").map((each) => `${textAt(each, "name")}=${textAt(each, "value") ?? ""}`)),
                networks: [],
            };
        });
}

function partOf(
    { id, role, instances, variables }: Found,
    environment: Resource,
    resources: readonly Resource[],
    inCluster: boolean,
): Part {
    const prefix = role === "database" ? "database-" : `${environment.name}-`;
    const part: Part = { id, role, name: id.startsWith(prefix) ? id.slice(prefix.length) : id, instances };
    if (role === "query") {
        const ingress = resources.find(({ type }) => type === TYPES.ingress);
        const route = routeOf(textAt(ingress?.outputs, "jaegerUiRouteUrl"), undefined);
        return route ? { ...part, route } : part;
    }
    if (role !== "app") {
        return part;
    }
    const { outputs } = resources.find(({ type, name }) => type === TYPES.app && name === id) ?? { outputs: {} };
    const [instance] = listAt(outputs, "instanceUrls");
    const port = typeof instance === "string" ? Number(placeOf(instance)?.split(":").at(-1)) : undefined;
    const route = routeOf(textAt(outputs, "url"), textAt(environment.outputs, "ingress", "url"));
    const sends = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].some((name) => variables[name]);
    const known = ["http", "grpc"].map((key) => textAt(environment.outputs, "otlp", key));
    return {
        ...part,
        ...(port === undefined ? {} : { port }),
        ...(route ? { route } : {}),
        ...(sends ? { spans: spansOf(variables, known) } : {}),
        ...(asksForSampling(variables) ? { asksForSampling: true } : {}),
        ...(isOpen(id, resources, inCluster) ? { outside: true } : {}),
    };
}

/** A route by the address that it has for people: one at the host of the ingress itself takes any host. */
function routeOf(url: string | undefined, base: string | undefined): Route | undefined {
    if (url === undefined || !URL.canParse(url)) {
        return undefined;
    }
    const { hostname, pathname } = new URL(url);
    const any = base !== undefined && URL.canParse(base) && new URL(base).hostname === hostname;
    return { ...(any ? {} : { host: hostname }), ...(pathname === "/" ? {} : { pathPrefix: pathname }) };
}

/** Whether a process has a way out: a network of its own for that, or a policy that does not speak of it. */
function isOpen(id: string, resources: readonly Resource[], inCluster: boolean): boolean {
    return resources.some(({ type, name, inputs }) =>
        inCluster
            ? type === TYPES.policy && name === `${id}-policy` && !listAt(inputs, "spec", "policyTypes").includes("Egress")
            : type === TYPES.network && name === `${id}-egress`,
    );
}

function networksIn(resources: readonly Resource[], found: readonly Found[]): Network[] {
    const made = resources.filter(({ type }) => type === TYPES.network);
    const members = (network: string) => found.filter(({ networks }) => networks.includes(network)).map(({ id }) => id);
    const physical = ({ inputs, outputs }: Resource) => textAt(outputs, "name") ?? textAt(inputs, "name") ?? "";
    const own = made.map((network) => ({
        name: network.name,
        internal: valueAt(network.inputs, "internal") === true,
        members: members(physical(network)),
    }));
    const others = new Set(found.flatMap(({ networks }) => networks));
    made.forEach((network) => others.delete(physical(network)));
    return [...own, ...[...others].map((name) => ({ name, members: members(name) }))];
}

/** Who is on a network calls its owner; the ingress is called by the canary alone, and calls the apps on its network. */
function callsOnNetworks(networks: readonly Network[], parts: readonly Part[]): [string, string][] {
    return networks.flatMap(({ name, members }) => {
        const owner = parts.find(({ id }) => name === `${id}-network`);
        return members
            .filter((member) => owner && member !== owner.id)
            .map((member): [string, string] => {
                const { id, role } = owner as Part;
                const isRouted = role === "ingress" && parts.some((part) => part.id === member && part.role === "app");
                return isRouted ? [id, member] : [member, id];
            });
    });
}

/** Who is let in by a policy. */
function admittedCalls(resources: readonly Resource[], parts: readonly Part[]): [string, string][] {
    const selected = (selector: unknown) => textAt(selector, "matchLabels", LABELS.instance);
    const known = (id: string | undefined): id is string => parts.some((part) => part.id === id);
    const pairs = resources
        .filter(({ type }) => type === TYPES.policy)
        .flatMap(({ inputs }) => {
            const callee = selected(valueAt(inputs, "spec", "podSelector"));
            return listAt(inputs, "spec", "ingress")
                .flatMap((rule) => listAt(rule, "from"))
                .map((peer) => selected(valueAt(peer, "podSelector")))
                .flatMap((caller): [string, string][] =>
                    known(caller) && known(callee) && caller !== callee ? [[caller, callee]] : [],
                );
        });
    return [...new Map(pairs.map((pair) => [pair.join(" "), pair])).values()];
}

function publishedByContainers(resources: readonly Resource[]): PublishedPort[] {
    const ports = resources
        .filter(({ type }) => type === TYPES.container)
        .flatMap(({ inputs }) => listAt(inputs, "ports"))
        .map((port) => ({
            at: textAt(port, "ip") ?? "0.0.0.0",
            port: Number(valueAt(port, "external")),
            inside: Number(valueAt(port, "internal")),
        }));
    return [...new Map(ports.map((port) => [JSON.stringify(port), port])).values()];
}

function publishedByService(resources: readonly Resource[]): PublishedPort[] {
    return resources
        .filter(({ type, inputs }) => {
            const kind = textAt(inputs, "spec", "type") ?? "ClusterIP";
            return type === TYPES.service && kind !== "ClusterIP";
        })
        .flatMap(({ inputs }) =>
            listAt(inputs, "spec", "ports").map((port) => ({
                at: textAt(inputs, "spec", "type") as string,
                port: Number(valueAt(port, "port")),
                inside: Number(valueAt(port, "targetPort")),
            })),
        );
}

function namespaceIn(resources: readonly Resource[]): string {
    const processes: string[] = [TYPES.deployment, TYPES.set];
    const one = resources.find(({ type }) => processes.includes(type));
    return textAt(one?.inputs, "metadata", "namespace") ?? "";
}

/** What of the environment's contracts belongs to nothing that it made. */
function existingIn({ outputs }: Resource, parts: readonly Part[]): Existing {
    const has = (role: Role) => parts.some((part) => part.role === role);
    const controller = valueAt(outputs, "ingress", "controller");
    const url = textAt(outputs, "ingress", "url");
    const urls = listAt(outputs, "storage", "urls").filter((each) => typeof each === "string");
    const grpc = placeOf(textAt(outputs, "otlp", "grpc"));
    return {
        ...(valueAt(outputs, "storage") !== undefined && !has("storage")
            ? {
                  storage: {
                      engine: textAt(outputs, "storage", "engine") ?? "elasticsearch",
                      at: urls.flatMap((each) => placeOf(each) ?? []),
                      tls: urls.some((each) => each.startsWith("https:")),
                  },
              }
            : {}),
        ...(has("collector") || valueAt(outputs, "otlp") === undefined
            ? {}
            : {
                  otlp: {
                      http: placeOf(textAt(outputs, "otlp", "http")) ?? "",
                      ...(grpc === undefined ? {} : { grpc }),
                  },
              }),
        ...(controller === undefined || has("ingress")
            ? {}
            : {
                  ingress: {
                      name: textAt(controller, "ingressClass") ?? textAt(controller, "gateway", "name") ?? "",
                      at: placeOf(url) ?? "",
                      tls: url?.startsWith("https:") ?? false,
                  },
              }),
    };
}

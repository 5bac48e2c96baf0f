// What is known of an environment before it is drawn, the same whether it is read from settings or from a state.
import { protocolOf } from "../../components/app/opentelemetry";
import { Platform } from "../../toolchain/executables";

/** What a process of the environment is. */
export type Role = "ingress" | "app" | "database" | "collector" | "query" | "storage" | "retention" | "canary";

/** An endpoint that spans are sent to. */
export interface SpansTo {
    protocol: "grpc" | "http/protobuf";
    /** Host and port of an endpoint that is not the environment's. @default the environment's own endpoint */
    elsewhere?: string;
}

/** A process of the environment, with all its instances. */
export interface Part {
    /** Its logical name, e.g. `main-shop`. */
    id: string;
    role: Role;
    /** Its name in the settings, e.g. `shop`. */
    name: string;
    /** How many instances run, at least and at most. */
    instances: readonly [least: number, most: number];
    /** An app's port. */
    port?: number;
    /** An app's or the query role's way in, through the ingress. */
    route?: Route;
    /** Where an app's spans go; undefined when that is secret. */
    spans?: SpansTo;
    /** Whether an app asks the collector what to sample. */
    asksForSampling?: boolean;
    /** Whether an app may call anything outside. */
    outside?: boolean;
}

/** How requests are told to be for an app. */
export interface Route {
    /** @default any */
    host?: string;
    /** @default any */
    pathPrefix?: string;
}

/** Who is on a Docker network. */
export interface Network {
    /** Its logical name, or the name of one that exists already. */
    name: string;
    /** Whether nobody gets out of it; undefined for one that exists already. */
    internal?: boolean;
    /** The ids of the parts on it, sorted. */
    members: readonly string[];
}

/** A port that is reached from outside. */
export interface PublishedPort {
    /** The host's address, or the type of the Service. */
    at: string;
    port: number;
    /** The port that the ingress listens on. */
    inside: number;
}

/** What exists already, by host and port alone: an address may have more in it than all may see. */
export interface Existing {
    storage?: { engine: string; at: readonly string[]; tls: boolean };
    otlp?: { http: string; grpc?: string };
    ingress?: { name: string; at: string; tls: boolean };
}

/** All that a diagram is made from. There is no secret in it. */
export interface Facts {
    project: string;
    stack: string;
    platform: Platform;
    /** Kubernetes: the namespace. */
    namespace?: string;
    parts: readonly Part[];
    /** Who may call whom, by their ids. */
    calls: readonly (readonly [caller: string, callee: string])[];
    /** Docker: the networks. */
    networks: readonly Network[];
    published: readonly PublishedPort[];
    existing: Existing;
}

/** Host and port of an address, and nothing else of it; undefined when it is none. */
export function placeOf(address: string | undefined): string | undefined {
    if (address === undefined || !URL.canParse(address)) {
        return undefined;
    }
    const { hostname, port, protocol } = new URL(address);
    return hostname === "" ? undefined : `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** Where the variables of an app send its spans; `known` are the environment's own endpoints. */
export function spansOf(
    variables: Readonly<Record<string, string>>,
    known: readonly (string | undefined)[] = [],
): SpansTo {
    const protocol = protocolOf("http/protobuf", variables);
    const chosen = placeOf(variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || variables.OTEL_EXPORTER_OTLP_ENDPOINT);
    return chosen === undefined || known.some((address) => placeOf(address) === chosen)
        ? { protocol }
        : { protocol, elsewhere: chosen };
}

/** Whether the sampler that the variables name asks for its strategies. */
export function asksForSampling(variables: Readonly<Record<string, string>>): boolean {
    return /jaeger_remote/.test(variables.OTEL_TRACES_SAMPLER ?? "");
}

/** Facts in one order, whatever they were read from. */
export function sorted(facts: Facts): Facts {
    const byName = <T>(list: readonly T[], name: (item: T) => string): T[] =>
        [...list].sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
    return {
        ...facts,
        parts: byName(facts.parts, ({ id }) => id),
        calls: byName(facts.calls, (pair) => pair.join(" ")),
        networks: byName(
            facts.networks.map((network) => ({ ...network, members: [...new Set(network.members)].sort() })),
            ({ name }) => name,
        ),
        published: [...facts.published].sort((a, b) => a.inside - b.inside),
    };
}

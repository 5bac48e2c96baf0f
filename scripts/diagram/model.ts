// What a diagram shows (pure): boxes, who calls whom by which protocol on which port, and who is on which network.
import { ENTRY_POINTS } from "../../components/ingress/configuration";
import { PORTS } from "../../components/tracing/configuration";
import { Existing, Facts, Network, Part, Role, Route } from "./facts";

/** What a box stands for. */
export type Kind = "client" | "outside" | Role;

/** A box: a process with all its instances, or something that exists already. */
export interface Box {
    id: string;
    kind: Kind;
    name: string;
    /** What is said of it, one thing a line. */
    lines: readonly string[];
    /** Whether the environment makes it. */
    made: boolean;
}

/** How a call travels. */
export type Protocol = "HTTP" | "HTTPS" | "OTLP/gRPC" | "OTLP/HTTP" | "PostgreSQL" | "any";

/** One box calls another. */
export interface Call {
    from: string;
    to: string;
    protocol: Protocol;
    /** The protocol, or what is called, and the port that the callee is called on. */
    label: string;
}

/** A network, or the namespace. */
export interface Group {
    /** What it is called in the picture. */
    title: string;
    /** The boxes that are drawn in it: each box in one group at most. */
    boxes: readonly string[];
}

/** A whole diagram. */
export interface Diagram {
    title: string;
    /** The same in sentences, one for each caller, for those who don't see it. */
    description: readonly string[];
    boxes: readonly Box[];
    calls: readonly Call[];
    groups: readonly Group[];
    /** Docker: all networks with all that are on them. */
    networks: readonly Network[];
    /** What the made boxes are on or in. */
    place: string;
}

const CLIENT = "client";
const OUTSIDE = "outside";
const EXISTING = { storage: "existing-storage", otlp: "existing-otlp", ingress: "existing-ingress" } as const;

/** What runs in the place of a role. */
const PRODUCTS: Readonly<Record<Role, string>> = {
    ingress: "Traefik",
    app: "app",
    database: "PostgreSQL",
    collector: "Jaeger collector",
    query: "Jaeger UI and API",
    storage: "Elasticsearch",
    retention: "deletes old traces",
    canary: "asks for whole traces",
};

const PLATFORMS = { docker: "Docker", kubernetes: "Kubernetes" } as const;

/** The port of a database. */
const POSTGRES = 5432;
/** The port of Elasticsearch. */
const ELASTICSEARCH = 9200;

/** The diagram of an environment. */
export function diagramOf(facts: Facts): Diagram {
    const calls = callsOf(facts);
    const boxes = boxesOf(facts).filter(
        // What is not of the environment is there for those who call or are called.
        ({ id, made }) => made || calls.some(({ from, to }) => from === id || to === id),
    );
    const title = `${facts.project} ${facts.stack} on ${PLATFORMS[facts.platform]}`;
    return {
        title,
        description: descriptionOf(boxes, calls),
        boxes,
        calls,
        groups: groupsOf(facts),
        networks: facts.networks,
        place: facts.namespace === undefined ? "Docker engine" : `namespace ${facts.namespace}`,
    };
}

function boxesOf({ parts, existing }: Facts): Box[] {
    return [
        { id: CLIENT, kind: "client", name: "clients", lines: ["browsers and programs"], made: false },
        ...existingBoxes(existing),
        ...parts.map((part) => ({
            id: part.id,
            kind: part.role,
            name: part.name,
            lines: linesOf(part),
            made: true,
        })),
        ...elsewhere(parts).map((place) => ({
            id: spansBox(place),
            kind: "collector" as const,
            name: "OTLP endpoint",
            lines: ["of an app's own choice", place],
            made: false,
        })),
        { id: OUTSIDE, kind: "outside", name: "outside", lines: ["anything that an app calls"], made: false },
    ];
}

function existingBoxes({ storage, otlp, ingress }: Existing): Box[] {
    const box = (id: string, kind: Kind, name: string, lines: readonly string[]): Box[] => [
        { id, kind, name, lines: ["exists already", ...lines], made: false },
    ];
    return [
        ...(ingress ? box(EXISTING.ingress, "ingress", "ingress controller", [ingress.name].filter(Boolean)) : []),
        ...(otlp ? box(EXISTING.otlp, "collector", "OTLP endpoint", []) : []),
        ...(storage ? box(EXISTING.storage, "storage", storage.engine, storage.at) : []),
    ];
}

function linesOf(part: Part): string[] {
    const { role, instances, route, port } = part;
    const [least, most] = instances;
    const count = most > least ? `${least} to ${most} instances` : least === 1 ? "" : `${least} instances`;
    const listens = role === "app" && port !== undefined ? [`port ${port}`] : [];
    return [
        ...(route ? [routeText(route)] : role === "app" ? ["no route"] : []),
        ...(role === "app" ? [] : [PRODUCTS[role]]),
        ...(role === "database" ? [`port ${POSTGRES}`] : []),
        ...(count === "" ? listens : [[...listens, count].join(", ")]),
    ];
}

/** How requests are told to be for an app. */
function routeText({ host, pathPrefix }: Route): string {
    return `${host ?? (pathPrefix ? "" : "any host")}${pathPrefix ?? ""}`;
}

/** The endpoints of apps' own choice. */
function elsewhere(parts: readonly Part[]): string[] {
    return [...new Set(parts.flatMap(({ spans }) => spans?.elsewhere ?? []))].sort();
}

function spansBox(place: string): string {
    return `spans-${place}`;
}

function callsOf(facts: Facts): Call[] {
    const { parts, existing } = facts;
    const ofRole = (...roles: Role[]) => parts.filter(({ role }) => roles.includes(role));
    const apps = ofRole("app");
    const storage = existing.storage;
    return [
        ...clientCalls(facts),
        ...(existing.ingress
            ? [...apps.filter(({ route }) => route).map((app) => http(EXISTING.ingress, app.id, app.port))]
            : []),
        ...facts.calls.flatMap(([caller, callee]) => {
            const [from, to] = [caller, callee].map((id) => parts.find((part) => part.id === id));
            return from && to ? insideCalls(from, to, facts) : [];
        }),
        ...(existing.ingress ? ofRole("canary").map((canary) => controllerCall(canary.id, existing.ingress!)) : []),
        ...(storage ? ofRole("collector", "query", "retention").flatMap(({ id }) => storageCalls(id, storage)) : []),
        ...(existing.otlp ? endpointCalls(parts, existing.otlp) : []),
        ...apps.flatMap(({ id, spans }) => (spans?.elsewhere ? [spansCall(id, spansBox(spans.elsewhere), spans)] : [])),
        ...apps.filter(({ outside }) => outside).map(({ id }): Call => ({ from: id, to: OUTSIDE, protocol: "any", label: "any port" })),
    ];
}

function http(from: string, to: string, port: number | undefined): Call {
    return { from, to, protocol: "HTTP", label: withPort("HTTP", port) };
}

function withPort(what: string, port: number | string | undefined): string {
    return port === undefined ? what : `${what} :${port}`;
}

/** What is published is what clients call. */
function clientCalls({ published, parts, existing: { ingress: controller } }: Facts): Call[] {
    const ingress = parts.find(({ role }) => role === "ingress");
    if (controller) {
        return [controllerCall(CLIENT, controller)];
    }
    return published.map(({ at, port, inside }) => {
        const what: Record<number, [Protocol, string]> = {
            [ENTRY_POINTS.websecure.port]: ["HTTPS", "HTTPS"],
            [ENTRY_POINTS.jaeger.port]: ["HTTP", "Jaeger UI"],
        };
        const [protocol, name] = what[inside] ?? ["HTTP", "HTTP"];
        const address = /^[A-Z]/.test(at) ? `${at} :${port}` : at.includes(":") ? `[${at}]:${port}` : `${at}:${port}`;
        return { from: CLIENT, to: ingress?.id ?? "", protocol, label: `${name} ${address}` };
    });
}

function controllerCall(from: string, { at, tls }: NonNullable<Existing["ingress"]>): Call {
    const protocol = tls ? "HTTPS" : "HTTP";
    return { from, to: EXISTING.ingress, protocol, label: `${protocol} ${at}` };
}

function insideCalls(from: Part, to: Part, { published }: Facts): Call[] {
    switch (to.role) {
        case "collector":
            return from.role === "ingress"
                ? [{ from: from.id, to: to.id, protocol: "OTLP/gRPC", label: withPort("OTLP/gRPC", PORTS.otlpGrpc) }]
                : [
                      ...(from.spans && from.spans.elsewhere === undefined ? [spansCall(from.id, to.id, from.spans)] : []),
                      ...(from.asksForSampling
                          ? [{ ...http(from.id, to.id, PORTS.sampling), label: withPort("sampling", PORTS.sampling) }]
                          : []),
                  ];
        case "query":
            return [http(from.id, to.id, PORTS.query)];
        case "storage":
            return [http(from.id, to.id, ELASTICSEARCH)];
        case "database":
            return [{ from: from.id, to: to.id, protocol: "PostgreSQL", label: withPort("PostgreSQL", POSTGRES) }];
        case "ingress": {
            const tls = published.some(({ inside }) => inside === ENTRY_POINTS.websecure.port);
            const { port } = tls ? ENTRY_POINTS.websecure : ENTRY_POINTS.web;
            const protocol = tls ? "HTTPS" : "HTTP";
            return [{ from: from.id, to: to.id, protocol, label: withPort(protocol, port) }];
        }
        default:
            return [http(from.id, to.id, to.port)];
    }
}

function spansCall(from: string, to: string, { protocol, elsewhere: place }: NonNullable<Part["spans"]>): Call {
    const [name, port] = protocol === "grpc" ? (["OTLP/gRPC", PORTS.otlpGrpc] as const) : (["OTLP/HTTP", PORTS.otlpHttp] as const);
    return { from, to, protocol: name, label: place === undefined ? withPort(name, port) : `${name} :${place.split(":").at(-1)}` };
}

/** Who has a choice sends by gRPC, where there is an address for it. */
function endpointCalls(parts: readonly Part[], { http: place, grpc }: NonNullable<Existing["otlp"]>): Call[] {
    const call = (from: string, byGrpc: boolean): Call => {
        const protocol = byGrpc ? "OTLP/gRPC" : "OTLP/HTTP";
        return { from, to: EXISTING.otlp, protocol, label: `${protocol} ${byGrpc ? grpc : place}` };
    };
    return parts.flatMap(({ id, role, spans }) => {
        if (role === "ingress") {
            return [call(id, grpc !== undefined)];
        }
        return role === "app" && spans && spans.elsewhere === undefined ? [call(id, spans.protocol === "grpc")] : [];
    });
}

function storageCalls(from: string, { at, tls }: NonNullable<Existing["storage"]>): Call[] {
    const protocol = tls ? "HTTPS" : "HTTP";
    const ports = [...new Set(at.map((place) => place.split(":").at(-1)))];
    return [{ from, to: EXISTING.storage, protocol, label: withPort(protocol, ports.join(", ") || undefined) }];
}

/**
 * Each box in one group. On Docker that is the network of its own, which its callers join, or one that it joins: the
 * ingress's, where it has a route.
 */
function groupsOf({ namespace, networks, parts }: Facts): Group[] {
    if (namespace !== undefined) {
        return [{ title: `namespace ${namespace}`, boxes: parts.map(({ id }) => id) }];
    }
    const ofRole = (...roles: Role[]) => parts.filter(({ role }) => roles.includes(role)).map(({ id }) => `${id}-network`);
    const preferred = [...ofRole("ingress"), ...ofRole("collector"), ...ofRole("storage")];
    const home = ({ id }: Part) => {
        const joined = networks.filter(({ members }) => members.includes(id)).map(({ name }) => name);
        return [`${id}-network`, ...preferred, ...joined].find((name) => joined.includes(name));
    };
    return networks
        .map(({ name }) => ({
            title: `network ${name}`,
            boxes: parts.filter((part) => home(part) === name).map(({ id }) => id),
        }))
        .filter(({ boxes }) => boxes.length > 0);
}

/** Every call, in one sentence for each caller. */
function descriptionOf(boxes: readonly Box[], calls: readonly Call[]): string[] {
    const name = (id: string) => {
        const box = boxes.find((each) => each.id === id);
        return box?.kind === "database" ? `database ${box.name}` : (box?.name ?? id);
    };
    const sentences = boxes.flatMap((box) => {
        const made = calls.filter(({ from }) => from === box.id).map(({ to, label }) => `${name(to)} (${label})`);
        return made.length === 0 ? [] : [`${name(box.id)}: ${made.join(", ")}.`];
    });
    return ["Who calls whom.", ...sentences];
}

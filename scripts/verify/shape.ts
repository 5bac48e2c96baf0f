// Which span of a trace is which hop, and what is missing until it is whole.
import { Span } from "./otlp";

/** What a whole trace looks like. */
export interface Expectation {
    /** The ingress's service name. */
    ingress: string;
    /** The app's service name. */
    app: string;
    /** The span id that we sent as parent; undefined when the ingress must be the root. */
    parent: string | undefined;
    /** Whether the requested page uses the database, so that its span must be there. */
    database: boolean;
    /** Whether the ingress is one that exists already, which is not traced. */
    startsAtApp: boolean;
}

/** The service that a trace begins with, below what was sent. */
export function firstService({ ingress, app, startsAtApp }: Expectation): string {
    return startsAtApp ? app : ingress;
}

/** The hops of a trace as far as they are there. */
export interface Shape {
    ingressServer: Span | undefined;
    /** The ingress's call of the app. */
    ingressClient: Span | undefined;
    appServer: Span | undefined;
    databases: Span[];
    /** Spans whose parent is neither in the trace nor the one that we sent. */
    orphans: Span[];
}

/** What keeps a trace from being whole. */
export type Flaw =
    | "ingress-server"
    | "ingress-client"
    | "app-server"
    | "database"
    | "root-has-parent"
    | "ingress-parent"
    | "app-parent"
    | "database-parent"
    | "orphans";

/** Whether a span is below another one, at any depth. */
export function isBelow(spans: readonly Span[], span: Span, ancestor: Span): boolean {
    const byId = new Map(spans.map((each) => [each.spanId, each]));
    const seen = new Set<string>();
    let at = span.parentSpanId;
    while (at !== undefined && !seen.has(at)) {
        if (at === ancestor.spanId) {
            return true;
        }
        seen.add(at);
        at = byId.get(at)?.parentSpanId;
    }
    return false;
}

function isDatabase(span: Span): boolean {
    return span.kind === "client" && ("db.system" in span.attributes || "db.system.name" in span.attributes);
}

/** The hops of one trace. */
export function shapeOf(spans: readonly Span[], expected: Expectation): Shape {
    const ingress = spans.filter((span) => span.service === expected.ingress);
    const ofApp = spans.filter((span) => span.service === expected.app);
    // Traefik's AuthRequest calls a login service, not the app.
    const calls = ingress.filter((span) => span.kind === "client" && span.name !== "AuthRequest");
    const servers = ingress.filter((span) => span.kind === "server");
    const appServers = ofApp.filter((span) => span.kind === "server");
    const appServer =
        appServers.find((span) => calls.some((call) => call.spanId === span.parentSpanId)) ?? appServers[0];
    const ids = new Set(spans.map((span) => span.spanId));
    return {
        ingressServer: servers.find((span) => span.parentSpanId === expected.parent) ?? servers[0],
        ingressClient: calls.find((call) => call.spanId === appServer?.parentSpanId) ?? calls[0],
        appServer,
        databases: ofApp.filter(isDatabase),
        orphans: spans.filter(
            ({ parentSpanId }) =>
                parentSpanId !== undefined && parentSpanId !== expected.parent && !ids.has(parentSpanId),
        ),
    };
}

/** What is missing or in the wrong place; none means that the trace is whole. */
export function flawsOf(spans: readonly Span[], expected: Expectation): Flaw[] {
    const { ingressServer, ingressClient, appServer, databases, orphans } = shapeOf(spans, expected);
    const flaws: Flaw[] = [];
    const note = (broken: boolean, flaw: Flaw) => {
        if (broken) {
            flaws.push(flaw);
        }
    };
    note(!expected.startsAtApp && !ingressServer, "ingress-server");
    note(!expected.startsAtApp && !ingressClient, "ingress-client");
    note(!appServer, "app-server");
    note(expected.database && databases.length === 0, "database");
    if (expected.startsAtApp) {
        note(appServer !== undefined && appServer.parentSpanId !== expected.parent, "root-has-parent");
    } else if (ingressServer) {
        note(ingressServer.parentSpanId !== expected.parent, "root-has-parent");
        // With detailed traces Traefik's router and service spans stand between.
        note(ingressClient !== undefined && !isBelow(spans, ingressClient, ingressServer), "ingress-parent");
    }
    note(
        appServer !== undefined &&
            ingressClient !== undefined &&
            appServer.parentSpanId !== ingressClient.spanId,
        "app-parent",
    );
    note(
        appServer !== undefined && databases.some((span) => !isBelow(spans, span, appServer)),
        "database-parent",
    );
    note(orphans.length > 0, "orphans");
    return flaws;
}

/** A flaw in words, for what is being waited for. */
export function describeFlaw(flaw: Flaw, expected: Expectation): string {
    const words: Record<Flaw, string> = {
        "ingress-server": `the server span of ${expected.ingress}`,
        "ingress-client": `the client span of ${expected.ingress}`,
        "app-server": `the server span of ${expected.app}`,
        database: `a database span of ${expected.app}`,
        "root-has-parent": `${firstService(expected)} as the child of what was sent`,
        "ingress-parent": `the parent of the client span of ${expected.ingress}`,
        "app-parent": `the server span of ${expected.app} as a child of ${expected.ingress}`,
        "database-parent": `database spans below the server span of ${expected.app}`,
        orphans: "spans that others name as their parent",
    };
    return words[flaw];
}

/** Who served the request: the app's instance id, else the address that the ingress called. */
export function instanceOf(spans: readonly Span[], expected: Expectation): string | undefined {
    const { appServer, ingressClient } = shapeOf(spans, expected);
    return appServer?.instance ?? upstreamOf(ingressClient);
}

/** The address that the ingress called, e.g. `shop-0:8000`. */
export function upstreamOf(client: Span | undefined): string | undefined {
    const host = client?.attributes["server.address"];
    const port = client?.attributes["server.port"];
    return host === undefined ? undefined : `${host}${port === undefined ? "" : `:${port}`}`;
}

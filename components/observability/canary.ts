// TraceCanary: asks on a schedule, from inside, whether requests through the ingress become whole traces.
import * as fs from "fs";
import * as path from "path";

import * as pulumi from "@pulumi/pulumi";

import { pathProblem } from "../ingress/configuration";
import { IngressEndpoint } from "../ingress/contract";
import { KubernetesArgs, peerOf, placeProblems, placingProblems, PlatformKind, platformOf } from "../platform";
import { checkMemory } from "../support/checks";
import { Problem, Problems, shown } from "../support/errors";
import { field } from "../support/inputs";
import { parseSeconds } from "../support/units";
import { resolveImage } from "../support/versions";
import { QueryEndpoint } from "../tracing/contract";
import { CANARY_INTERVAL, canaryIntervalProblem } from "./interval";

/** A route that the canary asks. */
export interface CanaryRouteArgs {
    /** The service's name in traces. */
    service: string;
    /** The host that the request names. @default none */
    host?: string;
    /** The path that is asked by GET. @default / */
    path?: string;
}

/** The arguments of {@link TraceCanary}. */
export interface TraceCanaryArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** The ingress that requests are sent through. */
    ingress: pulumi.Input<IngressEndpoint>;
    /** Where their traces are read back. */
    query: pulumi.Input<QueryEndpoint>;
    /** The routes that are asked, one after the other. */
    routes: CanaryRouteArgs[];
    /** The service name of the ingress in traces; of a controller that exists already there is none. @default ingress */
    ingressService?: string;
    /** From the beginning of one run to that of the next, e.g. `5m`; from 3m to 24h. @default 5m */
    interval?: string;
    /** The version of Jaeger's image, in which it runs: it has a shell and wget. @default 2.21.0 */
    version?: string;
    /** A whole image reference instead; it needs a shell and wget. */
    image?: string;
    /** The registry that mirrors the vendors' registries. @default docker.io */
    registry?: string;
    /** The memory limit, e.g. `32MiB`. At least 16MiB. @default 32MiB */
    memory?: string;
    /** Whether it may call anything outside: for an ingress that it can't reach inside. @default false */
    egress?: boolean;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Kubernetes cluster has. */
    kubernetes?: KubernetesArgs;
}

const SCRIPT = "canary.sh";
const FOLDER = "/etc/canary";

/** Seconds that spans of a trace are waited for: they are sent each second, and found a second after they are stored. */
const TRACE_SECONDS = 20;

/** Seconds in which a trace that is not whole is tried again: a new route may take a minute on its way. */
const RUN_SECONDS = 120;

/** The plain arguments with their defaults, checked. */
function normalize(name: string, args: TraceCanaryArgs, placing: readonly Problem[]) {
    const problems = new Problems();
    problems.add(placing);
    const memory = checkMemory(problems, args.memory, { fallback: "32MiB", least: "16MiB", example: "32MiB" });
    const { interval = CANARY_INTERVAL, routes = [] } = args;
    const wrongInterval = canaryIntervalProblem(interval);
    problems.expect(wrongInterval === undefined, "interval", () => `got ${shown(interval)}, ${wrongInterval}`);
    problems.expect(args.ingress !== undefined, "ingress", "missing; give a TraefikIngress's `endpoint` or your own");
    problems.expect(args.query !== undefined, "query", "missing; give a JaegerQuery's `endpoint` or your own");
    problems.expect(routes.length > 0, "routes", "missing; give the service of at least one route");
    routes.forEach(({ service, host, path: asked = "/" }, index) => {
        problems.expect(
            /^\S+$/.test(service ?? ""),
            `routes[${index}].service`,
            () => `got ${shown(service)}, expected the service's name in traces, without spaces`,
        );
        problems.expect(
            host === undefined || /^\S+$/.test(host),
            `routes[${index}].host`,
            () => `got ${shown(host)}, expected a host name such as shop.example.org`,
        );
        const wrongPath = pathProblem(asked);
        problems.expect(wrongPath === undefined, `routes[${index}].path`, () => `got ${shown(asked)}, ${wrongPath}`);
    });
    problems.add(placeProblems(args));
    problems.throwIfAny("TraceCanary", name);
    return {
        memory,
        interval: parseSeconds(interval) as number,
        image: resolveImage("jaeger", args, args.registry).reference,
        routes: routes.map(({ service, host = "-", path: asked = "/" }) => `${service} ${host} ${asked}`).join("\n"),
    };
}

/**
 * A canary for an environment: `verify` in small, from inside. It sends a sampled request through the ingress for each
 * route and reads its trace back from the query role. A run fails when spans of the ingress or of the app are missing,
 * and says which.
 *
 * It runs at its start and then each interval. It is unhealthy when no run succeeded for two intervals.
 */
export class TraceCanary extends pulumi.ComponentResource {
    constructor(name: string, args: TraceCanaryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TraceCanary", name, {}, opts);
        const { memory, interval, image, routes } = normalize(name, args, placingProblems(this, name, args, opts));
        platformOf(args.platform ?? PlatformKind.Docker).schedule(
            {
                name,
                role: "canary",
                labels: args.labels,
                image,
                command: ["/bin/sh", `${FOLDER}/${SCRIPT}`],
                environment: {
                    INGRESS_SERVICE: {
                        // Where the ingress traces nothing, traces begin at the apps.
                        value: field(args.ingress, "controller").apply((controller) =>
                            controller ? "" : (args.ingressService ?? "ingress"),
                        ),
                    },
                    INGRESS_URL: {
                        value: pulumi
                            .all([field(args.ingress, "internalUrl"), field(args.ingress, "url")])
                            .apply(([inside, outside]) => inside ?? outside),
                    },
                    QUERY_URL: { value: field(args.query, "url").apply((url) => url.replace(/\/+$/, "")) },
                    ROUTES: { value: routes },
                    RUN_SECONDS: { value: String(RUN_SECONDS) },
                    TRACE_SECONDS: { value: String(TRACE_SECONDS) },
                },
                fileMounts: [
                    {
                        name: "config",
                        path: FOLDER,
                        files: { [SCRIPT]: { content: fs.readFileSync(path.join(__dirname, SCRIPT), "utf8") } },
                    },
                ],
                memory,
                user: { uid: 10001, gid: 10001 },
                egress: args.egress,
                calls: [peerOf("ingress", args.ingress), peerOf("query", args.query)],
                interval,
                misses: 2,
                readyTimeout: 180,
            },
            { parent: this, environmentId: args.environmentId, kubernetes: args.kubernetes },
        );
        this.registerOutputs({});
    }
}

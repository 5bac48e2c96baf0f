// TracedApp: an app that is traced by its environment alone, its tasks, and its route.
import * as pulumi from "@pulumi/pulumi";

import { routeConfiguration, routeFile, routeUrl, TRAEFIK_USER } from "../ingress/configuration";
import { IngressEndpoint } from "../ingress/contract";
import {
    CHECK_INTERVAL,
    IngressControllerArgs,
    peerOf,
    placingProblems,
    PlatformKind,
    platformOf,
    Replacement,
    takesConnections,
} from "../platform";
import { field, namesPlainly } from "../support/inputs";
import { physicalName } from "../support/names";
import { TracedAppArgs } from "./arguments";
import { normalize } from "./checks";
import { plainVariables, secretVariables, telemetryVariables } from "./environment";
import { authoritiesMounts, headersVariables } from "./otlp";

/**
 * An app whose spans join the trace that the ingress started. OpenTelemetry is injected through its environment;
 * what the user sets there wins.
 *
 * New instances come one at a time, each healthy before the next; the old ones go when the ingress sends them nothing any
 * more. Tasks run before, once per change; when one fails the app stays as it is and the error shows the task's log.
 */
export class TracedApp extends pulumi.ComponentResource {
    /** The address of each instance, e.g. `http://shop-0-1a2b3c4:8000`. */
    public readonly instanceUrls: pulumi.Output<string[]>;
    /** The app's address at the ingress; empty without a route. */
    public readonly url: pulumi.Output<string>;

    constructor(name: string, args: TracedAppArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TracedApp", name, {}, opts);
        const {
            memory,
            port,
            readyTimeout,
            replicas,
            userId,
            healthPath,
            secretNames,
            delivery,
            tasks,
            protocol,
            httpClient,
            keepAlive,
            presetVariables,
            taskVariables,
        } = normalize(name, args, placingProblems(this, name, args, opts));
        const platform = platformOf(args.platform ?? PlatformKind.Docker);
        const scope = { parent: this, environmentId: args.environmentId, kubernetes: args.kubernetes };
        const secrets = secretVariables(args.secretEnvironment);
        const telemetry = telemetryVariables(name, args, {
            protocol,
            preset: presetVariables,
            secretNames,
            delivery,
            instanceAttributes: platform.instanceAttributes,
        });
        void telemetry.warnings.apply((warnings) =>
            warnings.forEach((warning) => void pulumi.log.warn(warning, this)),
        );

        const ownCalls = (args.calls ?? []).map((reach, index) => ({ argument: `calls[${index}]`, reach }));
        const common = {
            role: "app",
            labels: args.labels,
            image: args.image,
            scratch: [{ path: "/tmp", mebibytes: 64 }],
            memory,
            user: { uid: userId, gid: userId },
            joins: args.joins,
            egress: args.egress,
        };
        const tasksDone = tasks.reduce<pulumi.Output<pulumi.Resource[]> | undefined>(
            (before, task) =>
                platform.task(
                    {
                        ...common,
                        name: `${name}-${task.name}`,
                        // A task gets what the app gets, but not its way out: that network is the app's.
                        egress: false,
                        calls: ownCalls,
                        command: task.command,
                        timeout: task.timeout,
                        environment: {
                            ...plainVariables({ ...taskVariables, ...args.environment }),
                            ...secrets,
                        },
                        dependsOn: before,
                    },
                    scope,
                ),
            undefined,
        );

        // Of an endpoint that is wrong in itself that is told, not that it can't be reached.
        const otlp = peerOf("otlp", args.otlp);
        const otlpOnceChecked = { ...otlp, reach: pulumi.all([otlp.reach, telemetry.checked]).apply(([reach]) => reach) };
        const placed = platform.workload(
            {
                ...common,
                name,
                command: args.command,
                httpClient,
                replicas,
                maxReplicas: args.kubernetes?.maxReplicas,
                ports: { http: port },
                // The route tells the ingress of the new instances before the old ones go.
                replacement: Replacement.Beside,
                environment: {
                    ...plainVariables(args.environment ?? {}),
                    ...telemetry.variables,
                    ...headersVariables(name, args, delivery),
                    ...secrets,
                },
                fileMounts: authoritiesMounts(name, args, delivery),
                readiness: {
                    http: { port, path: healthPath, host: args.route?.host },
                    interval: CHECK_INTERVAL,
                    timeout: 5,
                    retries: 3,
                    startPeriod: readyTimeout,
                },
                liveness: takesConnections(port, readyTimeout),
                readyTimeout,
                calls: [otlpOnceChecked, ...ownCalls],
                calledBy: args.route && args.ingress ? [peerOf("ingress", args.ingress)] : [],
                stopGrace: 30,
                drain: 10,
                dependsOn: tasksDone,
            },
            scope,
        );

        this.instanceUrls = pulumi
            .all(placed.instances)
            .apply((instances) => instances.map((instance) => `http://${instance}:${port}`));
        this.url = pulumi.output("");
        if (args.route && args.ingress) {
            const { host, pathPrefix, traced } = args.route;
            const routeName = physicalName(args.environmentId, name);
            const controller = controllerOf(args.ingress);
            if (controller) {
                platform.declareRoute(
                    {
                        name: `${name}-route`,
                        host,
                        pathPrefix,
                        controller,
                        backend: { name, port },
                        labels: args.labels,
                    },
                    scope,
                );
            } else {
                platform.declareFile(
                    {
                        name: `${name}-route`,
                        file: routeFile(routeName),
                        content: pulumi
                            .all([this.instanceUrls, field(args.ingress, "entryPoint")])
                            .apply(([urls, entryPoint]) =>
                                routeConfiguration({
                                    name: routeName,
                                    entryPoint: entryPoint ?? "web",
                                    host,
                                    pathPrefix,
                                    urls,
                                    healthPath,
                                    traced: traced ?? true,
                                    keepAlive,
                                    balanced: platform.balances,
                                }),
                            ),
                        folder: field(args.ingress, "routes").apply((routes) => routes ?? {}),
                        user: TRAEFIK_USER,
                    },
                    scope,
                );
            }
            this.url = field(args.ingress, "url").apply((base) => routeUrl(base, host, pathPrefix));
        }
        this.registerOutputs({ instanceUrls: this.instanceUrls, url: this.url });
    }
}

/** The controller that routes are declared at: it decides what is made, so it is known when the program runs, or not there. */
function controllerOf(ingress: pulumi.Input<IngressEndpoint>): IngressControllerArgs | undefined {
    return namesPlainly(ingress, "controller") ? (ingress as IngressEndpoint).controller : undefined;
}

// TracedApp: an app that is traced by its environment alone, its tasks, and its route.
import * as pulumi from "@pulumi/pulumi";

import { IngressEndpointArgs } from "../ingress/contract";
import {
    hostProblem,
    pathProblem,
    routeConfiguration,
    routeFile,
    routeUrl,
    TRAEFIK_USER,
} from "../ingress/configuration";
import { EnvironmentValue, PlatformKind, platformOf, ReachArgs } from "../platform";
import { Problems, shown, userError } from "../support/errors";
import { field } from "../support/inputs";
import { physicalName } from "../support/names";
import { parseMebibytes } from "../support/units";
import { otlpAddressProblem } from "../tracing/address";
import { OtlpEndpointArgs } from "../tracing/contract";
import {
    OtlpProtocol,
    protocolOf,
    telemetryEnvironment,
    telemetryNames,
    telemetryWarnings,
} from "./opentelemetry";
import { DJANGO, Preset } from "./presets";

/** What an app is made with: decides how it is instrumented without a change of its code. */
export const AppPreset = {
    /** Only the environment is injected: the app brings an OpenTelemetry SDK that reads it. */
    None: "none",
    /** Django on any WSGI server; the image brings the instrumentation by the preset's base layer. */
    Django: "django",
} as const;
export type AppPreset = (typeof AppPreset)[keyof typeof AppPreset];

/** What the Django preset needs to know. */
export interface DjangoArgs {
    /** The settings module, e.g. `shop.settings`: the instrumentation starts before `wsgi.py` could set it. */
    settingsModule: string;
}

/** A program that runs to its end before a changed app starts, such as a migration of its database. */
export interface AppTaskArgs {
    /** Unique in the app, e.g. `migrate`. */
    name: string;
    /** The program with its arguments, e.g. `["python", "manage.py", "migrate"]`. */
    command: string[];
}

/** How requests come to the app. */
export interface AppRouteArgs {
    /** The host that the request names, e.g. `shop.example.org`. @default any */
    host?: string;
    /** What the path starts with, e.g. `/shop`. @default any */
    pathPrefix?: string;
    /** Whether the ingress traces requests on this route. @default true */
    traced?: boolean;
}

/** The arguments of {@link TracedApp}. */
export interface TracedAppArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** The image's reference, with a tag or digest that does not move. */
    image: pulumi.Input<string>;
    /** Replaces the image's command; required with `secretEnvironment` and for the Django preset's readiness. */
    command?: string[];
    /** How the app is instrumented. @default none */
    preset?: AppPreset;
    /** What the Django preset needs. */
    django?: DjangoArgs;
    /** The port the app listens on. @default 8000 */
    port?: number;
    /** The path that answers below 400 when an instance can serve; not traced. @default /health */
    healthPath?: string;
    /** How many instances run. @default 1 */
    replicas?: number;
    /** The memory limit of an instance, e.g. `512MiB`. At least 32MiB. @default 256MiB */
    memory?: string;
    /** The user id that it runs as; not 0. @default 10001 */
    userId?: number;
    /** Environment variables; they win over injected ones. */
    environment?: { [key: string]: pulumi.Input<string> };
    /** Environment variables that are secret; they never show in the description of a container. */
    secretEnvironment?: { [key: string]: pulumi.Input<string> };
    /** Programs that run to their end, once per change, in this order, before the app. */
    tasks?: AppTaskArgs[];
    /** Where the app sends its spans. */
    otlp: pulumi.Input<OtlpEndpointArgs>;
    /** How requests come to it. @default none */
    route?: AppRouteArgs;
    /** The ingress that the route is declared at; required with `route`. */
    ingress?: pulumi.Input<IngressEndpointArgs>;
    /** The service's name in traces. @default the component's name */
    serviceName?: string;
    /** The service's namespace in traces. @default the project's name */
    serviceNamespace?: string;
    /** The service's version in traces. @default none */
    serviceVersion?: string;
    /** The environment's name in traces: `deployment.environment.name`. @default the stack's name */
    environmentName?: string;
    /** Further resource attributes of every span. */
    resourceAttributes?: { [key: string]: string };
    /** Docker: names of existing networks to join, such as that of its database. */
    joins?: pulumi.Input<string>[];
    /** Whether it may call anything outside. @default false */
    egress?: boolean;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;
/** What the app's own resources are called after its name. */
const TAKEN_BY_THE_APP = /^(\d+|image|route|egress|environment(-.*)?)$/;

/** The plain arguments with their defaults, checked. */
function normalize(name: string, args: TracedAppArgs) {
    const problems = new Problems();
    const memory = parseMebibytes(args.memory ?? "256MiB");
    problems.expect(
        memory !== undefined && memory >= 32,
        "memory",
        () => `got ${shown(args.memory)}, expected a size of at least 32MiB such as "256MiB"`,
    );
    const port = args.port ?? 8000;
    problems.expect(
        Number.isInteger(port) && port >= 1 && port <= 65535,
        "port",
        () => `got ${shown(port)}, expected a port from 1 to 65535`,
    );
    const replicas = args.replicas ?? 1;
    problems.expect(
        Number.isInteger(replicas) && replicas >= 1 && replicas <= 50,
        "replicas",
        () => `got ${shown(replicas)}, expected a whole number from 1 to 50`,
    );
    const userId = args.userId ?? 10001;
    problems.expect(
        Number.isInteger(userId) && userId > 0,
        "userId",
        () => `got ${shown(userId)}, expected a user id above 0: nothing runs as root`,
    );
    const healthPath = args.healthPath ?? "/health";
    const healthProblem = pathProblem(healthPath);
    problems.expect(
        healthProblem === undefined,
        "healthPath",
        () => `got ${shown(healthPath)}, ${healthProblem}`,
    );
    problems.expect(
        args.image !== undefined && args.image !== "",
        "image",
        "missing; give the image's reference",
    );
    problems.expect(
        args.otlp !== undefined,
        "otlp",
        "missing; give a JaegerCollector's `endpoint` or your own",
    );
    const secretNames = Object.keys(args.secretEnvironment ?? {}).sort();
    for (const variable of [...Object.keys(args.environment ?? {}), ...secretNames]) {
        problems.expect(
            VARIABLE.test(variable),
            `environment.${variable}`,
            "not a name of a variable; expected letters, digits and _, not starting with a digit",
        );
    }
    for (const variable of secretNames) {
        problems.expect(
            args.environment?.[variable] === undefined,
            `secretEnvironment.${variable}`,
            "set in `environment` too; give it once",
        );
    }
    problems.expect(
        secretNames.length === 0 || (args.command?.length ?? 0) > 0,
        "command",
        "missing; with `secretEnvironment` give the app's command, which is started once the secrets are read",
    );
    if (args.route) {
        const { host, pathPrefix } = args.route;
        const hostReason = host === undefined ? undefined : hostProblem(host);
        problems.expect(hostReason === undefined, "route.host", () => `got ${shown(host)}, ${hostReason}`);
        const pathReason = pathPrefix === undefined ? undefined : pathProblem(pathPrefix);
        problems.expect(
            pathReason === undefined,
            "route.pathPrefix",
            () => `got ${shown(pathPrefix)}, ${pathReason}`,
        );
        problems.expect(
            args.ingress !== undefined,
            "ingress",
            "missing; with `route` give the ingress that it is declared at, e.g. a TraefikIngress's `endpoint`",
        );
    }
    const taskNames = new Set<string>();
    for (const [index, task] of (args.tasks ?? []).entries()) {
        problems.expect(
            LABEL.test(task.name ?? ""),
            `tasks[${index}].name`,
            () => `got ${shown(task.name)}, expected lower-case letters, digits and -, at most 32`,
        );
        problems.expect(
            !TAKEN_BY_THE_APP.test(task.name ?? ""),
            `tasks[${index}].name`,
            () => `got ${shown(task.name)}, which the app's own resources are called; give another one`,
        );
        problems.expect(
            !taskNames.has(task.name),
            `tasks[${index}].name`,
            () => `${shown(task.name)} stands twice`,
        );
        taskNames.add(task.name);
        problems.expect(
            (task.command ?? []).length > 0,
            `tasks[${index}].command`,
            "empty; give the program to run",
        );
    }
    const preset = normalizePreset(args, healthPath, problems);
    problems.throwIfAny("TracedApp", name);
    return { memory: memory as number, port, replicas, userId, healthPath, secretNames, ...preset };
}

/** The preset and its variables. */
function normalizePreset(args: TracedAppArgs, healthPath: string, problems: Problems) {
    if (args.preset !== AppPreset.Django) {
        problems.expect(
            args.django === undefined,
            "django",
            'given without `preset: "django"`; set the preset or leave it out',
        );
        const none: Pick<Preset, "protocol" | "httpClient"> = {
            protocol: "http/protobuf",
            httpClient: "wget",
        };
        return { ...none, presetVariables: {}, taskVariables: {} };
    }
    const settingsModule = args.django?.settingsModule;
    problems.expect(
        settingsModule !== undefined && /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(settingsModule),
        "django.settingsModule",
        () =>
            `got ${shown(settingsModule)}, expected the settings module such as "shop.settings": without it the ` +
            "instrumentation starts Django with empty settings",
    );
    problems.expect(
        args.secretEnvironment?.PYTHONPATH === undefined,
        "secretEnvironment.PYTHONPATH",
        "the preset puts the instrumentation's folders in it; give yours in `environment`",
    );
    problems.expect(
        !healthPath.includes(","),
        "healthPath",
        () =>
            `got ${shown(healthPath)}, expected a path without commas: the instrumentation takes a list of paths`,
    );
    const presetVariables = DJANGO.variables({
        settingsModule: settingsModule ?? "",
        untracedPaths: [healthPath],
    });
    return {
        protocol: DJANGO.protocol,
        httpClient: DJANGO.httpClient,
        presetVariables,
        // A task is no request: it runs without the instrumentation.
        taskVariables: { DJANGO_SETTINGS_MODULE: presetVariables.DJANGO_SETTINGS_MODULE } as Record<
            string,
            string
        >,
    };
}

/**
 * An app whose spans join the trace that the ingress started. OpenTelemetry is injected through its environment;
 * what the user sets there wins.
 *
 * Instances are replaced one at a time, each healthy before the next. Tasks run before, once per change; when one
 * fails the app stays as it is and the error shows the task's log.
 */
export class TracedApp extends pulumi.ComponentResource {
    /** The address of each instance, e.g. `http://shop-0:8000`. */
    public readonly instanceUrls: pulumi.Output<string[]>;
    /** The app's address at the ingress; empty without a route. */
    public readonly url: pulumi.Output<string>;

    constructor(name: string, args: TracedAppArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traced-environment:index:TracedApp", name, {}, opts);
        const {
            memory,
            port,
            replicas,
            userId,
            healthPath,
            secretNames,
            protocol,
            httpClient,
            presetVariables,
            taskVariables,
        } = normalize(name, args);
        const platform = platformOf(args.platform ?? PlatformKind.Docker);
        const scope = { parent: this, environmentId: args.environmentId };
        const secrets = secretVariables(args.secretEnvironment);
        const telemetry = telemetryVariables(name, args, protocol, presetVariables, secretNames);
        void telemetry.warnings.apply((warnings) =>
            warnings.forEach((warning) => void pulumi.log.warn(warning, this)),
        );

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
        const tasks = (args.tasks ?? []).reduce<pulumi.Output<pulumi.Resource[]> | undefined>(
            (before, task) =>
                platform.task(
                    {
                        ...common,
                        name: `${name}-${task.name}`,
                        // A task gets what the app gets, but not its way out: that network is the app's.
                        egress: false,
                        command: task.command,
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

        const otlpReach: pulumi.Input<ReachArgs> = field(args.otlp, "reach").apply((reach) => reach ?? {});
        const ingressReach =
            args.route && args.ingress ? [field(args.ingress, "reach").apply((reach) => reach ?? {})] : [];
        const placed = platform.workload(
            {
                ...common,
                name,
                command: args.command,
                httpClient,
                replicas,
                environment: {
                    ...plainVariables(args.environment ?? {}),
                    ...telemetry.variables,
                    ...secrets,
                },
                readiness: {
                    http: { port, path: healthPath, host: args.route?.host },
                    interval: 3,
                    timeout: 5,
                    retries: 3,
                    startPeriod: 60,
                },
                readyTimeout: 120,
                calls: [otlpReach, ...ingressReach],
                stopGrace: 30,
                dependsOn: tasks,
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
                            }),
                        ),
                    folder: field(args.ingress, "routes"),
                    user: TRAEFIK_USER,
                },
                scope,
            );
            this.url = field(args.ingress, "url").apply((base) => routeUrl(base, host, pathPrefix));
        }
        this.registerOutputs({ instanceUrls: this.instanceUrls, url: this.url });
    }
}

function plainVariables(
    variables: Readonly<Record<string, pulumi.Input<string>>>,
): Record<string, EnvironmentValue> {
    return Object.fromEntries(Object.entries(variables).map(([variable, value]) => [variable, { value }]));
}

function secretVariables(
    variables: Readonly<Record<string, pulumi.Input<string>>> = {},
): Record<string, EnvironmentValue> {
    return Object.fromEntries(Object.entries(variables).map(([variable, secret]) => [variable, { secret }]));
}

/** The injected variables, merged with those the user set under the same names. */
function telemetryVariables(
    name: string,
    args: TracedAppArgs,
    protocol: OtlpProtocol,
    preset: Record<string, string>,
    secretNames: string[],
): { variables: Record<string, EnvironmentValue>; warnings: pulumi.Output<string[]> } {
    const names = telemetryNames(preset, secretNames);
    // Only what is merged is waited for, so that an unknown value of the app's own hides nothing at preview.
    const relevant = Object.fromEntries(
        Object.entries(args.environment ?? {}).filter(
            ([key]) => names.includes(key) || key.startsWith("OTEL_"),
        ),
    );
    const user = pulumi.output(relevant);
    const merged = pulumi
        .all([field(args.otlp, "grpc"), field(args.otlp, "http"), user])
        .apply(([grpc, http, variables]) => {
            const endpoints = { grpc, "http/protobuf": http };
            if (!variables.OTEL_EXPORTER_OTLP_ENDPOINT) {
                checkEndpoint(name, protocolOf(protocol, variables), endpoints);
            }
            return telemetryEnvironment(
                {
                    serviceName: args.serviceName ?? name,
                    serviceNamespace: args.serviceNamespace ?? pulumi.getProject(),
                    serviceVersion: args.serviceVersion,
                    environmentName: args.environmentName ?? pulumi.getStack(),
                    resourceAttributes: args.resourceAttributes,
                    protocol,
                    endpoints,
                    preset,
                },
                variables,
                secretNames,
            );
        });
    return {
        variables: Object.fromEntries(
            names.map((variable) => [variable, { perInstance: merged.apply((all) => all[variable]) }]),
        ),
        warnings: user.apply((variables) => telemetryWarnings(variables)),
    };
}

/** Refuses an endpoint that lacks the address for the protocol, or has one that no sender understands. */
function checkEndpoint(
    name: string,
    protocol: OtlpProtocol,
    endpoints: Partial<Record<OtlpProtocol, string>>,
): void {
    const key = protocol === "grpc" ? "grpc" : "http";
    const address = endpoints[protocol];
    if (!address) {
        throw userError(
            `TracedApp "${name}": otlp.${key} is missing, and this app sends its spans by ${protocol}. ` +
                "Give its address, e.g. http://collector:4318.",
        );
    }
    const problem = otlpAddressProblem(address);
    if (problem) {
        throw userError(`TracedApp "${name}": otlp.${key}: got ${shown(address)}, ${problem}`);
    }
}

// What a TracedApp is told.
import * as pulumi from "@pulumi/pulumi";

import { IngressEndpoint } from "../ingress/contract";
import { KubernetesArgs, PlatformKind, Reach } from "../platform";
import { OtlpEndpoint } from "../tracing/contract";

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
    /**
     * Seconds within which a run must have ended, its image being pulled included, from 5 to 86400; after them the release
     * has failed. @default 600
     */
    timeout?: number;
}

/** How requests come to the app. */
export interface AppRouteArgs {
    /** The host that the request names, e.g. `shop.example.org`. @default any */
    host?: string;
    /** What the path starts with, e.g. `/shop`. @default any */
    pathPrefix?: string;
    /** Whether the ingress traces requests on this route. @default true */
    traced?: boolean;
    /**
     * Seconds that the app keeps an idle connection open, at least 2. The ingress closes it earlier, so that no request
     * meets a connection that the app is about to close. gunicorn is told with the Django preset; another server must be
     * set to at least this. @default 75 with the Django preset, else 5
     */
    keepAlive?: number;
}

/** What only a Kubernetes cluster has, for {@link TracedAppArgs}. */
export interface TracedAppKubernetesArgs extends KubernetesArgs {
    /** Up to how many instances run when they have much to do. @default as many as `replicas` */
    maxReplicas?: number;
}

/** The arguments of a TracedApp. */
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
    /**
     * Seconds within which an instance must be ready, from 5 to 3600; after them the release has failed, and the instances
     * before it go on. @default 120
     */
    readyTimeout?: number;
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
    otlp: pulumi.Input<OtlpEndpoint>;
    /**
     * Whether the app sends the endpoint's `headers`. They reach it as a secret variable, so that `command` is required.
     * To be said when `otlp` as a whole is known only later. @default whether `otlp` has any
     */
    otlpHeaders?: boolean;
    /**
     * Whether the app gets the endpoint's `ca`, as a file. To be said when `otlp` as a whole is known only later.
     * @default whether `otlp` has any
     */
    otlpCa?: boolean;
    /** How requests come to it. @default none */
    route?: AppRouteArgs;
    /** The ingress that the route is declared at; required with `route`. */
    ingress?: pulumi.Input<IngressEndpoint>;
    /**
     * The share of the traces that are kept of those which it begins itself, from 0 to 1: all that come by an ingress
     * that does not trace. @default 1
     */
    sampleRate?: number;
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
    /** How it and its tasks get to what they call besides, such as a database. @default nothing */
    calls?: pulumi.Input<Reach>[];
    /** Docker: names of existing networks to join. */
    joins?: pulumi.Input<string>[];
    /** Whether it may call anything outside. @default false */
    egress?: boolean;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Kubernetes cluster has. */
    kubernetes?: TracedAppKubernetesArgs;
}

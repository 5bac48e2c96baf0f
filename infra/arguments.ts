// From settings to the arguments of the components: what they share keeps its name.
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import {
    EnvironmentAppArgs,
    EnvironmentStorageArgs,
    EnvironmentTracingArgs,
    TracedEnvironmentArgs,
} from "../components/environment/tracedEnvironment";
import { IngressTlsArgs, JaegerUiRouteArgs } from "../components/ingress/arguments";
import { DATABASE_VARIABLE } from "./appChecks";
import { Database, DatabaseArgs } from "./database";
import { AppSettings, DEFAULTS, IngressSettings, Settings } from "./settings";

/** The arguments of the environment, but for its apps. */
export function environmentArgs(
    settings: Settings,
    namespace: pulumi.Output<string> | undefined,
): Omit<TracedEnvironmentArgs, "apps"> {
    const { environmentId, environmentName, storage, tracing, ingress, canary, alerts, docker, kubernetes } = settings;
    const { registry, elasticsearch, jaeger, traefik } = settings.images ?? {};
    return {
        platform: settings.platform ?? DEFAULTS.platform,
        environmentId,
        environmentName,
        images: { registry, elasticsearch, jaeger, traefik },
        storage: storage && storageArgs(storage),
        tracing: tracing && tracingArgs(tracing),
        ingress: ingress?.external ? { external: ingress.external, sampleRate: ingress.sampleRate } : {
            ...ingress,
            port: ingress?.port ?? DEFAULTS.port,
            tls: ingress?.tls && tlsArgs(ingress.tls),
            ...(tracing?.external ? {} : { jaegerUiPort: ingress?.jaegerUiPort ?? DEFAULTS.jaegerUiPort }),
            jaegerUiRoute: ingress?.jaegerUiRoute && uiRouteArgs(ingress.jaegerUiRoute),
            sampleRate: ingress?.sampleRate ?? DEFAULTS.sampleRate,
        },
        canary,
        alerts,
        docker,
        ...(namespace
            ? {
                  kubernetes: {
                      ...clusterArgs(settings, namespace),
                      storageClass: kubernetes?.storageClass,
                      serviceType: kubernetes?.serviceType,
                  },
              }
            : {}),
    };
}

/** What all parts of a cluster are given. */
function clusterArgs({ kubernetes }: Settings, namespace: pulumi.Output<string>) {
    const { dns, imagePullSecrets, metricsPeers } = kubernetes ?? {};
    return { namespace, dns, imagePullSecrets, metricsPeers };
}

/** The arguments of the storage; passwords of a server that exists already are secrets. */
function storageArgs(storage: NonNullable<Settings["storage"]>): EnvironmentStorageArgs {
    const { external, ...own } = storage;
    const secretLogin = ({ user, password }: { user: string; password: string }) => ({
        user,
        password: pulumi.secret(password),
    });
    return external === undefined
        ? own
        : {
              ...own,
              external: {
                  ...external,
                  ...(external.writer ? { writer: secretLogin(external.writer) } : {}),
                  ...(external.reader ? { reader: secretLogin(external.reader) } : {}),
                  ...(external.maintainer ? { maintainer: secretLogin(external.maintainer) } : {}),
              },
          };
}

/** The arguments of tracing; the headers of an endpoint that exists already are secrets. */
function tracingArgs(tracing: NonNullable<Settings["tracing"]>): EnvironmentTracingArgs {
    const { external, ...own } = tracing;
    if (external === undefined) {
        return own;
    }
    const headers = Object.entries(external.headers ?? {}).map(([name, value]) => [name, pulumi.secret(value)]);
    return {
        ...own,
        external: { ...external, ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}) },
    };
}

/** TLS, with the private key as a secret. */
function tlsArgs({ key, port, certificate }: NonNullable<IngressSettings["tls"]>): IngressTlsArgs {
    return {
        port: port ?? DEFAULTS.tlsPort,
        certificate,
        key: key === undefined ? undefined : pulumi.secret(key),
    };
}

/** The route to Jaeger's UI, with the hashes of passwords as secrets. */
function uiRouteArgs({
    users,
    ...same
}: NonNullable<IngressSettings["jaegerUiRoute"]>): JaegerUiRouteArgs {
    return {
        ...same,
        users:
            users &&
            Object.fromEntries(Object.entries(users).map(([name, hash]) => [name, pulumi.secret(hash)])),
    };
}

/** The arguments of one database. */
export function databaseArgs(
    name: string,
    settings: Settings,
    namespace: pulumi.Output<string> | undefined,
): DatabaseArgs {
    const { platform = DEFAULTS.platform, environmentId, images } = settings;
    const { kubernetes, ...same } = settings.databases?.[name] ?? {};
    const storageClass = settings.kubernetes?.storageClass;
    return {
        ...same,
        ...(namespace
            ? {
                  size: kubernetes?.size,
                  kubernetes: { ...clusterArgs(settings, namespace), cpu: kubernetes?.cpu, storageClass },
              }
            : {}),
        ...images?.postgres,
        registry: images?.registry,
        platform,
        environmentId,
        database: name,
    };
}

/** The arguments of one app, with its secrets and its database's address and network. */
export function appArgs(name: string, app: AppSettings, database: Database | undefined): EnvironmentAppArgs {
    const {
        build: _build,
        generateSecrets,
        database: _database,
        secretEnvironment,
        image,
        joins,
        ...same
    } = app;
    const secrets: Record<string, pulumi.Output<string>> = {};
    for (const [variable, value] of Object.entries(secretEnvironment ?? {})) {
        secrets[variable] = pulumi.secret(value);
    }
    for (const variable of generateSecrets ?? []) {
        secrets[variable] = new random.RandomPassword(`${name}-${variable}`, {
            length: 50,
            special: false,
        }).result;
    }
    if (database) {
        secrets[DATABASE_VARIABLE] = database.url;
    }
    return {
        ...same,
        image: image as string,
        healthPath: app.healthPath ?? DEFAULTS.healthPath,
        secretEnvironment: secrets,
        calls: database ? [database.reach] : [],
        joins,
    };
}

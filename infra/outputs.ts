// What the stack says about itself: versions, and what a verification needs to know. No credentials.
import * as pulumi from "@pulumi/pulumi";

import { TracedEnvironment } from "../components/environment/tracedEnvironment";
import { fingerprintOf } from "../components/ingress/certificate";
import { ENTRY_POINTS } from "../components/ingress/configuration";
import { Reach } from "../components/platform";
import { ImageName, resolveImage } from "../components/support/versions";
import { clusterAddress } from "./providers";
import { DEFAULTS, Settings } from "./settings";

/** The version of each part that runs. */
export function partVersions(settings: Settings): Record<string, string> {
    const hasDatabases = Object.keys(settings.databases ?? {}).length > 0;
    const storage = settings.storage?.external;
    const traces = settings.tracing?.external === undefined;
    const parts: ImageName[] = [
        ...(traces && storage === undefined ? (["elasticsearch"] as const) : []),
        ...(traces ? (["jaeger"] as const) : []),
        ...(settings.ingress?.external ? [] : (["traefik"] as const)),
        ...(hasDatabases ? (["postgres"] as const) : []),
    ];
    return {
        ...Object.fromEntries(
            parts.map((part) => [part, resolveImage(part, settings.images?.[part]).version]),
        ),
        // What exists already has the version that was told of it.
        ...(storage ? { [storage.engine ?? "elasticsearch"]: storage.version } : {}),
    };
}

/** The labels of pods as the API wants them in a request. */
function selectorOf({ reach }: { reach?: pulumi.Input<Reach> }): pulumi.Output<string> {
    return pulumi.output(reach).apply(({ podLabels: labels = {} } = {}) =>
        Object.keys(labels)
            .sort()
            .map((key) => `${key}=${labels[key]}`)
            .join(","),
    );
}

/** How the pods of the ingress are found in the cluster, and the ports that they listen on. */
function clusterTarget(settings: Settings, { ingress, query }: TracedEnvironment, namespace: pulumi.Output<string>) {
    if (settings.ingress?.external) {
        return {
            ...clusterAddress(settings),
            namespace,
            /** Without an ingress of ours Jaeger is asked itself. */
            ...(query ? { jaeger: { selector: selectorOf(query), port: pulumi.output(query.reach).apply((reach) => reach?.port) } } : {}),
        };
    }
    return {
        ...clusterAddress(settings),
        namespace,
        ingress: {
            selector: selectorOf(ingress),
            ports: {
                requests: ENTRY_POINTS.web.port,
                ...(settings.ingress?.tls ? { requestsTls: ENTRY_POINTS.websecure.port } : {}),
                jaeger: ENTRY_POINTS.jaeger.port,
            },
        },
    };
}

/** What `verify` asks for, and what it expects to find in the traces. */
export function probeTargets(
    settings: Settings,
    environment: TracedEnvironment,
    namespace: pulumi.Output<string> | undefined,
) {
    const apps = Object.entries(settings.apps ?? {})
        .filter(([, { route }]) => route !== undefined)
        .map(([name, { route, healthPath, replicas, preset, database }]) => ({
            /** The service's name in traces. */
            service: name,
            host: route?.host,
            pathPrefix: route?.pathPrefix ?? "/",
            traced: route?.traced ?? true,
            healthPath: healthPath ?? DEFAULTS.healthPath,
            replicas: replicas ?? 1,
            preset: preset ?? "none",
            /** Whether its pages are expected to use one. */
            database: database !== undefined,
        }));
    const certificate = settings.ingress?.tls?.certificate;
    return {
        ingress: {
            service: "ingress",
            url: environment.ingress.url,
            /** Whether it is a controller that exists already: it has no spans, traces begin at the apps. */
            ...(settings.ingress?.external ? { external: true } : {}),
            /** By this the certificate that is served is recognized; there is none for a self-signed one. */
            ...(certificate === undefined ? {} : { certificate: fingerprintOf(certificate) }),
        },
        ...(settings.tracing?.external
            ? { tracesAt: environment.otlp.http }
            : {
                  ...(settings.ingress?.external ? {} : { jaegerUrl: environment.jaegerUiUrl }),
                  jaegerVersion: resolveImage("jaeger", settings.images?.jaeger).version,
              }),
        sampleRate: settings.ingress?.sampleRate ?? DEFAULTS.sampleRate,
        /** By these labels the containers are found. */
        partOf: `${pulumi.getProject()}-${pulumi.getStack()}`,
        environmentId: settings.environmentId,
        ...(namespace ? { cluster: clusterTarget(settings, environment, namespace) } : {}),
        apps,
    };
}

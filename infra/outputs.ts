// What the stack says about itself: versions, and what a verification needs to know. No credentials.
import * as pulumi from "@pulumi/pulumi";

import { TracedEnvironment } from "../components/environment/tracedEnvironment";
import { fingerprintOf } from "../components/ingress/certificate";
import { ImageName, resolveImage } from "../components/support/versions";
import { DEFAULTS, Settings } from "./settings";

/** The version of each part that runs. */
export function partVersions(settings: Settings): Record<string, string> {
    const hasDatabases = Object.keys(settings.databases ?? {}).length > 0;
    const storage = settings.storage?.external;
    const traces = settings.tracing?.external === undefined;
    const parts: ImageName[] = [
        ...(traces && storage === undefined ? (["elasticsearch"] as const) : []),
        ...(traces ? (["jaeger"] as const) : []),
        "traefik",
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

/** What `verify` asks for, and what it expects to find in the traces. */
export function probeTargets(settings: Settings, environment: TracedEnvironment) {
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
            /** By this the certificate that is served is recognized; there is none for a self-signed one. */
            ...(certificate === undefined ? {} : { certificate: fingerprintOf(certificate) }),
        },
        ...(settings.tracing?.external
            ? { tracesAt: environment.otlp.http }
            : {
                  jaegerUrl: environment.jaegerUiUrl,
                  jaegerVersion: resolveImage("jaeger", settings.images?.jaeger).version,
              }),
        sampleRate: settings.ingress?.sampleRate ?? DEFAULTS.sampleRate,
        /** By these labels the containers are found. */
        partOf: `${pulumi.getProject()}-${pulumi.getStack()}`,
        environmentId: settings.environmentId,
        apps,
    };
}

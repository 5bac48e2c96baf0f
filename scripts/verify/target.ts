// What is verified: read from the stack's outputs, in one place.
import { z } from "zod";

import { EnvironmentCluster } from "../runtime";
import { Membership } from "../stack/membership";
import { Address, KnownCertificate, LocalSocket, addressOf } from "./http";

/** One app that requests go to. */
export interface TargetApp {
    /** `service.name` in its traces. */
    service: string;
    /** The page to request, as a browser would. */
    url: URL;
    /** Where the ingress really listens: the URL's host need not resolve. */
    connectTo: Address | LocalSocket;
    /** How many instances must be seen. */
    replicas: number;
    /** Whether the page uses the database, so that its span must be there. */
    database: boolean;
    /** Whether the ingress traces this route. */
    traced: boolean;
}

/** What is verified. */
export interface VerifyTarget {
    /** The environment's name. */
    environment: string;
    apps: TargetApp[];
    /** The ingress's service name in traces; of one that exists already, what sentences call it. */
    ingressService: string;
    /** Whether the ingress is one that exists already, which is not traced: traces start at the app. */
    startsAtApp: boolean;
    /** What is known of the ingress's certificate; undefined without TLS. */
    certificate: KnownCertificate | undefined;
    /** The base address of Jaeger's query API; undefined when traces are kept elsewhere and can't be read. */
    jaegerUrl: string | undefined;
    /** Where it really listens, when that is not what the address says. */
    jaegerConnectTo?: Address | LocalSocket;
    /** Where spans are sent, when they can't be read. */
    tracesAt: string | undefined;
    /** The ingress's share of traced requests, from 0 to 1. */
    sampleRate: number;
    /** What the labels of its instances say; logs are read when it is given. */
    members: Membership | undefined;
    /** The cluster that it runs in, and how it is reached there; undefined on a Docker engine. */
    cluster: TargetCluster | undefined;
}

/** A cluster, and the pods in it that are reached through its API. */
export interface TargetCluster extends EnvironmentCluster {
    namespace: string;
    /** Our ingress, by the labels of its pods; undefined when requests come in by one that exists already. */
    ingress: { selector: string; ports: { requests: number; requestsTls?: number } } | undefined;
    /** Who answers Jaeger's query API; undefined when traces are kept elsewhere. */
    jaeger: { selector: string; port: number } | undefined;
}

const App = z.object({
    service: z.string().min(1),
    host: z.string().nullish(),
    pathPrefix: z.string().startsWith("/").nullish(),
    replicas: z.number().int().min(1).nullish(),
    database: z.boolean().nullish(),
    traced: z.boolean().nullish(),
});

const PodPort = z.number().int().min(1).max(65535);

const ClusterOutput = z.object({
    context: z.string().min(1),
    kubeconfig: z.string().min(1).nullish(),
    namespace: z.string().min(1),
    ingress: z.object({
        selector: z.string().min(1),
        ports: z.object({ requests: PodPort, requestsTls: PodPort.nullish(), jaeger: PodPort.nullish() }),
    }),
});

const Outputs = z.object({
    environmentName: z.string().min(1),
    probes: z.object({
        ingress: z.object({ service: z.string().min(1), url: z.url(), certificate: z.string().nullish(), external: z.boolean().nullish() }),
        jaegerUrl: z.url().nullish(),
        tracesAt: z.url().nullish(),
        sampleRate: z.number().min(0).max(1),
        partOf: z.string().nullish(),
        environmentId: z.string().nullish(),
        cluster: ClusterOutput.nullish(),
        apps: z.array(App),
    }),
});

/** Wrong use: what was given, what is expected; the message is all that the user needs. */
export class TargetError extends Error {}

/** Any address of the host is reached on its loopback address. */
const ANY_ADDRESS: Record<string, string> = { "0.0.0.0": "127.0.0.1", "[::]": "::1" };

function listenAddress(ingress: URL): Address {
    const { address, port } = addressOf(ingress);
    return { address: ANY_ADDRESS[ingress.hostname] ?? address, port };
}

/** The target from a stack's outputs; throws a {@link TargetError} when they are not an environment's. */
export function targetOf(outputs: unknown): VerifyTarget {
    const parsed = Outputs.safeParse(outputs);
    if (!parsed.success) {
        const problems = parsed.error.issues.map(
            (issue) => `  - ${issue.path.join(".") || "outputs"}: ${issue.message}`,
        );
        throw new TargetError(
            "The stack's outputs are not those of an environment that is up:\n" +
                `${problems.join("\n")}\nMake it with "npm run up", or name another stack with --stack.`,
        );
    }
    const { environmentName, probes } = parsed.data;
    const ingress = new URL(probes.ingress.url);
    return {
        environment: environmentName,
        ingressService: probes.ingress.service,
        startsAtApp: probes.ingress.external ?? false,
        certificate:
            ingress.protocol === "https:" ? { fingerprint: probes.ingress.certificate ?? undefined } : undefined,
        jaegerUrl: probes.jaegerUrl ?? undefined,
        tracesAt: probes.tracesAt ?? undefined,
        sampleRate: probes.sampleRate,
        members: probes.partOf
            ? { partOf: probes.partOf, environmentId: probes.environmentId ?? undefined }
            : undefined,
        cluster: probes.cluster ? clusterOf(probes.cluster) : undefined,
        apps: probes.apps.map((app) => {
            const host = app.host ? `${app.host}${ingress.port ? `:${ingress.port}` : ""}` : ingress.host;
            return {
                service: app.service,
                url: new URL(app.pathPrefix ?? "/", `${ingress.protocol}//${host}`),
                connectTo: listenAddress(ingress),
                replicas: app.replicas ?? 1,
                database: app.database ?? false,
                traced: app.traced ?? true,
            };
        }),
    };
}

function clusterOf({ context, kubeconfig, namespace, ingress }: z.infer<typeof ClusterOutput>): TargetCluster {
    const { requests, requestsTls, jaeger } = ingress.ports;
    return {
        context,
        kubeconfig: kubeconfig ?? undefined,
        namespace,
        ingress: { selector: ingress.selector, ports: { requests, requestsTls: requestsTls ?? undefined } },
        jaeger: jaeger ? { selector: ingress.selector, port: jaeger } : undefined,
    };
}

/** What is checked of the ingress's certificate, and what is not; undefined without TLS. */
export function certificateNote({ certificate, ingressService }: VerifyTarget): string | undefined {
    if (certificate === undefined) {
        return undefined;
    }
    return certificate.fingerprint === undefined
        ? `the certificate of ${ingressService} is self-signed: it is not checked`
        : `the certificate of ${ingressService} must be that of the settings; whether clients trust it is not checked`;
}

/** Where traces start when that is not at the ingress; undefined when it is. */
export function startNote({ startsAtApp, ingressService, sampleRate }: VerifyTarget): string | undefined {
    return startsAtApp
        ? `Traces start at the app: ${ingressService} exists already and is not traced. Each app samples ` +
              `${sampleRate * 100} % of the requests that come undecided.`
        : undefined;
}

/** What of a target is requested, as the user chose. */
export interface Choice {
    /** Only this app. */
    app: string | undefined;
    /** Another page of it, with a query if needed. */
    path: string | undefined;
    /** Whether a database span must be there. */
    database: boolean | undefined;
}

/** The target narrowed to the user's choice; throws a {@link TargetError} for an app that is not there. */
export function narrowed(target: VerifyTarget, { app, path, database }: Choice): VerifyTarget {
    const names = target.apps.map(({ service }) => service);
    if (names.length === 0) {
        throw new TargetError(
            `No app of environment "${target.environment}" has a route: there is nothing to request.`,
        );
    }
    if (app !== undefined && !names.includes(app)) {
        throw new TargetError(`There is no app "${app}" with a route; there is ${names.join(", ")}.`);
    }
    if (path !== undefined && !path.startsWith("/")) {
        throw new TargetError(
            `--path: got "${path}", expected a path that starts with "/", such as "/orders/".`,
        );
    }
    return {
        ...target,
        apps: target.apps
            .filter(({ service }) => app === undefined || service === app)
            .map((each) => ({
                ...each,
                url: path === undefined ? each.url : new URL(each.url.origin + path),
                database: database ?? each.database,
            })),
    };
}

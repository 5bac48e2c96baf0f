// What a TraefikIngress is told.
import * as pulumi from "@pulumi/pulumi";

import { KubernetesArgs, PlatformKind, ServiceType } from "../platform";
import { OtlpEndpoint, QueryEndpoint } from "../tracing/contract";

/**
 * A route to Jaeger's UI, only with authentication: exactly one of `users` and `forwardAuth`. It is not traced, and what
 * proves who somebody is (the headers `Authorization` and `Cookie`) does not reach Jaeger.
 */
export interface JaegerUiRouteArgs {
    /** The host that the request names, e.g. `traces.example.org`; no app's. */
    host: string;
    /**
     * The bcrypt hash of each user's password, by the user's name; a secret. Made by `htpasswd -nB -C 12 <user>`: what
     * stands after the colon. The cost is from 10 to 14.
     */
    users?: { [key: string]: pulumi.Input<string> };
    /**
     * The address of a server that decides, e.g. `http://oauth2-proxy:4180/oauth2/auth`: a request passes when it answers
     * below 300, else its answer goes to the client (https://doc.traefik.io/traefik/middlewares/http/forwardauth/).
     * The ingress must reach it: somewhere outside, or an app with a route.
     */
    forwardAuth?: pulumi.Input<string>;
}

/**
 * TLS from version 1.2 on, on an entry point of its own. Routes are bound to it, and the one without TLS redirects to
 * it.
 */
export interface IngressTlsArgs {
    /** The port on the host. @default 8443 */
    port?: number;
    /**
     * The certificate as PEM, and after it those between it and its authority; with `key`. Traefik takes a changed one up
     * without a restart. @default one that Traefik makes and signs itself, for development: no client trusts it
     */
    certificate?: pulumi.Input<string>;
    /** The certificate's private key as PEM, without passphrase: RSA, ECDSA or Ed25519; a secret. */
    key?: pulumi.Input<string>;
}

/** Jaeger's UI on an entry point of its own, without authentication and therefore on the loopback address only. */
export interface JaegerUiArgs {
    /** Where traces are read. */
    query: pulumi.Input<QueryEndpoint>;
    /** The port on the host's loopback address. @default 16686 */
    port?: number;
    /** A route to it besides, for people elsewhere. @default none */
    route?: JaegerUiRouteArgs;
}

/** What only a Docker engine has, for {@link TraefikIngress}. */
export interface TraefikIngressDockerArgs {
    /** The subnet of the network that routed apps join, e.g. `10.210.0.192/26`. @default chosen by the engine */
    subnet?: string;
}

/** What only a Kubernetes cluster has, for {@link TraefikIngress}. */
export interface TraefikIngressKubernetesArgs extends KubernetesArgs {
    /** How it is reached from outside of the cluster. @default LoadBalancer */
    serviceType?: ServiceType;
    /** Up to how many instances run when they have much to do. @default as many as `replicas` */
    maxReplicas?: number;
}

/** The arguments of {@link TraefikIngress}. */
export interface TraefikIngressArgs {
    /** Where it runs. @default docker */
    platform?: PlatformKind;
    /** Tells two clones of the same project and stack apart on one host. @default none */
    environmentId?: string;
    /** Where it sends its spans. */
    otlp: pulumi.Input<OtlpEndpoint>;
    /**
     * Whether it sends the endpoint's `headers`: its configuration is then a secret file. To be said when `otlp` as a
     * whole is known only later. @default whether `otlp` has any
     */
    otlpHeaders?: boolean;
    /** Traefik's version, at least 3.6.8. @default 3.7.15 */
    version?: string;
    /** A whole image reference, when it is not the vendor's of that version. */
    image?: string;
    /** The registry that mirrors the vendors' registries. @default docker.io */
    registry?: string;
    /**
     * The memory limit, e.g. `256MiB`. At least 64MiB. Traefik uses what it has to collect garbage less often
     * (`GOGC=400`), up to four fifths of it (`GOMEMLIMIT`).
     *
     * @default 128MiB
     */
    memory?: string;
    /** How many instances run; one on Docker. @default 1 */
    replicas?: number;
    /** Docker: the address of the host that it is published on. @default 127.0.0.1 */
    address?: string;
    /** The port on the host, or of the Service. @default 8080 */
    port?: number;
    /** TLS. @default none */
    tls?: IngressTlsArgs;
    /** The service name of the ingress in traces. @default ingress */
    serviceName?: string;
    /** The share of requests that are traced when the caller has not decided, from 0 to 1. @default 1 */
    sampleRate?: number;
    /** The environment's name in traces: `deployment.environment.name`. @default the stack's name */
    environmentName?: string;
    /** Jaeger's UI on an entry point of its own. @default none */
    jaegerUi?: JaegerUiArgs;
    /** Labels on everything that is made. */
    labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** What only a Docker engine has. */
    docker?: TraefikIngressDockerArgs;
    /** What only a Kubernetes cluster has. */
    kubernetes?: TraefikIngressKubernetesArgs;
}

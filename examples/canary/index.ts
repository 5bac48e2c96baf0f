// A canary alone: it asks again and again whether requests through the ingress of an environment become whole traces.
import * as pulumi from "@pulumi/pulumi";

import {
    CanaryRouteArgs,
    EnvironmentImagesArgs,
    PlatformKind,
    TraceCanary,
    TracedEnvironmentReference,
} from "../../components";

const config = new pulumi.Config();
const platform = config.get<PlatformKind>("platform") ?? PlatformKind.Docker;

// Where its image comes from; without this setting from the vendor.
const { registry, jaeger } = config.getObject<EnvironmentImagesArgs>("images") ?? {};

// The environment's stack, e.g. organization/traced-environment/dev, on the same Docker engine or in the same cluster.
const environment = new TracedEnvironmentReference("environment", {
    stack: config.require("environment"),
    needs: ["ingress", "query"],
});

// A first run that succeeds is part of `pulumi up`.
new TraceCanary("canary", {
    platform,
    registry,
    ...jaeger,
    // Both are there, for they are needed.
    ingress: environment.ingress!,
    query: environment.query!,
    // Each by its service's name in traces, e.g. `[{ service: shop, host: shop.example.org }]`.
    routes: config.requireObject<CanaryRouteArgs[]>("routes"),
    interval: config.get("interval"),
    // In a cluster it has a namespace of its own, which is there already.
    ...(platform === PlatformKind.Kubernetes ? { kubernetes: { namespace: config.require("namespace") } } : {}),
});

// A route at a controller of the cluster: an Ingress of its class, or an HTTPRoute of its Gateway.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { ControllerRoute, GatewayArgs, Scope } from "../workload";
import { metadata, nameOf } from "./metadata";
import { NOT_AWAITED } from "./service";

/** Where an Ingress sends requests. */
function ingressSpec({ host, pathPrefix = "/", controller, backend }: ControllerRoute, service: string) {
    return {
        ingressClassName: controller.ingressClass,
        ...(controller.tlsSecret ? { tls: [{ ...(host ? { hosts: [host] } : {}), secretName: controller.tlsSecret }] } : {}),
        rules: [
            {
                ...(host ? { host } : {}),
                http: {
                    paths: [
                        {
                            path: pathPrefix,
                            pathType: "Prefix",
                            backend: { service: { name: service, port: { number: backend.port } } },
                        },
                    ],
                },
            },
        ],
    };
}

/** Where an HTTPRoute sends requests. */
function httpRouteSpec({ host, pathPrefix = "/", backend }: ControllerRoute, gateway: GatewayArgs, service: string) {
    return {
        parentRefs: [
            {
                name: gateway.name,
                ...(gateway.namespace ? { namespace: gateway.namespace } : {}),
                ...(gateway.listener ? { sectionName: gateway.listener } : {}),
            },
        ],
        ...(host ? { hostnames: [host] } : {}),
        rules: [
            {
                matches: [{ path: { type: "PathPrefix", value: pathPrefix } }],
                backendRefs: [{ name: service, port: backend.port }],
            },
        ],
    };
}

/** Declares the route. Whether the controller took it up is seen by requests alone: not every one says so. */
export function declareRoute(route: ControllerRoute, scope: Scope): pulumi.Resource {
    const { controller, backend, labels } = route;
    const service = nameOf(backend, scope);
    const common = {
        metadata: metadata({ name: backend.name, role: "route", labels }, scope, {
            name: service,
            annotations: { ...NOT_AWAITED, ...controller.annotations },
        }),
    };
    const options = { parent: scope.parent };
    return controller.gateway
        ? new kubernetes.apiextensions.CustomResource(
              route.name,
              {
                  apiVersion: "gateway.networking.k8s.io/v1",
                  kind: "HTTPRoute",
                  ...common,
                  spec: httpRouteSpec(route, controller.gateway, service),
              },
              options,
          )
        : new kubernetes.networking.v1.Ingress(route.name, { ...common, spec: ingressSpec(route, service) }, options);
}

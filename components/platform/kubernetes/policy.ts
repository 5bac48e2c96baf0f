// Who may reach whom: each process denies all that nobody admits, and callers admit themselves where they call.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { joinName } from "../../support/names";
import { KnownReach, usableReach } from "../peers";
import { ClusterDnsArgs, PlatformKind, Process, Scope } from "../workload";
import { metadata, nameOf, namespaceOf, selectorOf, unlessEmpty } from "./metadata";

type PolicyPeer = kubernetes.types.input.networking.v1.NetworkPolicyPeer;
type Port = kubernetes.types.input.networking.v1.NetworkPolicyPort;
type EgressRule = kubernetes.types.input.networking.v1.NetworkPolicyEgressRule;
type IngressRule = kubernetes.types.input.networking.v1.NetworkPolicyIngressRule;

/** The label that each namespace has by itself. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** Some pods of a namespace; all when no labels are given. */
function pods(namespace: string, labels: Record<string, string> | undefined): PolicyPeer {
    return {
        namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: namespace } },
        ...(labels ? { podSelector: { matchLabels: labels } } : {}),
    };
}

function tcp(ports: readonly number[]): Port[] {
    return [...ports].sort((a, b) => a - b).map((port) => ({ protocol: "TCP", port }));
}

function portsOf({ ports, port }: KnownReach): Port[] {
    return tcp(ports ?? (port === undefined ? [] : [port]));
}

/** To whoever answers names. */
export function dnsRule(dns: ClusterDnsArgs = {}): EgressRule {
    const { namespace = "kube-system", podLabels = { "k8s-app": "kube-dns" }, port = 53, addresses = [] } = dns;
    return {
        to: [pods(namespace, podLabels), ...addresses.map((cidr) => ({ ipBlock: { cidr } }))],
        ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port })),
    };
}

/** To what is called, which is inside. */
function callRule(reach: KnownReach): EgressRule {
    return { to: [pods(reach.namespace as string, reach.podLabels)], ports: portsOf(reach) };
}

/** What of a process is let in besides those who admit themselves. */
export interface Admission {
    /** Ports that anybody may open. */
    published?: readonly number[];
    /** The ports that those of `calledBy` may open. */
    ports?: readonly number[];
    /** The port that those may open who scrape metrics. */
    metrics?: number;
    /** Whether its pods call one another, on any port. */
    peers?: boolean;
    /** Whether it has a way out besides what it says it calls. */
    wayOut?: boolean;
}

/** Who scrapes metrics comes to their port alone. */
function metricsRules(metrics: number | undefined, scope: Scope): IngressRule[] {
    const from = (scope.kubernetes?.metricsPeers ?? []).map(({ namespace, podLabels }) => pods(namespace, podLabels));
    return metrics === undefined || from.length === 0 ? [] : [{ from, ports: tcp([metrics]) }];
}

function ownRules(process: Process, { published = [], ports = [], metrics, peers }: Admission, scope: Scope) {
    const ofPeers: IngressRule[] = peers ? [{ from: [{ podSelector: { matchLabels: selectorOf(process, scope) } }] }] : [];
    const ofAnybody: IngressRule[] = published.length > 0 ? [{ ports: tcp(published) }] : [];
    const calledBy = (process.calledBy ?? []).map((caller) => usableReach(process, caller, PlatformKind.Kubernetes, true));
    return pulumi.all(calledBy).apply((callers) => [
        ...ofAnybody,
        ...ofPeers,
        ...metricsRules(metrics, scope),
        ...callers
            .filter(({ namespace }) => namespace !== undefined)
            .map(({ namespace, podLabels }) => ({ from: [pods(namespace as string, podLabels)], ports: tcp(ports) })),
    ]);
}

function egressRules(
    process: Process,
    calls: pulumi.Output<KnownReach>[],
    { peers }: Admission,
    scope: Scope,
): pulumi.Output<EgressRule[]> {
    const toPeers: EgressRule[] = peers ? [{ to: [{ podSelector: { matchLabels: selectorOf(process, scope) } }] }] : [];
    return pulumi
        .all(calls)
        .apply((reaches) => [
            ...(reaches.length > 0 || peers ? [dnsRule(scope.kubernetes?.dns)] : []),
            ...toPeers,
            ...reaches.map(callRule),
        ]);
}

/**
 * The policies of a process: its own, and one at each of its callees.
 * The way out is closed where everything that it calls is known.
 */
export function networkPolicies(
    process: Process,
    admission: Admission,
    scope: Scope,
): kubernetes.networking.v1.NetworkPolicy[] {
    const { parent } = scope;
    const name = nameOf(process, scope);
    const podSelector = { matchLabels: selectorOf(process, scope) };
    const open = admission.wayOut === true || process.egress === true;
    const calls = (process.calls ?? []).map((call) => usableReach(process, call, PlatformKind.Kubernetes, open));
    const own = new kubernetes.networking.v1.NetworkPolicy(
        `${process.name}-policy`,
        {
            metadata: metadata(process, scope, { name }),
            spec: {
                podSelector,
                policyTypes: ["Ingress", ...(open ? [] : ["Egress"])],
                ingress: ownRules(process, admission, scope).apply(unlessEmpty),
                ...(open ? {} : { egress: egressRules(process, calls, admission, scope).apply(unlessEmpty) }),
            },
        },
        { parent },
    );
    const namespace = namespaceOf(process, scope);
    const atCallees = calls.map((call, index) => {
        const admitted = pulumi.all([call, namespace]).apply(([callee, ownNamespace]) => {
            // Who refuses nobody needs no policy: one that admits us would refuse all others. What decides that is known
            // only later, so then the policy says again what our own says.
            return callee.guarded && callee.namespace && callee.podLabels
                ? {
                      namespace: callee.namespace,
                      podSelector: { matchLabels: callee.podLabels },
                      ingress: [{ from: [pods(ownNamespace, podSelector.matchLabels)], ports: portsOf(callee) }],
                  }
                : { namespace: ownNamespace, podSelector, ingress: [] };
        });
        return new kubernetes.networking.v1.NetworkPolicy(
            `${process.name}-call-${index}`,
            {
                metadata: {
                    ...metadata(process, scope, { name: joinName([name, "call", String(index)]) }),
                    namespace: admitted.namespace,
                },
                spec: { podSelector: admitted.podSelector, policyTypes: ["Ingress"], ingress: admitted.ingress.apply(unlessEmpty) },
            },
            { parent },
        );
    });
    return [own, ...atCallees];
}

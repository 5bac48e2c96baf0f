// Who may reach whom: each process denies all that nobody admits, and callers admit themselves where they call.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { joinName } from "../../support/names";
import { ClusterDnsArgs, Process, ReachArgs, Scope } from "../workload";
import { metadata, nameOf, namespaceOf, selectorOf } from "./metadata";

type Peer = kubernetes.types.input.networking.v1.NetworkPolicyPeer;
type Port = kubernetes.types.input.networking.v1.NetworkPolicyPort;
type EgressRule = kubernetes.types.input.networking.v1.NetworkPolicyEgressRule;
type IngressRule = kubernetes.types.input.networking.v1.NetworkPolicyIngressRule;

/** A reach with its values. */
type KnownReach = pulumi.Unwrap<ReachArgs>;

/** The label that each namespace has by itself. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** Some pods of a namespace; all when no labels are given. */
function pods(namespace: string, labels: Record<string, string> | undefined): Peer {
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

/** To what is called; refused when that is outside and there is no way out. */
function callRule(process: Process, reach: KnownReach): EgressRule {
    if (!reach.namespace) {
        throw userError(
            `"${process.name}" can't reach what it calls: the contract has no "reach.namespace", and it has no way out. ` +
                'Give the namespace of the callee\'s pods, or set "egress: true".',
        );
    }
    return { to: [pods(reach.namespace, reach.podLabels)], ports: portsOf(reach) };
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
    return pulumi.all((process.calledBy ?? []).map((caller) => pulumi.output(caller))).apply((callers) => [
        ...ofAnybody,
        ...ofPeers,
        ...metricsRules(metrics, scope),
        ...callers
            .filter((caller) => (caller as KnownReach).namespace !== undefined)
            .map((caller) => {
                const { namespace, podLabels } = caller as KnownReach;
                return { from: [pods(namespace as string, podLabels)], ports: tcp(ports) };
            }),
    ]);
}

function egressRules(process: Process, { peers }: Admission, scope: Scope): pulumi.Output<EgressRule[]> {
    const calls = (process.calls ?? []).map((call) => pulumi.output(call));
    const toPeers: EgressRule[] = peers ? [{ to: [{ podSelector: { matchLabels: selectorOf(process, scope) } }] }] : [];
    return pulumi
        .all(calls)
        .apply((reaches) => [
            ...(reaches.length > 0 || peers ? [dnsRule(scope.kubernetes?.dns)] : []),
            ...toPeers,
            ...reaches.map((reach) => callRule(process, reach as KnownReach)),
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
    const open = admission.wayOut || process.egress;
    const own = new kubernetes.networking.v1.NetworkPolicy(
        `${process.name}-policy`,
        {
            metadata: metadata(process, scope, { name }),
            spec: {
                podSelector,
                policyTypes: ["Ingress", ...(open ? [] : ["Egress"])],
                ingress: ownRules(process, admission, scope),
                ...(open ? {} : { egress: egressRules(process, admission, scope) }),
            },
        },
        { parent },
    );
    const namespace = namespaceOf(process, scope);
    const atCallees = (process.calls ?? []).map((call, index) => {
        const admitted = pulumi.all([pulumi.output(call), namespace]).apply(([reach, ownNamespace]) => {
            const callee = reach as KnownReach;
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
                spec: { podSelector: admitted.podSelector, policyTypes: ["Ingress"], ingress: admitted.ingress },
            },
            { parent },
        );
    });
    return [own, ...atCallees];
}

// The rules of nftables that enforce the NetworkPolicies of a cluster with one node and IPv4.
//
// A pod that a policy selects gets a chain for each direction that the policy isolates: what one of its rules allows
// returns, the rest is dropped. Services are no concern: packets pass here with the addresses of pods.
import type {
    V1NetworkPolicy,
    V1NetworkPolicyIngressRule,
    V1NetworkPolicyPeer,
    V1NetworkPolicyPort,
    V1Pod,
} from "@kubernetes/client-node";

import { Labels, selects } from "./selectors";

/** The table; no other program's is touched. */
export const TABLE = "traced_environment_cluster";

/** What the cluster holds. */
export interface Cluster {
    pods: readonly V1Pod[];
    /** The labels of each namespace, by its name. */
    namespaces: ReadonlyMap<string, Labels>;
    policies: readonly V1NetworkPolicy[];
}

/** What removes the table, whether it is there or not. */
export const NO_RULES = `table ip ${TABLE} {}\ndelete table ip ${TABLE}\n`;

/** The whole table, as input of `nft -f -`, which replaces the one that is there in one step. */
export function policyRules(cluster: Cluster): string {
    const pods = cluster.pods.filter(hasOwnAddress).sort((a, b) => compare(address(a), address(b)));
    const policies = [...cluster.policies].sort((a, b) => compare(policyName(a), policyName(b)));
    const among: Cluster = { ...cluster, pods, policies };
    const isolated = pods.flatMap((pod) => DIRECTIONS.map((direction) => isolation(among, pod, direction)));
    const chains = isolated.flatMap((each) => (each ? [each] : []));
    const jumps = (direction: Direction) => {
        const entries = chains.filter((chain) => chain.direction === direction);
        const elements = entries.map((chain) => `${chain.address} : jump ${chain.name}`);
        return elements.length === 0 ? [] : [`ip ${OWN_SIDE[direction]} vmap { ${elements.join(", ")} }`];
    };
    return [
        NO_RULES.trimEnd(),
        `table ip ${TABLE} {`,
        ...chains.flatMap((chain) => block(`chain ${chain.name}`, [...chain.rules, "drop"])),
        ...block("chain forwarded", [
            "type filter hook forward priority filter - 5; policy accept;",
            ESTABLISHED,
            ...jumps("egress"),
            ...jumps("ingress"),
        ]),
        // To the node itself, such as to its API server. What the node sends to its pods is always allowed.
        ...block("chain to_node", [
            "type filter hook input priority filter - 5; policy accept;",
            ESTABLISHED,
            ...jumps("egress"),
        ]),
        "}",
        "",
    ].join("\n");
}

type Direction = "ingress" | "egress";
const DIRECTIONS: readonly Direction[] = ["egress", "ingress"];
/** Where a packet has the address of the isolated pod, and where that of its peer. */
const OWN_SIDE = { ingress: "daddr", egress: "saddr" } as const;
const PEER_SIDE = { ingress: "saddr", egress: "daddr" } as const;
const ESTABLISHED = "ct state established,related accept";

interface Chain {
    name: string;
    direction: Direction;
    address: string;
    rules: string[];
}

/** One rule of a policy, of either direction. */
interface Rule {
    peers: readonly V1NetworkPolicyPeer[];
    ports: readonly V1NetworkPolicyPort[];
}

/** The chain of a pod in a direction, or undefined when no policy isolates it there. */
function isolation(cluster: Cluster, pod: V1Pod, direction: Direction): Chain | undefined {
    const policies = cluster.policies.filter(
        (policy) =>
            policy.metadata?.namespace === pod.metadata?.namespace &&
            selects(policy.spec?.podSelector ?? {}, pod.metadata?.labels) &&
            isolates(policy, direction),
    );
    if (policies.length === 0) {
        return undefined;
    }
    const rules = policies.flatMap((policy) =>
        rulesOf(policy, direction).flatMap((rule) => allowed(cluster, pod, direction, rule)),
    );
    return {
        name: `${direction}_${address(pod).replaceAll(".", "_")}`,
        direction,
        address: address(pod),
        // A pod reaches itself, as it does through a Service of which it is an endpoint.
        rules: [...new Set([`ip ${PEER_SIDE[direction]} ${address(pod)} return`, ...rules])],
    };
}

function isolates({ spec }: V1NetworkPolicy, direction: Direction): boolean {
    const types = spec?.policyTypes;
    if (types === undefined || types.length === 0) {
        return direction === "ingress" || (spec?.egress ?? []).length > 0;
    }
    return types.some((type) => type.toLowerCase() === direction);
}

function rulesOf({ spec }: V1NetworkPolicy, direction: Direction): Rule[] {
    return direction === "ingress"
        ? (spec?.ingress ?? []).map((rule) => ({ peers: sources(rule), ports: rule.ports ?? [] }))
        : (spec?.egress ?? []).map((rule) => ({ peers: rule.to ?? [], ports: rule.ports ?? [] }));
}

// The client names the field otherwise, but in what its watches bring it has the API's own name.
function sources(rule: V1NetworkPolicyIngressRule & { from?: V1NetworkPolicyPeer[] }): V1NetworkPolicyPeer[] {
    return rule.from ?? rule._from ?? [];
}

/** What one rule lets through, as rules of nftables. */
function allowed(cluster: Cluster, pod: V1Pod, direction: Direction, { peers, ports }: Rule): string[] {
    const side = `ip ${PEER_SIDE[direction]}`;
    const blocks = peers.flatMap(({ ipBlock }) => (ipBlock && !ipBlock.cidr.includes(":") ? [ipBlock] : []));
    const everyone = peers.length === 0;
    const peerPods = everyone ? cluster.pods : cluster.pods.filter((each) => peers.some((peer) => means(cluster, pod, peer, each)));
    const from = [
        ...(everyone ? [""] : []),
        ...blocks.map(({ cidr, except = [] }) =>
            [`${side} ${cidr} `, ...except.map((each) => `${side} != ${each} `)].join(""),
        ),
        ...(everyone || peerPods.length === 0 ? [] : [`${side} ${set(peerPods.map(address))} `]),
    ];
    const numbered = ports.filter((port) => !isNamed(port));
    const named = ports.filter(isNamed);
    return [
        ...from.flatMap((match) =>
            ports.length === 0 ? [`${match}return`] : numbered.map((port) => `${match}${numberedPort(port)} return`),
        ),
        // The receiving pod gives a named port its number: the isolated one, or each that it may send to.
        ...(direction === "ingress"
            ? from.flatMap((match) => portsOf(pod, named).map((port) => `${match}${port} return`))
            : peerPods.flatMap((each) => portsOf(each, named).map((port) => `${side} ${address(each)} ${port} return`))),
    ];
}

/** Whether a peer, as seen by a pod, means another pod. */
function means(cluster: Cluster, pod: V1Pod, peer: V1NetworkPolicyPeer, other: V1Pod): boolean {
    if (peer.ipBlock) {
        return false;
    }
    const namespace = other.metadata?.namespace ?? "";
    const inNamespace = peer.namespaceSelector
        ? selects(peer.namespaceSelector, cluster.namespaces.get(namespace))
        : namespace === pod.metadata?.namespace;
    return inNamespace && selects(peer.podSelector ?? {}, other.metadata?.labels);
}

function isNamed({ port }: V1NetworkPolicyPort): boolean {
    return typeof port === "string";
}

function numberedPort({ protocol, port, endPort }: V1NetworkPolicyPort): string {
    const name = (protocol ?? "TCP").toLowerCase();
    if (port === undefined) {
        return `meta l4proto ${name}`;
    }
    return `${name} dport ${port}${endPort === undefined ? "" : `-${endPort}`}`;
}

/** The ports of a pod that have these names and protocols, as matches. */
function portsOf(pod: V1Pod, named: readonly V1NetworkPolicyPort[]): string[] {
    const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
    const declared = containers.flatMap((container) => container.ports ?? []);
    return named.flatMap(({ port, protocol = "TCP" }) =>
        declared
            .filter((each) => each.name === port && (each.protocol ?? "TCP") === protocol)
            .map((each) => `${protocol.toLowerCase()} dport ${each.containerPort}`),
    );
}

/** Whether a pod is on the pods' network now: one that has ended gave its address back. */
function hasOwnAddress(pod: V1Pod): boolean {
    return (
        pod.status?.podIP !== undefined &&
        pod.spec?.hostNetwork !== true &&
        !["Succeeded", "Failed"].includes(pod.status.phase ?? "")
    );
}

function address(pod: V1Pod): string {
    return pod.status!.podIP!;
}

function policyName({ metadata }: V1NetworkPolicy): string {
    return `${metadata?.namespace}/${metadata?.name}`;
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function set(elements: readonly string[]): string {
    return `{ ${elements.join(", ")} }`;
}

function block(head: string, lines: readonly string[]): string[] {
    return [`    ${head} {`, ...lines.map((line) => `        ${line}`), "    }"];
}

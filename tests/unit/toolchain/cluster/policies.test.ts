// The rules that enforce NetworkPolicies: what each field of a policy comes to.
import type { V1NetworkPolicy, V1NetworkPolicySpec, V1Pod } from "@kubernetes/client-node";

import { Cluster, policyRules } from "../../../../toolchain/cluster-controller/policies";

function pod(name: string, ip: string, further: Partial<V1Pod> & { labels?: Record<string, string> } = {}): V1Pod {
    const [namespace, own] = name.split("/");
    return {
        metadata: { namespace, name: own, labels: further.labels ?? { app: own } },
        spec: further.spec ?? { containers: [] },
        status: further.status ?? { podIP: ip, phase: "Running" },
    };
}

const WEB = pod("shop/web", "10.244.0.2", {
    spec: {
        containers: [
            {
                name: "web",
                ports: [
                    { name: "http", containerPort: 8080 },
                    { name: "dns", containerPort: 1053, protocol: "UDP" },
                ],
            },
        ],
    },
});
const STORAGE = pod("shop/storage", "10.244.0.3", {
    spec: { containers: [{ name: "storage", ports: [{ name: "http", containerPort: 9200 }] }] },
});
const CLIENT = pod("other/client", "10.244.0.4");
const PODS = [WEB, STORAGE, CLIENT];
const NAMESPACES = new Map([
    ["shop", { team: "a" }],
    ["other", { team: "b" }],
]);

function policy(spec: Partial<V1NetworkPolicySpec>, name = "shop/policy"): V1NetworkPolicy {
    const [namespace, own] = name.split("/");
    return {
        metadata: { namespace, name: own },
        spec: { podSelector: { matchLabels: { app: "web" } }, ...spec } as V1NetworkPolicySpec,
    };
}

function cluster(...policies: V1NetworkPolicy[]): Cluster {
    return { pods: PODS, namespaces: NAMESPACES, policies };
}

/** The rules of a chain; undefined when it is not there. */
function chain(rules: string, name: string): string[] | undefined {
    const block = new RegExp(`chain ${name} \\{\\n([^}]*(?:\\{[^}]*\\}[^}]*)*?)\\n    \\}`).exec(rules);
    return block?.[1].split("\n").map((line) => line.trim());
}

const SELF = "10.244.0.2";

/** What the chain of the pod `web` in a direction has besides what every chain has. */
function allowed(direction: "ingress" | "egress", ...policies: V1NetworkPolicy[]): string[] | undefined {
    const lines = chain(policyRules(cluster(...policies)), `${direction}_10_244_0_2`);
    expect(lines?.[0]).toBe(lines && `ip ${direction === "ingress" ? "saddr" : "daddr"} ${SELF} return`);
    expect(lines?.at(-1)).toBe(lines && "drop");
    return lines?.slice(1, -1);
}

const INGRESS: [string, Partial<V1NetworkPolicySpec>, string[]][] = [
    ["no rule lets nothing in", { ingress: [] }, []],
    ["a rule without fields lets all in", { ingress: [{}] }, ["return"]],
    [
        "pods of the same namespace by a label",
        { ingress: [{ _from: [{ podSelector: { matchLabels: { app: "storage" } } }] }] },
        ["ip saddr { 10.244.0.3 } return"],
    ],
    [
        "all pods of the same namespace",
        { ingress: [{ _from: [{ podSelector: {} }] }] },
        ["ip saddr { 10.244.0.2, 10.244.0.3 } return"],
    ],
    [
        "all pods of other namespaces by a label",
        { ingress: [{ _from: [{ namespaceSelector: { matchLabels: { team: "b" } } }] }] },
        ["ip saddr { 10.244.0.4 } return"],
    ],
    [
        "namespace and pod in one peer: both are wanted",
        {
            ingress: [
                {
                    _from: [
                        { namespaceSelector: { matchLabels: { team: "b" } }, podSelector: { matchLabels: { app: "web" } } },
                    ],
                },
            ],
        },
        [],
    ],
    [
        "several peers: one is enough",
        {
            ingress: [
                {
                    _from: [
                        { namespaceSelector: { matchLabels: { team: "b" } } },
                        { podSelector: { matchLabels: { app: "storage" } } },
                    ],
                },
            ],
        },
        ["ip saddr { 10.244.0.3, 10.244.0.4 } return"],
    ],
    [
        "expressions",
        {
            ingress: [
                {
                    _from: [
                        {
                            namespaceSelector: {},
                            podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web", "client"] }] },
                        },
                    ],
                },
            ],
        },
        ["ip saddr { 10.244.0.3 } return"],
    ],
    [
        "a block of addresses with exceptions",
        { ingress: [{ _from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.0/16"] } }] }] },
        ["ip saddr 10.0.0.0/8 ip saddr != 10.1.0.0/16 ip saddr != 10.2.0.0/16 return"],
    ],
    ["a block of IPv6 addresses means no peer here", { ingress: [{ _from: [{ ipBlock: { cidr: "fd00::/8" } }] }] }, []],
    [
        "ports by number, range, protocol and protocol alone",
        {
            ingress: [
                {
                    ports: [
                        { port: 80 },
                        { port: 8000, endPort: 8080 },
                        { port: 53, protocol: "UDP" },
                        { protocol: "SCTP" },
                    ],
                },
            ],
        },
        ["tcp dport 80 return", "tcp dport 8000-8080 return", "udp dport 53 return", "meta l4proto sctp return"],
    ],
    [
        "a port's name is that of the pod which receives, for its protocol",
        { ingress: [{ ports: [{ port: "http" }, { port: "dns" }, { port: "dns", protocol: "UDP" }] }] },
        ["tcp dport 8080 return", "udp dport 1053 return"],
    ],
    [
        "a port's name that the pod does not have lets nothing in",
        { ingress: [{ ports: [{ port: "metrics" }] }] },
        [],
    ],
    [
        "peers and ports: both are wanted",
        {
            ingress: [
                { _from: [{ podSelector: { matchLabels: { app: "storage" } } }], ports: [{ port: "http" }, { port: 81 }] },
            ],
        },
        ["ip saddr { 10.244.0.3 } tcp dport 81 return", "ip saddr { 10.244.0.3 } tcp dport 8080 return"],
    ],
];

describe("ingress", () => {
    test.each(INGRESS)("%s", (_, spec, expected) => {
        expect(allowed("ingress", policy(spec))).toEqual(expected);
    });
});

test("the peers of ingress have the API's name for them in what a watch brings", () => {
    const from = [{ ipBlock: { cidr: "192.0.2.0/24" } }];
    expect(allowed("ingress", policy({ ingress: [{ from } as object] }))).toEqual(["ip saddr 192.0.2.0/24 return"]);
});

const EGRESS: [string, Partial<V1NetworkPolicySpec>, string[]][] = [
    ["no rule lets nothing out", { egress: [] }, []],
    [
        "to pods, by the number of a port",
        { egress: [{ to: [{ podSelector: { matchLabels: { app: "storage" } } }], ports: [{ port: 9200 }] }] },
        ["ip daddr { 10.244.0.3 } tcp dport 9200 return"],
    ],
    [
        "to pods, by the name of a port: the number is that of each",
        { egress: [{ to: [{ podSelector: {} }], ports: [{ port: "http" }] }] },
        ["ip daddr 10.244.0.2 tcp dport 8080 return", "ip daddr 10.244.0.3 tcp dport 9200 return"],
    ],
    [
        "by the name of a port alone: every pod that has one",
        { egress: [{ ports: [{ port: "http" }] }] },
        ["ip daddr 10.244.0.2 tcp dport 8080 return", "ip daddr 10.244.0.3 tcp dport 9200 return"],
    ],
    [
        "a block of addresses",
        { egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: [{ port: 443 }] }] },
        ["ip daddr 192.0.2.0/24 tcp dport 443 return"],
    ],
];

describe("egress", () => {
    test.each(EGRESS)("%s", (_, spec, expected) => {
        expect(allowed("egress", policy({ policyTypes: ["Egress"], ...spec }))).toEqual(expected);
    });
});

describe("which directions a policy isolates", () => {
    test.each<[string, Partial<V1NetworkPolicySpec>, boolean, boolean]>([
        ["no types and no egress rules: ingress", {}, true, false],
        ["no types and egress rules: both", { egress: [{}] }, true, true],
        ["the types, whatever the rules", { policyTypes: ["Egress"], ingress: [{}] }, false, true],
        ["both types", { policyTypes: ["Ingress", "Egress"] }, true, true],
    ])("%s", (_, spec, ingress, egress) => {
        expect(allowed("ingress", policy(spec)) !== undefined).toBe(ingress);
        expect(allowed("egress", policy(spec)) !== undefined).toBe(egress);
    });
});

describe("which pods", () => {
    test("those that the selector selects in the policy's namespace, each by its address", () => {
        const rules = policyRules(cluster(policy({ podSelector: {} })));
        expect(chain(rules, "forwarded")).toEqual([
            "type filter hook forward priority filter - 5; policy accept;",
            "ct state established,related accept",
            "ip daddr vmap { 10.244.0.2 : jump ingress_10_244_0_2, 10.244.0.3 : jump ingress_10_244_0_3 }",
        ]);
        expect(chain(rules, "ingress_10_244_0_4")).toBeUndefined();
    });

    test("what leaves a pod for the node itself is looked at too", () => {
        const rules = policyRules(cluster(policy({ policyTypes: ["Egress"] })));
        expect(chain(rules, "to_node")?.at(-1)).toBe("ip saddr vmap { 10.244.0.2 : jump egress_10_244_0_2 }");
    });

    test("several policies add up; a policy of another namespace does not count", () => {
        expect(
            allowed(
                "ingress",
                policy({ ingress: [{ ports: [{ port: 80 }] }] }, "shop/b"),
                policy({ ingress: [{ ports: [{ port: 81 }] }] }, "shop/a"),
                policy({ ingress: [{}] }, "other/c"),
            ),
        ).toEqual(["tcp dport 81 return", "tcp dport 80 return"]);
    });

    test("pods without an address of their own, and those that have ended, are in no rule", () => {
        const pods = [
            WEB,
            pod("shop/waiting", "", { status: { phase: "Pending" } }),
            pod("shop/done", "", { status: { phase: "Succeeded", podIP: "10.244.0.9" } }),
            pod("shop/host", "", { spec: { hostNetwork: true, containers: [] }, status: { podIP: "10.244.0.1" } }),
        ];
        const rules = policyRules({ ...cluster(policy({ podSelector: {}, ingress: [{ _from: [{ podSelector: {} }] }] })), pods });
        expect(chain(rules, "ingress_10_244_0_2")).toContain("ip saddr { 10.244.0.2 } return");
        expect(rules).not.toMatch(/10\.244\.0\.[19]\b/);
    });
});

test("the table replaces the one that is there, also when there is no policy", () => {
    expect(policyRules(cluster())).toBe(`table ip traced_environment_cluster {}
delete table ip traced_environment_cluster
table ip traced_environment_cluster {
    chain forwarded {
        type filter hook forward priority filter - 5; policy accept;
        ct state established,related accept
    }
    chain to_node {
        type filter hook input priority filter - 5; policy accept;
        ct state established,related accept
    }
}
`);
});

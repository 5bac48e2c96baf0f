// Addresses of LoadBalancers in the local cluster: who gets them, and what happens to a port that two want.
import type { V1Service } from "@kubernetes/client-node";

import { loadBalancerActions, wantedPorts } from "../../../../toolchain/cluster-controller/loadBalancers";

const ADDRESSES = ["127.0.0.1", "10.244.0.1"];

interface Given {
    port?: number;
    minute?: number;
    type?: string;
    has?: string[];
    class?: string;
}

function service(name: string, given: Given = {}): V1Service {
    const { port = 80, minute = 0, type = "LoadBalancer", has = [] } = given;
    return {
        metadata: { namespace: "shop", name, uid: name, creationTimestamp: new Date(Date.UTC(2026, 0, 1, 0, minute)) },
        spec: { type, ports: [{ port }], loadBalancerClass: given.class },
        status: { loadBalancer: { ingress: has.map((ip) => ({ ip })) } },
    };
}

const set = (name: string, addresses: string[]) => ({ kind: "set", service: { namespace: "shop", name }, addresses });

test.each<[string, V1Service[], object[]]>([
    ["gets the machine's addresses", [service("a")], [set("a", ADDRESSES)]],
    ["keeps them", [service("a", { has: ADDRESSES })], []],
    ["of another class is somebody else's", [service("a", { class: "other" })], []],
    ["that became another type gives them back", [service("a", { type: "ClusterIP", has: ADDRESSES })], [set("a", [])]],
    ["beside one with another port", [service("a", { port: 81 }), service("b")], [set("a", ADDRESSES), set("b", ADDRESSES)]],
])("a LoadBalancer %s", (_, services, expected) => {
    expect(loadBalancerActions(services, ADDRESSES)).toEqual(expected);
});

test("a port belongs to the oldest, and the others are told whose it is", () => {
    const services = [service("new", { minute: 2, has: ADDRESSES }), service("old", { minute: 1 })];
    expect(loadBalancerActions(services, ADDRESSES)).toEqual([
        set("old", ADDRESSES),
        set("new", []),
        {
            kind: "refuse",
            service: { namespace: "shop", name: "new" },
            uid: "new",
            message: expect.stringMatching(/^Port TCP 80 .* belongs to the Service shop\/old: choose another port/),
        },
    ]);
});

describe("a port that somebody else on this machine has", () => {
    const taken = new Map([["TCP 80", "the process nginx (12)"]]);
    const refusal = (name: string) => ({
        kind: "refuse",
        service: { namespace: "shop", name },
        uid: name,
        message: expect.stringMatching(/^Port TCP 80 .* is taken by the process nginx \(12\): choose another port, or stop/),
    });

    test.each<[string, V1Service[], object[]]>([
        ["is refused", [service("a")], [refusal("a")]],
        ["is refused to each", [service("a"), service("b")], [refusal("a"), refusal("b")]],
        ["is given back", [service("a", { has: ADDRESSES })], [set("a", []), refusal("a")]],
        ["harms no other", [service("a", { port: 81 })], [set("a", ADDRESSES)]],
    ])("%s", (_, services, expected) => {
        expect(loadBalancerActions(services, ADDRESSES, taken)).toEqual(expected);
    });
});

test("the ports of LoadBalancers are wanted, and no others", () => {
    const udp = service("dns", { port: 53 });
    udp.spec!.ports![0].protocol = "UDP";
    const services = [service("a"), udp, service("b", { type: "NodePort", port: 81 }), service("c", { class: "other", port: 82 })];
    expect(wantedPorts(services)).toEqual(["TCP 80", "UDP 53"]);
});

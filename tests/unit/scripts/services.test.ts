// Services with an address outside of their cluster.
import { addressedServices, hasLabels } from "../../../scripts/cluster/services";

test("those that have an address, with their TCP ports", () => {
    const metadata = { namespace: "shop", name: "web", labels: { app: "web" } };
    const spec = { ports: [{ port: 80, protocol: "TCP" }, { port: 443 }, { port: 53, protocol: "UDP" }] };
    const items = [
        { metadata, spec, status: { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } } },
        { metadata: { ...metadata, name: "pending" }, spec, status: { loadBalancer: {} } },
    ];
    expect(addressedServices({ items })).toEqual([{ name: "shop/web", labels: { app: "web" }, ports: [80, 443] }]);
});

test.each([
    [{ app: "web", part: "a" }, true],
    [{ app: "web", part: "b" }, false],
    [{ part: "a" }, false],
])("labels %j: %s", (labels, expected) => {
    expect(hasLabels(labels as Record<string, string>, { app: "web", part: "a" })).toBe(expected);
});

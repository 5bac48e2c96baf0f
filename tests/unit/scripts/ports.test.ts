// The ports that a stack publishes, and whose they are.
import { publishes, takenText, wantedPorts } from "../../../scripts/stack/ports";

const settings = (ingress?: object) => ({ config: { "p:engine": "local", ...(ingress && { "p:ingress": ingress }) } });

describe("the ports that settings ask for", () => {
    test.each<[string, object | undefined, [string, string, number][]]>([
        ["the defaults", undefined, [["ingress.port", "127.0.0.1", 8080], ["ingress.jaegerUiPort", "127.0.0.1", 16686]]],
        [
            "others, and the UI on the loopback address all the same",
            { address: "0.0.0.0", port: 80, jaegerUiPort: 9000 },
            [["ingress.port", "0.0.0.0", 80], ["ingress.jaegerUiPort", "127.0.0.1", 9000]],
        ],
        [
            "one more with TLS, on the same address",
            { address: "0.0.0.0", tls: {} },
            [["ingress.port", "0.0.0.0", 8080], ["ingress.tls.port", "0.0.0.0", 8443], ["ingress.jaegerUiPort", "127.0.0.1", 16686]],
        ],
        [
            "TLS on a port of its own",
            { tls: { port: 443 } },
            [["ingress.port", "127.0.0.1", 8080], ["ingress.tls.port", "127.0.0.1", 443], ["ingress.jaegerUiPort", "127.0.0.1", 16686]],
        ],
        ["one as text", { port: "8081" }, [["ingress.port", "127.0.0.1", 8081], ["ingress.jaegerUiPort", "127.0.0.1", 16686]]],
        ["nothing that the program refuses", { address: "localhost", jaegerUiPort: 70000 }, []],
    ])("%s", (_, ingress, expected) => {
        expect(wantedPorts(settings(ingress), "p")).toEqual(expected.map(([path, address, port]) => ({ path, address, port })));
    });
});

describe("the ports that settings ask for in a cluster", () => {
    const inCluster = (ingress: object, kubernetes: object = {}) => ({
        config: { "p:platform": "kubernetes", "p:cluster": "local", "p:ingress": ingress, "p:kubernetes": kubernetes },
    });
    test.each<[string, object, object | undefined, number[]]>([
        ["the ingress's, and none for Jaeger's UI", {}, undefined, [8080]],
        ["others", { port: 8090, tls: { port: 443 } }, { serviceType: "LoadBalancer" }, [8090, 443]],
        ["none of a controller that exists already", { external: {} }, undefined, []],
        ["none of a Service that has no address", { port: 8090 }, { serviceType: "ClusterIP" }, []],
    ])("%s", (_, ingress, kubernetes, expected) => {
        expect(wantedPorts(inCluster(ingress, kubernetes), "p").map(({ address, port }) => [address, port])).toEqual(
            expected.map((port) => ["127.0.0.1", port]),
        );
    });
});

describe("a container that publishes", () => {
    test.each<[string, string, number, boolean]>([
        ["", "127.0.0.1", 8080, false],
        ["127.0.0.1:8080->8000/tcp", "127.0.0.1", 8080, true],
        ["127.0.0.1:8080->8000/tcp", "127.0.0.1", 8000, false],
        ["127.0.0.1:8080->8000/tcp", "127.0.0.2", 8080, false],
        ["127.0.0.1:8080->8000/tcp", "0.0.0.0", 8080, true],
        ["0.0.0.0:8080->80/tcp, [::]:8080->80/tcp", "127.0.0.1", 8080, true],
        ["[::1]:8080->80/tcp", "::1", 8080, true],
        ["80/tcp, 127.0.0.1:18080->8000/tcp, 127.0.0.1:18686->8686/tcp", "127.0.0.1", 18686, true],
        ["0.0.0.0:8000-8090->8000-8090/tcp", "127.0.0.1", 8080, true],
        ["127.0.0.1:8080->53/udp", "127.0.0.1", 8080, false],
        ["8080/tcp", "127.0.0.1", 8080, false],
    ])("%j has %s:%i: %s", (ports, address, port, expected) => {
        expect(publishes(ports, { address, port })).toBe(expected);
    });
});

test("the error names the setting, the holder and the way out", () => {
    const wanted = { path: "ingress.port", address: "127.0.0.1", port: 8080 };
    const stack = { name: "dev", project: { name: "p", folder: "/p" } };
    expect(takenText(wanted, "the process nginx (12)", stack)).toBe(
        "ingress.port: 8080 on 127.0.0.1 is taken by the process nginx (12). Set another one in Pulumi.dev.yaml, " +
            "or for this machine only: npm run pulumi -- --stack dev config set --path p:ingress.port <port>",
    );
    expect(takenText(wanted, undefined, stack)).toContain("is taken. Set another one");
});

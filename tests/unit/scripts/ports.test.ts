// The ports that a stack publishes, and whose they are.
import { listeningSockets, publishes, takenText, wantedPorts } from "../../../scripts/stack/ports";

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

test("sockets that listen are found in the kernel's table", () => {
    const table = [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0",
        "   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1",
        "   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0",
        "",
    ].join("\n");
    expect(listeningSockets(table, 8080)).toEqual(["socket:[4711]"]);
    expect(listeningSockets(table, 81)).toEqual([]);
});

// The way to what another machine publishes on its loopback address.
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";

import { send } from "../../../scripts/verify/http";
import { targetOf } from "../../../scripts/verify/target";
import { throughSockets, withinReach } from "../../../scripts/verify/tunnel";
import { throughPods } from "../../../scripts/verify/tunnel/cluster";
import { insideAddress } from "../../../scripts/verify/tunnel/engine";
import { sshArguments } from "../../../scripts/verify/tunnel/ssh";

const target = (ingressUrl: string) =>
    targetOf({
        environmentName: "dev",
        probes: {
            ingress: { service: "ingress", url: ingressUrl },
            jaegerUrl: "http://127.0.0.1:16686",
            jaegerVersion: "2.2.0",
            sampleRate: 1,
            apps: [{ service: "shop", host: "shop.example.org" }, { service: "other" }],
        },
    });

describe("what a target publishes", () => {
    test.each([
        ["on the loopback address is reached by sockets", "http://127.0.0.1:8080", ["/t/16686", "/t/8080"]],
        ["on all addresses too", "http://0.0.0.0:8080", ["/t/16686", "/t/8080"]],
        ["on an address of its own directly", "http://10.0.0.5:8080", ["/t/16686"]],
    ])("%s", (_, ingressUrl, sockets) => {
        const { reached, forwards } = throughSockets(target(ingressUrl), "/t");
        expect(forwards.map(({ socketPath }) => socketPath)).toEqual(sockets);
        expect(reached.jaegerConnectTo).toEqual({ socketPath: "/t/16686" });
        const direct = { address: "10.0.0.5", port: 8080 };
        const expected = sockets.includes("/t/8080") ? { socketPath: "/t/8080" } : direct;
        expect(reached.apps.map(({ connectTo }) => connectTo)).toEqual([expected, expected]);
        // What the requests say stays.
        expect(reached.apps[0].url.host).toBe("shop.example.org:8080");
    });
});

describe("what runs in a cluster is reached by its pods", () => {
    const selector = "app.kubernetes.io/component=ingress";
    const inCluster = (url: string, ports: object) => {
        const cluster = { context: "c", namespace: "n", ingress: { selector, ports } };
        return targetOf({
            environmentName: "dev",
            probes: {
                ingress: { service: "ingress", url },
                jaegerUrl: "http://127.0.0.1:16686",
                sampleRate: 1,
                apps: [{ service: "shop", host: "shop.example.org" }],
                cluster,
            },
        });
    };

    test.each([
        ["by HTTP", "http://192.0.2.7", { requests: 8000, jaeger: 8686 }, "/t/8000"],
        ["by HTTPS", "https://192.0.2.7", { requests: 8000, requestsTls: 8443, jaeger: 8686 }, "/t/8443"],
    ])("%s", (_, url, ports, socketPath) => {
        const target = inCluster(url, ports);
        const { reached, forwards } = throughPods(target, target.cluster!, "/t");
        expect(reached.apps.map(({ connectTo }) => connectTo)).toEqual([{ socketPath }]);
        expect(reached.jaegerConnectTo).toEqual({ socketPath: "/t/8686" });
        expect(reached.apps[0].url.hostname).toBe("shop.example.org");
        expect(forwards.map((each) => each.socketPath).sort()).toEqual([socketPath, "/t/8686"].sort());
        expect(forwards[0]).toMatchObject({ namespace: "n", selector });
    });
});

describe("the way to the engine", () => {
    const way = (host: string | undefined) =>
        withinReach(target("http://127.0.0.1:8080"), { DOCKER_HOST: host }, () => undefined, async (reached) => reached);

    test.each([[undefined], ["unix:///var/run/docker.sock"]])("of this machine (%s) is none", async (host) => {
        expect(await way(host)).toEqual(target("http://127.0.0.1:8080"));
    });

    test.each([["npipe:////./pipe/docker"], ["nonsense"]])("of %s is refused", async (host) => {
        await expect(way(host)).rejects.toThrow(/expected unix:.*ssh:.*tcp:/);
    });

    test("that answers nobody is refused with what to do", async () => {
        await expect(way("tcp://127.0.0.1:9")).rejects.toThrow(/The Docker engine at tcp:.*127\.0\.0\.1:9/);
        await expect(way("ssh://nobody@127.0.0.1:9")).rejects.toThrow(/"ssh -l nobody -p 9 -- 127\.0\.0\.1" must log in without a question/);
    });
});

test("ssh asks nothing, shares no connection, and can't be told options by a host", () => {
    const forwards = [{ socketPath: "/t/8080", to: { address: "127.0.0.1", port: 8080 } }];
    const args = sshArguments(new URL("ssh://deploy@shop.example.org:2222"), forwards);
    expect(args.join(" ")).toBe(
        "-N -T -o BatchMode=yes -o ConnectTimeout=20 -o ControlMaster=no -o ControlPath=none " +
            "-o ExitOnForwardFailure=yes -o ServerAliveInterval=15 -L /t/8080:127.0.0.1:8080 -l deploy -p 2222 -- shop.example.org",
    );
    expect(sshArguments(new URL("ssh://-oProxyCommand=x"), []).slice(-2)).toEqual(["--", "-oProxyCommand=x"]);
    const ipv6 = [{ socketPath: "/t/1", to: { address: "::1", port: 1 } }];
    expect(sshArguments(new URL("ssh://[fe80::1]"), ipv6).slice(-3)).toEqual(["/t/1:[::1]:1", "--", "fe80::1"]);
});

describe("in the ingress's container", () => {
    const settings = {
        Ports: { "8000/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }], "8080/tcp": null },
        Networks: { "p-dev-ingress-network": { IPAddress: "10.0.0.2" }, "p-dev-ingress-edge": { IPAddress: "10.0.1.2" } },
    };

    test.each([
        [8080, { address: "10.0.1.2", port: 8000 }],
        [8081, undefined],
    ])("port %d of the host is %j", (port, expected) => {
        expect(insideAddress(settings, { address: "127.0.0.1", port })).toEqual(expected);
    });
});

test("a request through a socket keeps its host", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "socket-"));
    const socketPath = path.join(folder, "s");
    const server = http.createServer((request, response) => response.end(request.headers.host));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const url = new URL("http://shop.localhost:8080/");
    expect(await send({ url, connectTo: { socketPath }, timeoutMs: 5000, keepBytes: 100 })).toMatchObject({
        status: 200,
        body: "shop.localhost:8080",
    });
    server.close();
    fs.rmSync(folder, { recursive: true });
});

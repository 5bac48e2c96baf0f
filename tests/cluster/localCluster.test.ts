// The local cluster does what others do on which a stack is to run: each thing that the platform relies on, once.
import * as net from "node:net";

import { ensureCluster } from "../../toolchain/cluster";
import { Api } from "../../toolchain/cluster/api";
import { request } from "../engine/support/http";
import { eventually } from "../engine/support/wait";
import { Namespace, podSpec, refusal } from "./support/namespace";

const SERVER = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = os.environ["HOSTNAME"].encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
`;

/** Asks a server so many times, each on a connection of its own, and prints who answered. */
function ask(url: string, times = 1): string {
    return `
import urllib.request
for _ in range(${times}):
    print(urllib.request.urlopen("${url}", timeout=5).read().decode())
`;
}

/**
 * Prints whether a connection can be opened. As everywhere, a new pod may run a moment before its peers' rules name it:
 * one that is to get in tries a few times. None may get in that is not to, at no time.
 */
function connect(host: string, port: number, tries: number): string {
    return `
import socket, time
for left in reversed(range(${tries})):
    try:
        socket.create_connection(("${host}", ${port}), timeout=3).close()
        print("open")
        break
    except OSError as error:
        if left == 0:
            print("closed", error)
    time.sleep(1)
`;
}

/** Listens on a port of the loopback address. Rejects when it is taken. */
function listening(server: net.Server, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host: "127.0.0.1", port, exclusive: true }, resolve);
    });
}

/** All that is sent to who opens a port of the loopback address. */
function readAll(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        net.connect(port, "127.0.0.1")
            .on("data", (chunk: Buffer) => chunks.push(chunk))
            .on("error", reject)
            .on("end", () => resolve(Buffer.concat(chunks).toString()));
    });
}

let namespace: Namespace;

beforeAll(async () => {
    const { kubeconfig } = await ensureCluster();
    namespace = new Namespace(new Api(kubeconfig), `local-cluster-${process.pid}`);
    await namespace.make();
    await namespace.serve("web", SERVER, 2);
});

afterAll(() => namespace.remove());

describe("names and Services", () => {
    test("a Service is reached by its names, and by all of its pods", async () => {
        const { log } = await namespace.run("by-short-name", ask("http://web", 40));
        const pods = new Set(log.trim().split("\n"));
        expect([...pods]).toEqual([expect.stringMatching(/^web-/), expect.stringMatching(/^web-/)]);
        const full = await namespace.run("by-full-name", ask(`http://web.${namespace.name}.svc.cluster.local`));
        expect(pods).toContain(full.log.trim());
    });

    test("a headless Service has the addresses of its pods", async () => {
        const spec = { clusterIP: "None", selector: { app: "web" }, ports: [{ port: 8080 }] };
        await namespace.apply("v1", "Service", "web-pods", { spec });
        const script = `import socket; print(len({a[4][0] for a in socket.getaddrinfo("web-pods", 8080)}))`;
        expect((await namespace.run("lookup", script)).log).toBe("2\n");
    });

    test("a NodePort and a LoadBalancer are reached from this machine, and the latter from pods", async () => {
        await namespace.apply("v1", "Service", "web-balanced", {
            spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 18999, targetPort: "http" }] },
        });
        const { status, spec } = await eventually(
            () => namespace.get<Balanced>("services/web-balanced"),
            (service) => service.status.loadBalancer.ingress !== undefined,
        );
        expect(status.loadBalancer.ingress?.map(({ ip }) => ip)).toEqual(["127.0.0.1", "10.244.0.1"]);
        for (const port of [18999, spec.ports[0].nodePort]) {
            const look = () => request(port, "/").catch(() => undefined);
            expect((await eventually(look, (answer) => answer !== undefined))?.body).toMatch(/^web-/);
        }
        const inside = await namespace.run("by-balancer", ask("http://10.244.0.1:18999"));
        expect(inside.log).toMatch(/^web-/);
    });

    test("a LoadBalancer gets no port on which this machine listens, before that is free", async () => {
        const PORT = 18998;
        const server = net.createServer((socket) => socket.end("somebody else's"));
        await listening(server, PORT);
        const reads = () => readAll(PORT).catch(() => undefined);
        try {
            await namespace.apply("v1", "Service", "web-late", {
                spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: PORT, targetPort: "http" }] },
            });
            const events = () => namespace.get<Events>("events?fieldSelector=involvedObject.name=web-late");
            const { items } = await eventually(events, (seen) => seen.items.length > 0);
            expect(items).toEqual([
                expect.objectContaining({
                    type: "Warning",
                    reason: "PortTaken",
                    message: expect.stringMatching(
                        new RegExp(`^Port TCP ${PORT} of this machine is taken by the process .* \\(${process.pid}\\): choose another port, or stop`),
                    ),
                }),
            ]);
            expect((await namespace.get<Balanced>("services/web-late")).status.loadBalancer.ingress).toBeUndefined();
            expect(await reads()).toBe("somebody else's");
        } finally {
            await new Promise((resolve) => server.close(resolve));
        }
        const late = () => namespace.get<Balanced>("services/web-late");
        expect((await eventually(late, ({ status }) => status.loadBalancer.ingress !== undefined)).status.loadBalancer.ingress).toHaveLength(2);
        const look = () => request(PORT, "/").catch(() => undefined);
        expect((await eventually(look, (answer) => answer !== undefined))?.body).toMatch(/^web-/);
        // Now it is the Service's, and others find it taken, until that is gone.
        await expect(listening(net.createServer(), PORT)).rejects.toMatchObject({ code: "EADDRINUSE" });
        await namespace.api.json(`/api/v1/namespaces/${namespace.name}/services/web-late`, { method: "DELETE" });
        const free = net.createServer();
        const listens = () => listening(free, PORT).then(() => true, () => false);
        expect(await eventually(listens, (each) => each, 10)).toBe(true);
        await new Promise((resolve) => free.close(resolve));
    });

    interface Events {
        items: { type: string; reason: string; message: string }[];
    }

    interface Balanced {
        spec: { ports: { nodePort: number }[] };
        status: { loadBalancer: { ingress?: { ip: string }[] } };
    }
});

describe("Pod Security restricted", () => {
    test.each<[string, object]>([
        ["privileged", { securityContext: { privileged: true } }],
        ["with a capability", { securityContext: { capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] } } }],
    ])("a pod %s is refused", async (_, container) => {
        const refused = namespace.apply("v1", "Pod", "refused", { spec: podSpec("", { container }) });
        expect(await refused.then(String, refusal)).toMatch(/^403 .*violates PodSecurity "restricted:latest"/);
    });

    test("a pod's root file system can be read-only", async () => {
        const securityContext = {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        };
        const { log, exitCode } = await namespace.run("read-only", `open("/tmp/file", "w")`, { container: { securityContext } });
        expect(exitCode).toBe(1);
        expect(log).toContain("Read-only file system");
    });
});

describe("NetworkPolicies are enforced", () => {
    beforeAll(async () => {
        await namespace.serve("guarded", SERVER, 1);
        await namespace.apply("networking.k8s.io/v1", "NetworkPolicy", "guarded", {
            spec: {
                podSelector: { matchLabels: { app: "guarded" } },
                policyTypes: ["Ingress"],
                ingress: [{ from: [{ podSelector: { matchLabels: { role: "friend" } } }], ports: [{ port: "http" }] }],
            },
        });
        // DNS is named by the port of its pods: a policy sees packets after the Service's address was replaced.
        await namespace.apply("networking.k8s.io/v1", "NetworkPolicy", "confined", {
            spec: {
                podSelector: { matchLabels: { confined: "true" } },
                policyTypes: ["Egress"],
                egress: [
                    { ports: [{ port: 53, protocol: "UDP" }], to: [{ namespaceSelector: {} }] },
                    { ports: [{ port: 8080 }], to: [{ podSelector: { matchLabels: { app: "guarded" } } }] },
                ],
            },
        });
    });

    const TRIES = { open: 5, closed: 1 };

    test.each<[string, Record<string, string>, [string, number], keyof typeof TRIES]>([
        ["a pod that a rule names gets in", { role: "friend" }, ["guarded", 80], "open"],
        ["another one does not", { role: "stranger" }, ["guarded", 80], "closed"],
        ["what no policy selects stays open", { role: "stranger" }, ["web", 80], "open"],
        ["a confined pod gets where it may", { role: "friend", confined: "true" }, ["guarded", 80], "open"],
        ["and nowhere else", { confined: "true" }, ["web", 80], "closed"],
        ["not even to the API server", { confined: "true" }, ["kubernetes.default", 443], "closed"],
        ["which others reach", {}, ["kubernetes.default", 443], "open"],
    ])("%s", async (name, labels, [host, port], expected) => {
        const pod = name.toLowerCase().replaceAll(" ", "-");
        const { log } = await namespace.run(pod, connect(host, port, TRIES[expected]), { labels });
        expect(log).toMatch(new RegExp(`^${expected}`));
    });

    test("without the policy all get in again", async () => {
        const path = `/apis/networking.k8s.io/v1/namespaces/${namespace.name}/networkpolicies/guarded`;
        await namespace.api.json(path, { method: "DELETE" });
        const { log } = await namespace.run("after-policy", connect("guarded", 80, TRIES.open));
        expect(log).toBe("open\n");
    });
});

describe("persistent volumes", () => {
    const claim = (storage: string) =>
        namespace.apply("v1", "PersistentVolumeClaim", "data", {
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
        });
    const mounted = {
        container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
    };
    const capacity = async () =>
        (await namespace.get<{ status: { capacity?: { storage: string } } }>("persistentvolumeclaims/data")).status.capacity
            ?.storage;

    test("a pod of an ordinary user writes with its fsGroup, and another one reads it", async () => {
        await claim("1Gi");
        const security = { fsGroup: 1000 };
        const written = await namespace.run("writer", `open("/data/file", "w").write("kept")`, { ...mounted, security });
        expect(written).toMatchObject({ exitCode: 0, log: "" });
        expect((await namespace.run("reader", `print(open("/data/file").read())`, mounted)).log).toBe("kept\n");
        expect(await capacity()).toBe("1Gi");
    });

    test("as on other disks, without a fsGroup it may not", async () => {
        await namespace.apply("v1", "PersistentVolumeClaim", "other", {
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        });
        const pod = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "other" } }] };
        const { log } = await namespace.run("no-group", `open("/data/file", "w")`, { ...mounted, pod });
        expect(log).toContain("Permission denied");
    });

    test("a claim grows, with what is on it, and can't shrink", async () => {
        await claim("2Gi");
        expect(await eventually(capacity, (size) => size === "2Gi")).toBe("2Gi");
        expect((await namespace.run("after-growth", `print(open("/data/file").read())`, mounted)).log).toBe("kept\n");
        expect(await claim("1Gi").then(String, refusal)).toMatch(/^422 .*less than/);
    });
});

test("a container that takes more memory than its limit is killed", async () => {
    const container = { resources: { limits: { memory: "64Mi" } } };
    const { exitCode, reason } = await namespace.run("greedy", `x = bytearray(256 << 20)`, { container });
    expect({ exitCode, reason }).toEqual({ exitCode: 137, reason: "OOMKilled" });
});

test("an image that no registry has is named in the pod's status", async () => {
    const container = { image: "docker.io/library/no-such-image:1" };
    await namespace.apply("v1", "Pod", "no-image", { spec: podSpec("", { container }) });
    const waiting = async () =>
        (await namespace.get<Waiting>("pods/no-image")).status.containerStatuses?.[0].state.waiting?.reason ?? "";
    const reason = await eventually(waiting, (seen) => /Image/.test(seen));
    expect(reason).toMatch(/ErrImagePull|ImagePullBackOff/);

    interface Waiting {
        status: { containerStatuses?: { state: { waiting?: { reason: string } } }[] };
    }
});

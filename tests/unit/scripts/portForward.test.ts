// Sockets that lead to pods: a ready pod for each connection, another one when it has gone, and what is said without one.
import * as fs from "node:fs";
import * as http from "node:http";
import { AddressInfo, connect } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { Readable, Writable } from "node:stream";

import { Cluster } from "../../../scripts/cluster/client";
import { forwardPorts } from "../../../scripts/cluster/portForward";
import { send } from "../../../scripts/verify/http";

let folder: string;
let server: http.Server;
const closers: (() => void)[] = [];

beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "forward-"));
    server = http.createServer((request, response) => response.end(`${request.method} ${request.headers.host}`));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
    closers.splice(0).forEach((close) => close());
    await new Promise((resolve) => server.close(resolve));
    fs.rmSync(folder, { recursive: true });
});

/** How a pod meets a port-forward: it takes it, the API knows it no more, or nothing listens in it any more. */
type Pod = "well" | "gone" | "closed" | "not ready";

/** A double of a cluster whose pods all lead to the test's server. */
function clusterOf(pods: Record<string, Pod>): { cluster: Cluster; asked: string[] } {
    const asked: string[] = [];
    const { port } = server.address() as AddressInfo;
    class PortForward {
        async portForward(_: string, pod: string, ports: number[], output: Writable, errors: Writable, input: Readable) {
            asked.push(`${pod}:${ports[0]}`);
            if (pods[pod] === "gone") {
                throw new Error(`pods "${pod}" not found`);
            }
            const web: { close(): void; onclose?: () => void } = { close: () => web.onclose?.() };
            // The kubelet sends an empty message first.
            errors.write(Buffer.alloc(0));
            if (pods[pod] === "closed") {
                setImmediate(() => errors.write(Buffer.from("connection refused")));
                return web;
            }
            const socket = connect(port, "127.0.0.1");
            web.close = () => socket.destroy();
            input.on("data", (chunk: Buffer) => socket.write(chunk));
            socket.on("data", (chunk) => output.write(chunk));
            socket.on("close", () => web.onclose?.());
            return web;
        }
    }
    const items = Object.entries(pods).map(([name, pod]) => ({
        metadata: { name },
        status: { phase: "Running", conditions: [{ type: "Ready", status: pod === "not ready" ? "False" : "True" }] },
    }));
    const core = {
        listNamespacedPod: async (query: { namespace: string; labelSelector: string }) => {
            expect(query).toEqual({ namespace: "n", labelSelector: "app=ingress" });
            return { items };
        },
    };
    return { cluster: { library: { PortForward }, config: {}, core } as unknown as Cluster, asked };
}

async function requested(pods: Record<string, Pod>, patienceMs?: number) {
    const { cluster, asked } = clusterOf(pods);
    const said: string[] = [];
    const socketPath = path.join(folder, "8000");
    const forward = { socketPath, namespace: "n", selector: "app=ingress", port: 8000 };
    closers.push(await forwardPorts(cluster, [forward], (line) => said.push(line), patienceMs));
    const answer = await send({
        ...{ url: new URL("http://shop.localhost/"), connectTo: { socketPath }, method: "POST", body: "order" },
        ...{ timeoutMs: 5000, keepBytes: 100 },
    });
    return { answer, asked, said };
}

const WELL = { kind: "answered", status: 200, body: "POST shop.localhost" };

test("a connection leads to a pod that is ready", async () => {
    const { answer, asked, said } = await requested({ first: "not ready", second: "well" });
    expect(answer).toMatchObject(WELL);
    expect(asked).toEqual(["second:8000"]);
    expect(said).toEqual([]);
});

test.each<[Pod, RegExp]>([
    ["gone", /first does not answer on port 8000 \(pods "first" not found\); another one is looked for/],
    ["closed", /first does not answer on port 8000 \(connection refused\); another one is looked for/],
])("what a pod that is %s did not get goes to another one", async (state, says) => {
    const { answer, asked, said } = await requested({ first: state, second: "well" });
    expect(answer).toMatchObject(WELL);
    expect(asked).toEqual(["first:8000", "second:8000"]);
    expect(said).toEqual([expect.stringMatching(says)]);
});

test("without a ready pod it says which there are, and what ails them", async () => {
    const { answer, said } = await requested({ first: "not ready" }, 0);
    expect(answer).toMatchObject({ kind: "failed" });
    expect(said).toEqual(["port-forward: no pod with app=ingress is ready in n (first: not ready)"]);
});

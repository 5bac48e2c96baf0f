// The cluster's API as the cluster's own commands ask it: how a request goes over a connection that is kept.
import * as fs from "node:fs";
import * as http from "node:http";
import https from "node:https";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";

import { Api } from "../../../../toolchain/cluster/api";

let folder: string;
let server: http.Server;
let seen: string[];

beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cluster-api-"));
    server = http.createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
            seen.push(`${request.method} ${request.url} ${body}`);
            response.end("{}");
        });
    });
    server.on("clientError", (_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // The same without encryption, which has no part in how requests follow one another.
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    jest.spyOn(https, "request").mockImplementation(((url: string, { headers, method }: http.RequestOptions, done: never) =>
        http.request(url, { headers, method, agent }, done)) as never);
});

beforeEach(() => {
    seen = [];
});

afterAll(() => {
    jest.restoreAllMocks();
    server.closeAllConnections();
    server.close();
    fs.rmSync(folder, { recursive: true });
});

it.each(["DELETE", "PATCH", "POST"])("sends the body of a %s as its own, not as the next request", async (method) => {
    const kubeconfig = path.join(folder, "kubeconfig");
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const cluster = { server: address, "certificate-authority-data": "" };
    fs.writeFileSync(kubeconfig, JSON.stringify({ clusters: [{ cluster }], users: [{ user: { token: "t" } }] }));
    const api = new Api(kubeconfig);
    await api.json("/pods/a", { method, body: { seconds: 0, "ä": 1 } });
    await api.json("/pods/a");
    expect(seen).toEqual([`${method} /pods/a {"seconds":0,"ä":1}`, "GET /pods/a "]);
});

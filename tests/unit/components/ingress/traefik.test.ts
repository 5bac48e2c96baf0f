// The real Traefik runs with our static configuration and takes up our routes while it runs.
import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as path from "node:path";

import {
    ENTRY_POINTS,
    Route,
    routeConfiguration,
    routeFile,
    ROUTES_FOLDER,
    staticConfiguration,
} from "../../../../components/ingress/configuration";
import { IMAGES } from "../../../../components/support/versions";
import { ensureTraefikBinary } from "../../../../toolchain";
import { useTemporaryFolder } from "../temporaryFolder";

type EntryPoint = keyof typeof ENTRY_POINTS;

const folder = useTemporaryFolder();
let binary = "";
let traefik: ChildProcess | undefined;
let backend: http.Server;
let backendUrl = "";

beforeAll(async () => {
    binary = await ensureTraefikBinary();
}, 10 * 60_000);

beforeEach(async () => {
    // Answers with the path and the headers that reached it.
    backend = http.createServer((request, response) =>
        response.end(JSON.stringify({ path: request.url, headers: request.headers })),
    );
    backendUrl = `http://127.0.0.1:${await listen(backend)}`;
});

afterEach(async () => {
    const running = traefik;
    traefik = undefined;
    if (running && running.exitCode === null) {
        const gone = new Promise((resolve) => running.once("exit", resolve));
        // Asked to stop, it would wait for the grace period of requests.
        running.kill("SIGKILL");
        await gone;
    }
    backend.closeAllConnections();
    await new Promise((resolve) => backend.close(resolve));
});

function listen(server: net.Server): Promise<number> {
    return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => resolve((server.address() as net.AddressInfo).port));
    });
}

async function freePort(): Promise<number> {
    const server = net.createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** Starts Traefik on free ports of the loopback address and waits until it says that it is well. */
async function start(jaegerUi: boolean) {
    const routes = path.join(folder(), "routes");
    fs.mkdirSync(routes);
    const ports = { web: await freePort(), jaeger: await freePort(), health: await freePort() };
    let text = staticConfiguration({
        serviceName: "ingress",
        otlp: { grpc: `http://127.0.0.1:${await freePort()}` },
        sampleRate: 1,
        resourceAttributes: { "deployment.environment.name": "test" },
        jaegerUi,
        version: IMAGES.traefik.version,
    }).replace(`"${ROUTES_FOLDER}"`, JSON.stringify(routes));
    for (const [name, { port }] of Object.entries(ENTRY_POINTS)) {
        text = text.replace(`":${port}"`, `"127.0.0.1:${ports[name as EntryPoint]}"`);
    }
    const file = path.join(folder(), "traefik.yml");
    fs.writeFileSync(file, text);

    let log = "";
    const started = spawn(binary, [`--configFile=${file}`], { stdio: ["ignore", "pipe", "pipe"], env: {} });
    traefik = started;
    for (const stream of [started.stdout, started.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
    }
    const get = (entryPoint: EntryPoint, host: string, url: string, headers: Record<string, string> = {}) =>
        fetchFrom(ports[entryPoint], { ...headers, host }, url);
    await eventually(async () => {
        if (started.exitCode !== null) {
            throw new Error(`Traefik ended with exit code ${started.exitCode}: ${log}`);
        }
        return (await get("health", "127.0.0.1", "/ping")).status === 200;
    });
    return {
        get,
        declare: (route: Route) => {
            const target = path.join(routes, routeFile(route.name));
            fs.writeFileSync(`${target}.part`, routeConfiguration(route));
            fs.renameSync(`${target}.part`, target);
        },
        withdraw: (name: string) => fs.rmSync(path.join(routes, routeFile(name))),
        log: () => log,
        complaints: () =>
            log.split("\n").filter((line) => /"level":"(warn|error|fatal|panic)"|^[^{]*error/i.test(line)),
    };
}

function fetchFrom(
    port: number,
    headers: http.OutgoingHttpHeaders,
    url: string,
): Promise<{ status: number; body: string }> {
    return new Promise((resolve) => {
        http.get({ host: "127.0.0.1", port, path: url, headers, agent: false }, (response) => {
            let body = "";
            response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
            response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
        }).on("error", () => resolve({ status: 0, body: "" }));
    });
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 20_000; Date.now() < end;) {
        if (await holds()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("did not come true within 20 s");
}

test("takes the configuration and a route, passes the trace on, and forgets the route again", async () => {
    const { get, declare, withdraw, complaints } = await start(false);
    const url = "/shop/items";
    expect((await get("web", "shop.example.org", url)).status).toBe(404);
    expect((await get("jaeger", "127.0.0.1", "/")).status).toBe(0);

    declare({
        name: "shop",
        entryPoint: ENTRY_POINTS.web.name,
        host: "shop.example.org",
        pathPrefix: "/shop",
        urls: [backendUrl],
        healthPath: "/health",
        traced: true,
    });
    await eventually(async () => (await get("web", "shop.example.org", url)).status === 200);
    const { body } = await get("web", "shop.example.org", url);
    expect(JSON.parse(body).headers).toMatchObject({
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
    expect((await get("web", "other.example.org", url)).status).toBe(404);
    expect((await get("web", "shop.example.org", "/elsewhere")).status).toBe(404);

    withdraw("shop");
    await eventually(async () => (await get("web", "shop.example.org", url)).status === 404);
    expect(complaints()).toEqual([]);
}, 60_000);

test("serves Jaeger's UI on an entry point of its own, without a trace", async () => {
    const { get, declare, complaints } = await start(true);
    declare({ name: "jaeger", entryPoint: ENTRY_POINTS.jaeger.name, urls: [backendUrl], traced: false });
    await eventually(async () => (await get("jaeger", "127.0.0.1", "/search")).status === 200);
    const { body } = await get("jaeger", "127.0.0.1", "/search");
    expect(JSON.parse(body).headers).not.toHaveProperty("traceparent");
    expect((await get("web", "127.0.0.1", "/search")).status).toBe(404);
    expect(complaints()).toEqual([]);
}, 60_000);

test("takes a client's headers away that a backend would read as others", async () => {
    const { get, declare, complaints, log } = await start(true);
    declare({ name: "shop", entryPoint: ENTRY_POINTS.web.name, urls: [backendUrl], traced: true });
    await eventually(async () => (await get("web", "shop.example.org", "/")).status === 200);
    const sent = { X_Auth_User: "admin", "X.Auth.Role": "admin", "X-Auth-Group": "guests" };
    const { body } = await get("web", "shop.example.org", "/items?token=t0ken", sent);
    const { headers } = JSON.parse(body) as { headers: Record<string, string> };
    expect(headers).toMatchObject({ "x-auth-group": "guests" });
    expect(JSON.stringify(headers)).not.toContain("admin");
    // Neither they nor the query are in the access log.
    await eventually(async () => log().includes("/items"));
    expect(log()).not.toMatch(/t0ken|guests/);
    expect(complaints()).toEqual([]);
}, 60_000);

test("passes encoded characters on in paths, but for those that only attacks need", async () => {
    const { get, declare, complaints } = await start(true);
    declare({ name: "jaeger", entryPoint: ENTRY_POINTS.jaeger.name, urls: [backendUrl], traced: false });
    declare({ name: "shop", entryPoint: ENTRY_POINTS.web.name, urls: [backendUrl], traced: true });
    const ofService = (name: string) => `/api/services/${name}/operations`;
    for (const entryPoint of ["web", "jaeger"] as const) {
        await eventually(async () => (await get(entryPoint, "127.0.0.1", "/")).status === 200);
        for (const name of ["a%2Fb", "50%25", "a%3Fb", "a%23b", "a%3Bb", "a%20b", "%C3%BC"]) {
            const { status, body } = await get(entryPoint, "127.0.0.1", ofService(name));
            expect([name, status, JSON.parse(body).path]).toEqual([name, 200, ofService(name)]);
        }
        for (const name of ["a%00b", "a%5Cb"]) {
            expect([name, (await get(entryPoint, "127.0.0.1", ofService(name))).status]).toEqual([name, 400]);
        }
    }
    expect(complaints()).toEqual([]);
}, 60_000);

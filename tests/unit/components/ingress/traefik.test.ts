// The real Traefik runs with our static configuration and takes up our routes while it runs.
import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import * as path from "node:path";
import * as tls from "node:tls";

import {
    ENTRY_POINTS,
    Route,
    routeConfiguration,
    routeFile,
    ROUTES_FOLDER,
    ServedCertificate,
    staticConfiguration,
    TLS_FILE,
    tlsConfiguration,
} from "../../../../components/ingress/configuration";
import { IMAGES } from "../../../../components/support/versions";
import { ensureTraefikBinary } from "../../../../toolchain";
import { fingerprint, testCertificate } from "../../../helpers/certificates";
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
async function start(jaegerUi: boolean, served?: ServedCertificate | "self-signed") {
    const routes = path.join(folder(), "routes");
    fs.mkdirSync(routes);
    const ports = {
        web: await freePort(),
        websecure: await freePort(),
        jaeger: await freePort(),
        health: await freePort(),
        metrics: await freePort(),
    };
    const write = (file: string, text: string) => {
        const target = path.join(routes, file);
        fs.writeFileSync(`${target}.part`, text, { mode: 0o400 });
        fs.renameSync(`${target}.part`, target);
    };
    const serve = (certificate?: ServedCertificate) => write(TLS_FILE, tlsConfiguration(certificate));
    if (served) {
        serve(served === "self-signed" ? undefined : served);
    }
    let text = staticConfiguration({
        serviceName: "ingress",
        otlp: { grpc: `http://127.0.0.1:${await freePort()}` },
        sampleRate: 1,
        resourceAttributes: { "deployment.environment.name": "test" },
        jaegerUi,
        tlsPort: served && ports.websecure,
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
        ports,
        serve,
        declare: (route: Route) => write(routeFile(route.name), routeConfiguration(route)),
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
    agent?: https.Agent,
): Promise<{ status: number; body: string; headers: http.IncomingHttpHeaders }> {
    return new Promise((resolve) => {
        const servername = String(headers.host);
        const options = { host: "127.0.0.1", port, path: url, headers, agent: agent ?? false, servername };
        (agent ? https : http)
            .get(options, (response) => {
                let body = "";
                response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
                response.on("end", () =>
                    resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
                );
            })
            .on("error", () => resolve({ status: 0, body: "", headers: {} }));
    });
}

/** The certificate that is served on a port, and the protocol; undefined when no connection comes about. */
function handshake(
    port: number,
    options: tls.ConnectionOptions = {},
): Promise<{ fingerprint: string; protocol: string | null } | undefined> {
    return new Promise((resolve) => {
        const socket = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options }, () => {
            const { fingerprint256 } = socket.getPeerCertificate();
            resolve({ fingerprint: fingerprint256, protocol: socket.getProtocol() });
            socket.destroy();
        });
        socket.on("error", () => resolve(undefined));
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

const SHOP: Omit<Route, "urls"> = {
    name: "shop",
    entryPoint: ENTRY_POINTS.websecure.name,
    host: "shop.example.org",
    traced: true,
};

test("serves the user's certificate to everybody, from TLS 1.2 on, and redirects to the published port", async () => {
    const own = testCertificate(["shop.example.org"]);
    const { get, declare, ports, complaints } = await start(false, own);
    declare({ ...SHOP, urls: [backendUrl] });
    const servername = "shop.example.org";
    await eventually(async () => (await handshake(ports.websecure)) !== undefined);
    for (const options of [{ servername }, { servername: "other.example.org" }, {}]) {
        expect(await handshake(ports.websecure, options)).toMatchObject({
            fingerprint: fingerprint(own.certificate),
            protocol: "TLSv1.3",
        });
    }
    expect(await handshake(ports.websecure, { maxVersion: "TLSv1.2" })).toMatchObject({ protocol: "TLSv1.2" });
    expect(await handshake(ports.websecure, { minVersion: "TLSv1", maxVersion: "TLSv1.1" })).toBeUndefined();

    const agent = new https.Agent({ ca: own.certificate });
    await eventually(
        async () => (await fetchFrom(ports.websecure, { host: servername }, "/", agent)).status === 200,
    );
    // Without the user's certificate among those that it trusts, a client refuses it.
    expect(await fetchFrom(ports.websecure, { host: servername }, "/", new https.Agent())).toMatchObject({
        status: 0,
    });
    expect(await get("web", `${servername}:8080`, "/a%2Fb?c=d")).toMatchObject({
        status: 302,
        headers: { location: `https://${servername}:${ports.websecure}/a%2Fb?c=d` },
    });
    expect(await get("web", "other.example.org", "/")).toMatchObject({ status: 302 });
    expect(complaints()).toEqual([]);
}, 60_000);

test("signs a certificate itself when none is given", async () => {
    const { declare, ports, complaints } = await start(false, "self-signed");
    declare({ ...SHOP, urls: [backendUrl] });
    const agent = new https.Agent({ rejectUnauthorized: false });
    await eventually(
        async () => (await fetchFrom(ports.websecure, { host: SHOP.host }, "/", agent)).status === 200,
    );
    expect(await handshake(ports.websecure, { servername: SHOP.host })).toMatchObject({ protocol: "TLSv1.3" });
    expect(complaints()).toEqual([]);
}, 60_000);

test("takes up another certificate while it runs, and fails no request meanwhile", async () => {
    const [first, second] = [testCertificate(["shop.example.org"]), testCertificate(["shop.example.org"])];
    const { declare, serve, ports, complaints } = await start(false, first);
    declare({ ...SHOP, urls: [backendUrl] });
    const kept = new https.Agent({ keepAlive: true, maxSockets: 2, rejectUnauthorized: false });
    const fresh = () => new https.Agent({ rejectUnauthorized: false });
    const ask = (agent: https.Agent) => fetchFrom(ports.websecure, { host: SHOP.host }, "/", agent);
    await eventually(async () => (await ask(kept)).status === 200);

    const statuses = { kept: new Set<number>(), fresh: new Set<number>() };
    const served = new Set<string | undefined>();
    let over = false;
    const asking = async (which: "kept" | "fresh") => {
        while (!over) {
            statuses[which].add((await ask(which === "kept" ? kept : fresh())).status);
        }
    };
    const running = [asking("kept"), asking("kept"), asking("fresh")];
    const isServed = async ({ certificate }: ServedCertificate) => {
        const seen = (await handshake(ports.websecure, { servername: SHOP.host }))?.fingerprint;
        served.add(seen);
        return seen === fingerprint(certificate);
    };
    for (const certificate of [second, first, second]) {
        serve(certificate);
        await eventually(() => isServed(certificate));
    }
    over = true;
    await Promise.all(running);
    kept.destroy();
    expect({ kept: [...statuses.kept], fresh: [...statuses.fresh] }).toEqual({ kept: [200], fresh: [200] });
    // At no moment one that Traefik signed itself.
    expect([...served].sort()).toEqual([fingerprint(first.certificate), fingerprint(second.certificate)].sort());
    expect(complaints()).toEqual([]);
}, 60_000);

test("lets only those look at Jaeger's UI who have a login, and passes it on to nobody", async () => {
    // The hash of "correct horse".
    const hash = "$2b$10$4tAJx59s/wFOYLpttRS0de1EG4tU3SaOJRIWFSQvj6rTx89W1jo.O";
    const { get, declare, complaints, log } = await start(false);
    declare({
        name: "jaeger-ui",
        entryPoint: ENTRY_POINTS.web.name,
        host: "traces.example.org",
        urls: [backendUrl],
        traced: false,
        authentication: { users: { ada: hash }, version: IMAGES.traefik.version },
    });
    const login = (user: string, password: string) => ({
        Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
        Cookie: "session=s3cret",
    });
    const ask = (headers: Record<string, string> = {}) => get("web", "traces.example.org", "/search", headers);
    await eventually(async () => (await ask()).status === 401);
    expect(await ask()).toMatchObject({ headers: { "www-authenticate": 'Basic realm="traces"' } });
    expect(await ask(login("ada", "wrong"))).toMatchObject({ status: 401 });
    expect(await ask(login("grace", "correct horse"))).toMatchObject({ status: 401 });
    const { status, body } = await ask(login("ada", "correct horse"));
    expect(status).toBe(200);
    const { headers } = JSON.parse(body) as { headers: Record<string, string> };
    for (const header of ["authorization", "cookie", "traceparent"]) {
        expect(headers).not.toHaveProperty(header);
    }
    expect((await get("web", "other.example.org", "/search", login("ada", "correct horse"))).status).toBe(404);
    expect(log()).not.toContain(hash);
    expect(complaints()).toEqual([]);
}, 60_000);

test("asks a server who may look at Jaeger's UI", async () => {
    const asked: http.IncomingHttpHeaders[] = [];
    const server = http.createServer((request, response) => {
        asked.push(request.headers);
        response.statusCode = request.headers.cookie === "session=good" ? 204 : 302;
        response.setHeader("Location", "https://login.example.org/");
        response.end();
    });
    const forwardAuth = `http://127.0.0.1:${await listen(server)}/auth`;
    const { get, declare, complaints } = await start(false);
    declare({
        name: "jaeger-ui",
        entryPoint: ENTRY_POINTS.web.name,
        host: "traces.example.org",
        urls: [backendUrl],
        traced: false,
        authentication: { forwardAuth, version: IMAGES.traefik.version },
    });
    const ask = (cookie: string) => get("web", "traces.example.org", "/search", { Cookie: cookie });
    try {
        await eventually(async () => (await ask("session=bad")).status === 302);
        expect(await ask("session=bad")).toMatchObject({ headers: { location: "https://login.example.org/" } });
        const { status, body } = await ask("session=good");
        expect(status).toBe(200);
        expect((JSON.parse(body) as { headers: object }).headers).not.toHaveProperty("cookie");
        expect(asked.at(-1)).toMatchObject({ "x-forwarded-host": "traces.example.org", "x-forwarded-uri": "/search" });
        expect(complaints()).toEqual([]);
    } finally {
        server.close();
    }
}, 60_000);

test("traces no request for a health path, and each other one", async () => {
    const { get, declare, complaints } = await start(false);
    const route: Route = {
        name: "shop",
        entryPoint: ENTRY_POINTS.web.name,
        urls: [backendUrl],
        healthPath: "/health",
        traced: true,
    };
    declare({ ...route, host: "shop.io" });
    declare({ ...route, name: "all", healthPath: "/a/very/long/health/path" });
    await eventually(async () => (await get("web", "shop.io", "/")).status === 200);
    await eventually(async () => (await get("web", "other.io", "/")).status === 200);
    const isTraced = async (host: string, url: string) =>
        "traceparent" in (JSON.parse((await get("web", host, url)).body) as { headers: object }).headers;
    expect(await isTraced("shop.io", "/health")).toBe(false);
    expect(await isTraced("shop.io", "/health/more")).toBe(true);
    expect(await isTraced("shop.io", "/")).toBe(true);
    // The health path of the app for everything is none of another app's.
    expect(await isTraced("shop.io", "/a/very/long/health/path")).toBe(true);
    expect(await isTraced("other.io", "/a/very/long/health/path")).toBe(false);
    expect(complaints()).toEqual([]);
}, 60_000);

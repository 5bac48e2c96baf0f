// TLS at the ingress, Jaeger's UI by a route, sampling strategies: served, changed without a restart, kept secret.
import * as tls from "tls";

import { fingerprint, testCertificate } from "../../helpers/certificates";
import { docker } from "../support/command";
import { request } from "../support/http";
import { startLoad } from "../support/load";
import { findings, keptOf } from "../support/secrets";
import { TestStack } from "../support/stack";

/** Where the stack is reached on this machine. */
export interface TlsPorts {
    web: number;
    /** The port that the tests let the ingress publish with TLS. */
    secure: number;
    /** The host of the app `shop`. */
    host: string;
}

const TRACES = "traces.localhost";
const PASSWORD = "correct horse";
const HASH = "$2b$10$4tAJx59s/wFOYLpttRS0de1EG4tU3SaOJRIWFSQvj6rTx89W1jo.O";
const SECRET_PATHS = { key: "ingress.tls.key", user: "ingress.jaegerUiRoute.users.ada" };

/** Registers the tests. The stack is up and well, with the app `shop`, without TLS. */
export function tlsTests(stack: TestStack, { web, secure, host }: TlsPorts): void {
    const [first, second] = [testCertificate([host, TRACES]), testCertificate([host, TRACES])];

    /** The fingerprint of the certificate that is served. */
    const served = () =>
        new Promise<string | undefined>((resolve) => {
            const options = { host: "127.0.0.1", port: secure, servername: host, rejectUnauthorized: false };
            const socket = tls.connect(options, () => {
                resolve(socket.getPeerCertificate().fingerprint256);
                socket.destroy();
            });
            socket.on("error", () => resolve(undefined));
        });

    /** The share that the collector tells a service, as the app gets it. */
    const rateOf = async (service: string) => {
        const collector = await stack.container("-collector-0");
        const url = `http://${collector.Config.Hostname}:5778/sampling?service=${service}`;
        const program = `import urllib.request; print(urllib.request.urlopen("${url}").read().decode())`;
        const { Id } = await stack.container("-shop-0");
        const answer = JSON.parse((await docker("exec", Id, "python3", "-c", program)).join("")) as {
            probabilisticSampling: { samplingRate: number };
        };
        return answer.probabilisticSampling.samplingRate;
    };

    const eventually = async (what: string, holds: () => Promise<boolean>) => {
        for (const end = Date.now() + 60_000; !(await holds().catch(() => false)); ) {
            if (Date.now() > end) {
                throw new Error(`did not come true within 60 s: ${what}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 250));
        }
    };

    describe("TLS at the ingress", () => {
        const before = { ...stack.settings.ingress };

        it("serves the user's certificate, and redirects to the published port", async () => {
            stack.settings.ingress = {
                ...before,
                tls: { port: secure, certificate: first.certificate },
                jaegerUiRoute: { host: TRACES },
            };
            stack.settings.tracing = { sampling: { services: { shop: 0.25 } } };
            await stack.setSecret(SECRET_PATHS.key, first.key);
            await stack.setSecret(SECRET_PATHS.user, HASH);
            const { outputs } = await stack.up("--no-verify");
            expect(outputs).toMatchObject({
                urls: {
                    apps: { shop: `https://${host}:${secure}/` },
                    jaegerUiRoute: `https://${TRACES}:${secure}/`,
                },
            });
            await eventually("the certificate is served", async () => (await served()) === fingerprint(first.certificate));
            await eventually(
                "the app's route is there",
                async () => (await request(secure, "/health", { host, secure: true })).status === 200,
            );
            expect(await request(web, "/orders?page=2", { host: `${host}:${web}` })).toMatchObject({
                status: 302,
                headers: { location: `https://${host}:${secure}/orders?page=2` },
            });
        });

        it("shows Jaeger's UI on its route to those alone who have a login", async () => {
            const ask = (login?: string) =>
                request(secure, "/api/v3/services", {
                    host: TRACES,
                    secure: true,
                    headers: login ? { Authorization: `Basic ${Buffer.from(login).toString("base64")}` } : {},
                });
            await eventually("the route is there", async () => (await ask()).status !== 404);
            expect(await ask()).toMatchObject({ status: 401 });
            expect(await ask("ada:wrong")).toMatchObject({ status: 401 });
            const { status, body } = await ask(`ada:${PASSWORD}`);
            expect({ status, body: JSON.parse(body) as object }).toMatchObject({
                status: 200,
                body: { services: expect.arrayContaining(["ingress"]) },
            });
        });

        it("keeps key and hash out of state, descriptions and logs", async () => {
            const inner = first.key.split("\n")[2];
            expect(findings([inner, HASH, PASSWORD], await keptOf(stack))).toEqual([]);
            const { Id } = await stack.container("-ingress-0");
            const files = (await docker("exec", Id, "ls", "-ln", "/routes")).map((line) => line.split(/\s+/));
            const secret = files.filter((columns) => /^(tls|jaeger-ui)\.yml$/.test(columns.at(-1) ?? ""));
            expect(secret.map(([mode, , user]) => [mode, user])).toEqual([
                ["-r--------", "65532"],
                ["-r--------", "65532"],
            ]);
        });

        it("takes up another certificate and other strategies without a restart, and loses no request", async () => {
            const [ingress, collector] = [await stack.container("-ingress-0"), await stack.container("-collector-0")];
            expect(await rateOf("shop")).toBe(0.25);
            stack.settings.ingress.tls = { port: secure, certificate: second.certificate };
            stack.settings.tracing = { sampling: { defaultRate: 0.5 } };
            await stack.setSecret(SECRET_PATHS.key, second.key);
            const load = startLoad({ port: secure, host, secure: true, rate: 20, atMost: 300 });
            // It verifies by HTTPS that the certificate is the one of the settings.
            const { verification } = await stack.up();
            const { failures, sent } = await load.stop();
            expect(verification).toMatchObject({ whole: true });
            expect({ failures, many: sent > 100 }).toEqual({ failures: [], many: true });
            expect(await served()).toBe(fingerprint(second.certificate));
            await eventually("the strategies are read again", async () => (await rateOf("shop")) === 0.5);
            expect((await stack.container("-ingress-0")).Id).toBe(ingress.Id);
            expect((await stack.container("-collector-0")).Id).toBe(collector.Id);
            expect(await stack.preview()).toEqual([]);
        });

        it("goes again", async () => {
            stack.settings.ingress = { ...before };
            delete stack.settings.tracing;
            await stack.unset("ingress.tls");
            await stack.unset("ingress.jaegerUiRoute");
            await stack.up("--no-verify");
            const isServed = async () => (await request(web, "/health", { host })).status === 200;
            await eventually("the app is served without TLS", isServed);
            expect(await served()).toBeUndefined();
        });
    });
}

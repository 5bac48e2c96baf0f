// Each hop of a request's way broken for real, one at a time, and what `verify` calls it; and that it calls none broken
// when all is well.
import * as fs from "fs";
import * as http from "http";
import { AddressInfo } from "net";
import * as os from "os";
import * as path from "path";
import { setTimeout as sleep } from "timers/promises";

import { parse, stringify } from "yaml";

import { StorageRole } from "../../../components/storage/configuration";
import { LABELS } from "../../../components/support/labels";
import { Address } from "../../../scripts/verify/http";
import { runtimeOf } from "../../../scripts/runtime";
import { storageComplaints } from "../../../scripts/verify/logs";
import { Hop } from "../../../scripts/verify/observations";
import { Choice, narrowed, targetOf, VerifyTarget } from "../../../scripts/verify/target";
import { Report, verify } from "../../../scripts/verify/verify";
import { docker, run } from "../support/command";
import { Elasticsearch } from "../support/elasticsearch";
import { newTrace, request } from "../support/http";
import { TestStack } from "../support/stack";
import { eventually } from "../support/wait";

/** Long enough for all spans of a trace to arrive on a busy machine. */
const PATIENCE_MS = 30_000;
/** How long a trace is waited for that is known not to come. */
const BROKEN_MS = 6_000;
const ANY: Choice = { app: undefined, path: undefined, database: undefined };

/** Registers the tests. The stack is up and well, with the app `shop` in two replicas. */
export function brokenHopsTests(stack: TestStack): void {
    let target: VerifyTarget;

    const readTarget = async () => {
        target = targetOf(JSON.parse((await stack.pulumi("stack", "output", "--json")).stdout));
    };
    const verified = (of: VerifyTarget, deadlineMs: number): Promise<Report> =>
        verify(of, {
            method: "GET",
            body: undefined,
            settleMs: 0,
            deadlineMs,
            pollMs: 250,
            say: () => undefined,
            troubles: async () => [],
            policy: async () => undefined,
            complaints: (caller, since) => storageComplaints(of.members && runtimeOf(of.members, of.cluster, process.env), caller, since),
        });
    /** The verdict on each check that is not whole, with its evidence, which a failed test then shows. */
    const troubles = ({ apps }: Report) =>
        apps.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict !== "whole"));
    const expectHop = async (hop: Hop, of: VerifyTarget, evidence: RegExp, deadlineMs = BROKEN_MS) => {
        expect(troubles(await verified(of, deadlineMs))).toEqual([
            expect.objectContaining({
                hop,
                evidence: expect.arrayContaining([expect.stringMatching(evidence)]),
                mend: expect.stringMatching(/\S/),
            }),
        ]);
    };
    const untilWell = async () => {
        const end = Date.now() + 90_000;
        for (;;) {
            const seen = troubles(await verified(target, PATIENCE_MS));
            if (seen.length === 0) {
                return;
            }
            if (Date.now() > end) {
                expect(seen).toEqual([]);
            }
            await sleep(500);
        }
    };

    /** What the first app's page answers. */
    const askPage = () => {
        const [{ url, connectTo }] = target.apps;
        return request((connectTo as Address).port, url.pathname, { host: url.host });
    };

    /** The running containers of a part of the environment, e.g. `collector`. */
    const containersOf = (part: string) =>
        docker("ps", "--quiet", "--filter", `label=${LABELS.instance}=main-${part}`, ...stack.filters);
    /** What ends what it does, and what takes that back. */
    const broken = async (part: string, how: "kill" | "pause" | "stop", back: "start" | "unpause", select = (all: string[]) => all) => {
        const ids = select(await containersOf(part));
        expect(ids.length).toBeGreaterThan(0);
        await docker(how, ...ids);
        return async () => {
            await docker(back, ...ids);
        };
    };

    /** Puts a router before that of the shop, until what it gives is called. */
    const detour = async (change: (router: Router) => Router): Promise<() => Promise<void>> => {
        const [keeper] = await containersOf("shop-route");
        const inKeeper = (script: string, input = "") =>
            run("docker", ["exec", "--interactive", keeper, "/bin/sh", "-c", script], { input });
        const { http: declared } = parse((await inKeeper("cat /declared/*-shop.yml")).stdout) as Dynamic;
        const [router] = Object.values(declared.routers);
        const file = {
            http: {
                routers: { detour: { ...change({ ...router, middlewares: ["detour"] }), priority: 10_000 } },
                middlewares: {
                    detour: { headers: { customResponseHeaders: { "X-Detour": "yes" } } },
                    elsewhere: { redirectRegex: { regex: ".*", replacement: "https://login.example.org/" } },
                },
            },
        };
        await inKeeper("cat > /declared/.detour && mv /declared/.detour /declared/detour.yml", stringify(file));
        const taken = async (wanted: boolean) => {
            for (let attempt = 0; attempt < 60; attempt++) {
                const { headers } = await askPage();
                if ((headers["x-detour"] === "yes") === wanted) {
                    return;
                }
                await sleep(250);
            }
            throw new Error(`the router is ${wanted ? "not there" : "still there"}`);
        };
        await taken(true);
        return async () => {
            await inKeeper("rm /declared/detour.yml");
            await taken(false);
        };
    };

    describe("verify", () => {
        beforeAll(readTarget);

        it("finds nothing broken when all is well, ten times in a row, and writes its page", async () => {
            for (let time = 0; time < 10; time++) {
                expect({ time, troubles: troubles(await verified(target, PATIENCE_MS)) }).toEqual({ time, troubles: [] });
            }
            const folder = fs.mkdtempSync(path.join(os.tmpdir(), "verify-"));
            const page = path.join(folder, "traces.html");
            await stack.command("verify", ["--html", page]);
            const text = fs.readFileSync(page, "utf8");
            expect(text.match(/Served by \S*main-shop-\d-/g)).toHaveLength(2);
            fs.rmSync(folder, { recursive: true });
        });

        it("names a page without a query", async () => {
            const page = narrowed(target, { ...ANY, path: "/fails", database: true });
            await expectHop("database-untraced", page, /No client span of shop/);
        });

        it.each<[what: string, names: RegExp, headers: (sent: http.IncomingHttpHeaders) => http.IncomingHttpHeaders]>([
            ["adds", /parent of its server span is .*, expected none/, (sent) => ({ traceparent: newTrace().traceparent, ...sent })],
            ["replaces", /is in the trace/, (sent) => ({ ...sent, traceparent: newTrace().traceparent })],
        ])("names a proxy in front that %s trace headers", async (_, evidence, headers) => {
            const address = target.apps[0].connectTo as Address;
            const proxy = http.createServer((asked, answer) => {
                const { method, url } = asked;
                const onwards = { host: address.address, port: address.port, method, path: url, headers: headers(asked.headers) };
                asked.pipe(
                    http.request(onwards, (got) => {
                        answer.writeHead(got.statusCode!, got.headers);
                        got.pipe(answer);
                    }),
                );
            });
            await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
            const connectTo = { address: "127.0.0.1", port: (proxy.address() as AddressInfo).port };
            const behind = { ...target, apps: target.apps.map((app) => ({ ...app, connectTo })) };
            await expectHop("foreign-root", behind, evidence);
            await new Promise((resolve) => proxy.close(resolve));
        });

        it.each<[what: string, hop: Hop, evidence: RegExp, change: (router: Router) => Router]>([
            [
                "an ingress that answers by itself",
                "ingress-answered",
                /HTTP 302/,
                (router) => ({ ...router, middlewares: ["detour", "elsewhere"] }),
            ],
            [
                "an ingress that does not trace",
                "ingress-untraced",
                /has the parent that was sent/,
                (router) => ({ ...router, observability: { accessLogs: false, metrics: false, tracing: false } }),
            ],
            [
                "an ingress that traces only what asks for it",
                "not-sampled",
                /1 ordinary request, none traced/,
                (router) => ({
                    ...router,
                    rule: `(${router.rule}) && !HeaderRegexp(\`traceparent\`, \`.+\`)`,
                    observability: { accessLogs: false, metrics: false, tracing: false },
                }),
            ],
        ])("names %s", async (_, hop, evidence, change) => {
            const restore = await detour(change);
            await expectHop(hop, target, evidence).finally(restore);
        });

        it.each<[what: string, hop: Hop, evidence: RegExp, ...how: Parameters<typeof broken>]>([
            ["a route that is not declared", "route-missing", /HTTP 404.*Traefik's own/, "shop-route", "stop", "start"],
            ["an app that is down", "app-down", /HTTP 50.*Traefik's own/, "shop", "kill", "start"],
            ["an instance that is down", "instance-unseen", /served by \S*main-shop/, "shop", "kill", "start", (ids) => ids.slice(1)],
            ["an ingress that is down", "ingress-unreachable", /ECONNREFUSED/, "ingress", "kill", "start"],
            ["a collector that hangs", "collector-unreachable", /no other span of any service/, "collector", "pause", "unpause"],
            ["a storage that hangs", "query-not-reading", /no answer within 20 s/, "storage", "pause", "unpause"],
            ["a query role that is down", "query-unreachable", /HTTP 50/, "query", "kill", "start"],
            ["a storage that is down", "storage-rejecting", /The query API says/, "storage", "kill", "start"],
        ])("names %s", async (_, hop, evidence, ...how) => {
            const restore = await broken(...how);
            try {
                if (hop === "route-missing") {
                    // The route's file goes with its container, and Traefik takes that up soon after.
                    await eventually(askPage, ({ status }) => status === 404);
                }
                await expectHop(hop, target, evidence);
            } finally {
                await restore();
                await untilWell();
            }
        });

        it.each<[StorageRole, RegExp]>([
            // Jaeger's client tries for some seconds before it says so.
            ["writer", /unable to authenticate user \[jaeger-writer\]|Password authentication failed for jaeger-writer/],
            ["reader", /query API says: .*unable to authenticate user \[jaeger-reader\]/],
        ])("names a wrong password of the storage's %s", async (role, evidence) => {
            const node = await Elasticsearch.of(stack);
            const restore = await node.withWrongPassword(role);
            await expectHop("storage-login", target, evidence, role === "writer" ? PATIENCE_MS : BROKEN_MS).finally(restore);
            await untilWell();
        });

        it("names a full disk, and that it is over", async () => {
            const node = await Elasticsearch.of(stack);
            const restore = await node.withRoles({});
            const watermarks = (free: string | null) => ({
                persistent: Object.fromEntries(
                    ["low", "high", "flood_stage"].map((mark) => [`cluster.routing.allocation.disk.watermark.${mark}`, free]),
                ),
            });
            const interval = (seconds: string | null) => ({ persistent: { "cluster.info.update.interval": seconds } });
            const blocked = async () =>
                (await node.admin("GET", "/*jaeger*/_settings/index.blocks.read_only_allow_delete")).includes('"true"');
            await node.admin("PUT", "/_cluster/settings", interval("10s"));
            // No disk has so much left: the flood stage is reached.
            await node.admin("PUT", "/_cluster/settings", watermarks("999tb"));
            expect(await eventually(blocked, (seen) => seen)).toBe(true);
            await expectHop("storage-full", target, /flood-stage watermark/, PATIENCE_MS).finally(() =>
                node.admin("PUT", "/_cluster/settings", watermarks(null)),
            );
            expect(await eventually(blocked, (seen) => !seen)).toBe(false);
            await node.admin("PUT", "/_cluster/settings", interval(null));
            await restore();
            await untilWell();
        });

        it("names apps that make no spans or leave the trace, and an ingress that samples less than it should", async () => {
            const { tasks: _tasks, ...shop } = stack.settings.apps.shop;
            const app = (name: string, environment: Record<string, string>) => ({
                ...shop,
                replicas: 1,
                route: { host: `${name}.localhost` },
                environment: { ALLOWED_HOSTS: `${name}.localhost`, ...environment },
            });
            const { ingress } = stack.settings;
            const settings = { ...ingress };
            stack.settings.apps.untraced = app("untraced", { OTEL_SDK_DISABLED: "true" });
            stack.settings.apps.lost = app("lost", { OTEL_PROPAGATORS: "baggage" });
            stack.settings.ingress = { ...settings, sampleRate: 0 };
            await stack.command("up", ["--no-verify"]);
            await readTarget();
            const of = (name: string) => narrowed({ ...target, sampleRate: 1 }, { ...ANY, app: name });
            await expectHop("app-untraced", of("untraced"), /ingress called \S*main-untraced-0/);
            await expectHop("context-lost", of("lost"), /other traces with spans of lost arrived/, PATIENCE_MS / 2);
            await expectHop("not-sampled", of("shop"), /at a configured sample rate of 1/);

            delete stack.settings.apps.untraced;
            delete stack.settings.apps.lost;
            stack.settings.ingress = settings;
            await stack.up();
            await readTarget();
        });
    });
}

interface Router {
    rule: string;
    middlewares?: string[];
    [other: string]: unknown;
}

interface Dynamic {
    http: { routers: Record<string, Router> };
}

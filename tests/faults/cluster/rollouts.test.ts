// With several replicas of each part, releases of three parts and a scale-out under load for five minutes: no request
// fails, none is done twice, each is a whole trace, and each new replica gets its share soon.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { ClusterStack } from "../../cluster/support/environment";
import { watchReplicas } from "../../cluster/support/replicas";
import { readWhole } from "../../cluster/support/traces";
import { ROOT } from "../../engine/support/command";
import { SERVER, Span } from "../../engine/support/http";
import { startLoad } from "../../engine/support/load";

const WEB = 18230;
const MINUTES = 5;
/** Requests a second. */
const RATE = 20;
/** What a new replica may take until it serves, once it is ready. */
const SERVES_WITHIN_MS = 60_000;
/** The load, and reading some ten thousand traces on a node that has much to do. */
const TIMEOUT_MS = 45 * 60_000;
const stack = new ClusterStack("test-cluster-rollouts", WEB);
const PARTS = ["main-shop", "main-ingress", "main-collector"];

beforeAll(async () => {
    await stack.removeLeftovers();
    const { settings } = stack;
    settings.ingress.replicas = 2;
    settings.tracing = { collectorReplicas: 2, queryReplicas: 2 };
    // Three of each and those in their place have to fit.
    stack.reserve("50m");
    await stack.up();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
    fs.rmSync(stack.file, { force: true });
});

/** A copy of the shop that makes another image. */
function release(): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shop-"));
    fs.cpSync(path.join(ROOT, "examples/django-shop"), folder, { recursive: true });
    fs.appendFileSync(path.join(folder, "Dockerfile"), "LABEL release=next\n");
    return folder;
}

/** When each instance of a service began its first span. */
function firstSpans(traces: readonly Span[][], service: string): Map<string, number> {
    const first = new Map<string, number>();
    for (const { instance = "", start } of traces.flat().filter((span) => span.service === service)) {
        first.set(instance, Math.min(first.get(instance) ?? Infinity, start));
    }
    return first;
}

/** How many spans the shop makes of a request, by the name of the first; one more where it opens a connection to the database. */
const FEWEST: Record<string, number> = { "GET api/products": 2, "POST api/orders": 7 };

/** How many spans each service has in a trace. */
function shapeOf(spans: readonly Span[]): { name: string; ingress: number; shop: number } {
    const of = (wanted: string) => spans.filter(({ service }) => service === wanted);
    const name = of("shop").find(({ kind }) => kind === SERVER)?.name ?? "";
    return { name, ingress: of("ingress").length, shop: of("shop").length };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("loses no request, makes no order twice, and each request is a whole trace", async () => {
    const { settings } = stack;
    const { shop } = settings.apps;
    const load = startLoad({ port: WEB, host: "shop.localhost", rate: RATE, atMost: 15 * 60 });
    const started = Date.now();
    const watched = await watchReplicas(stack, PARTS);
    const say = (text: string) => process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s: ${text}\n`);
    const folder = release();
    try {
        const changes: [string, () => void][] = [
            ["another image", () => (shop.build = folder)],
            ["the collector's memory", () => (settings.tracing!.collectorMemory = "640MiB")],
            // What callers have decided stays so: all that the load sends is traced.
            ["Traefik's configuration", () => (settings.ingress.sampleRate = 0.5)],
            [
                "three of each",
                () => {
                    shop.replicas = 3;
                    settings.ingress.replicas = 3;
                    settings.tracing!.collectorReplicas = 3;
                },
            ],
        ];
        for (const [what, change] of changes) {
            say(what);
            change();
            await stack.up("--no-verify");
        }
        say("all changed");
        await pause(Math.max(started + MINUTES * 60_000 - Date.now(), SERVES_WITHIN_MS));
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
    const result = await load.stop();
    const replicas = await watched.stop();
    say(`${result.sent} requests by ${result.connections} connections, ${result.orders.length} orders`);

    expect(result.failures).toEqual([]);
    expect(result.traces).toHaveLength(result.sent);
    expect(await stack.ordersMade(result)).toBe(result.orders.length);
    // Most requests come by a connection that is there.
    expect(result.connections).toBeLessThan(result.sent / 10);

    const { whole, missing } = await readWhole(stack, "shop", result.traces);
    say(`${whole.length} traces are whole`);
    // When a request was answered tells which change cost its spans.
    const when = (id: string) => `${Math.round(result.traces.indexOf(id) / RATE)} s`;
    expect(Object.entries(missing).map(([id, lacks]) => `${when(id)}: ${lacks} (${id})`)).toEqual([]);
    expect(whole.map(shapeOf).filter(({ name, ingress, shop }) => ingress !== 2 || !(shop >= FEWEST[name]))).toEqual([]);

    // Two that take the place of two, and a third one.
    const served = new Map([...firstSpans(whole, "shop"), ...firstSpans(whole, "ingress"), ...watched.tookSpans]);
    const after = replicas.map(({ part, name, ready }) => ({ part, name, after: served.get(name)! - ready }));
    for (const each of after) {
        say(`${each.name} serves ${Math.round(each.after / 1000)} s after it is ready`);
    }
    expect(after.map(({ part }) => part).sort()).toEqual(PARTS.flatMap((part) => [part, part, part]).sort());
    expect(after.filter((each) => !(each.after < SERVES_WITHIN_MS))).toEqual([]);
}, TIMEOUT_MS);

// Environments side by side in one cluster: one in a namespace of its own, two in one that was there before; each sees
// its own traces alone, and goes without the others noticing.
import * as fs from "fs";

import { ClusterStack } from "../../cluster/support/environment";
import { Namespace } from "../../cluster/support/namespace";
import { appWithoutDatabase } from "../../engine/support/clone";
import { readTrace, request } from "../../engine/support/http";
import { eventually } from "../../engine/support/wait";

const HOST = "shop.localhost";
const SHARED = `side-by-side-${process.pid}`;

/** A stack whose app has the same name and the same host as those of the others. */
function stackOf(name: string, port: number, kubernetes: Record<string, unknown>) {
    const stack = new ClusterStack(name, port);
    delete stack.settings.databases;
    Object.assign(stack.settings, { environmentName: name, kubernetes, apps: { shop: appWithoutDatabase(stack.settings.apps.shop) } });
    stack.reserve("50m");
    return { stack, port };
}

type Side = ReturnType<typeof stackOf>;

const alone = stackOf("test-side-alone", 18231, {});
const first = stackOf("test-side-first", 18232, { namespace: SHARED, adoptNamespace: true });
const second = stackOf("test-side-second", 18233, { namespace: SHARED, adoptNamespace: true });
const ALL = [alone, first, second];
let shared: Namespace;

const remove = ({ stack }: Side) => stack.command("down", ["--keep-engine"], "any");

beforeAll(async () => {
    await Promise.all(ALL.map(({ stack }) => stack.removeLeftovers()));
    shared = new Namespace(await alone.stack.api(), SHARED);
    await shared.make();
    await Promise.all(ALL.map(({ stack }) => stack.up("--no-verify")));
});

afterAll(async () => {
    await Promise.all(ALL.map(remove));
    ALL.forEach(({ stack }) => fs.rmSync(stack.file, { force: true }));
    await shared.remove();
});

/** Verifies an environment, and gives its traces. */
async function verified({ stack }: Side): Promise<string[]> {
    const { whole, notes, apps } = await stack.verify(0, "--settle", "120");
    expect({ whole, notes }).toEqual({ whole: true, notes: [] });
    return apps.flatMap(({ traces }) => traces.map(({ traceId }) => traceId));
}

/** Which of these traces an environment's Jaeger has. */
async function readBy({ stack }: Side, traces: readonly string[]): Promise<string[]> {
    const { podIP } = (await stack.pod("main-query")).status;
    const found = await Promise.all(traces.map(async (id) => ((await readTrace(16686, id, podIP)).length > 0 ? [id] : [])));
    return found.flat();
}

const PARTS = ["main-storage", "main-collector", "main-query", "main-ingress", "main-shop"];

/** What is of a stack in the cluster and must stay the same: its objects, and the pods of its parts. */
const belongings = async ({ stack }: Side) => [
    // Retention's come and go.
    ...(await stack.inCluster()).filter((each) => !/^(jobs|pods)\//.test(each)).sort(),
    ...(await Promise.all(PARTS.map((part) => stack.ready(part)))).flat().map(({ metadata }) => metadata.uid).sort(),
];

/** Who answers at a side's port, some times over. */
async function answering({ port }: Side): Promise<Set<string>> {
    const answers = await Promise.all(Array.from({ length: 10 }, () => request(port, "/health", { host: HOST })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    return new Set(answers.map(({ headers }) => String(headers["x-instance"])));
}

const instances = async ({ stack }: Side) => new Set((await stack.ready("main-shop")).map(({ metadata }) => metadata.name));

it("each is whole, in the namespace that it names", async () => {
    for (const side of ALL) {
        await verified(side);
    }
    const namespaces = await Promise.all(ALL.map(async ({ stack }) => (await stack.pod("main-query")).metadata.namespace));
    expect(namespaces[0]).not.toBe(SHARED);
    expect(namespaces.slice(1)).toEqual([SHARED, SHARED]);
});

it("each sees its own traces alone", async () => {
    for (const side of ALL) {
        const own = await verified(side);
        expect(own.length).toBeGreaterThan(0);
        expect(await readBy(side, own)).toEqual(own);
        for (const other of ALL.filter((each) => each !== side)) {
            expect(await readBy(other, own)).toEqual([]);
        }
    }
});

it("the same route leads to each one's own app", async () => {
    for (const side of ALL) {
        expect(await answering(side)).toEqual(await instances(side));
    }
});

it("no part of one can open a part of another, in one namespace too", async () => {
    const [from, to] = [first.stack, second.stack];
    for (const [caller, callee, port] of [["main-collector", "main-storage", 9200], ["main-shop", "main-collector", 4318], ["main-ingress", "main-shop", 8000]] as const) {
        expect(await from.opens(await from.pod(caller), await to.pod(callee), port)).toBe(false);
        expect(await from.opens(await from.pod(caller), await from.pod(callee), port)).toBe(true);
    }
});

it.each([
    ["first", "second", first, second],
    ["alone", "second", alone, second],
] as const)("%s goes and leaves nothing, while nothing of %s is touched", async (_, __, gone, stays) => {
    const before = await belongings(stays);
    expect(before.length).toBeGreaterThan(15);
    await gone.stack.command("down", ["--keep-engine"]);
    expect(await eventually(() => gone.stack.inCluster(), (left) => left.length === 0)).toEqual([]);
    expect(await belongings(stays)).toEqual(before);
    await verified(stays);
    expect(await stays.stack.preview()).toEqual([]);
});

it("the namespace that was there before stays, empty", async () => {
    await second.stack.command("down", ["--keep-engine"]);
    expect(await eventually(() => second.stack.inCluster(), (left) => left.length === 0)).toEqual([]);
    const api = await second.stack.api();
    expect(await api.json(`/api/v1/namespaces/${SHARED}`)).toMatchObject({ status: { phase: "Active" } });
    const left = async () => (await api.json<{ items: unknown[] }>(`/api/v1/namespaces/${SHARED}/pods`)).items;
    expect(await eventually(left, (pods) => pods.length === 0)).toEqual([]);
});

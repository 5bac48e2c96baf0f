// The data of an environment in a cluster: backups that outlive it, and retention. Without an ingress and an app: spans are
// sent to the collector by hand.
import { USERS } from "../../../components/storage/configuration";
import { ClusterStack } from "../../cluster/support/environment";
import { runOnce } from "../../cluster/support/cronJob";
import { newTrace, request } from "../../engine/support/http";
import { storagePasswords } from "../../engine/support/secrets";
import { eventually } from "../../engine/support/wait";

const PREFIX = "upkeep";
const DAYS = 3;
const N = 50;

const stack = new ClusterStack("test-upkeep", 0);
stack.settings.apps = {};
delete stack.settings.databases;
stack.settings.ingress = { external: { url: "http://ingress.invalid", ingressClass: "none", namespace: "none" } };
stack.settings.storage = { indexPrefix: PREFIX, retentionDays: DAYS, retentionInterval: "1m" };

/** Makes traces of one span, and gives their ids once they are read. */
async function write(count: number): Promise<string[]> {
    const address = (await stack.pod("main-collector")).status.podIP;
    const traces = Array.from({ length: count }, newTrace);
    const now = `${Date.now()}000000`;
    const spans = traces.map(({ id, parent }) => ({
        ...{ traceId: id, spanId: parent, name: "by hand", kind: 2 },
        ...{ startTimeUnixNano: now, endTimeUnixNano: now },
    }));
    const attributes = [{ key: "service.name", value: { stringValue: "by-hand" } }];
    const body = JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });
    const headers = { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(body)) };
    expect(await request(4318, "/v1/traces", { address, method: "POST", headers, body })).toMatchObject({ status: 200 });
    const ids = traces.map(({ id }) => id);
    expect(await readable(ids)).toBe(count);
    return ids;
}

/** How many of the traces are read, once all are or time is up. */
const readable = (ids: readonly string[]) => eventually(() => stack.stored(ids), (found) => found === ids.length, 60);

const down = () => stack.command("down", ["--keep-engine"]);
const up = () => stack.up("--no-verify");

// With backups its namespace stays.
beforeAll(() => stack.removeLeftovers());
afterAll(async () => {
    await stack.removeLeftovers();
    expect(await stack.inCluster()).toEqual([]);
});

describe("backups", () => {
    let written: string[] = [];
    let namespace = "";

    it("get no volume while the storage is there, which is said with the way out before anything is changed", async () => {
        await up();
        written = await write(N);
        stack.settings.storage.backup = true;
        const { code, stdout, stderr } = await stack.command("preview", [], "any");
        expect(code).not.toBe(0);
        expect(stdout + stderr).toMatch(/main-storage" was made without the volume "backup", and can't get it while it is there/);
        expect(stdout + stderr).toMatch(/set `keepData` and run `npm run up`; then run `npm run down`/);
    });

    it("get one by that way, and no trace is lost", async () => {
        Object.assign(stack.settings.storage, { backup: false, keepData: true });
        await up();
        await down();
        stack.settings.storage.backup = true;
        await up();
        expect(await stack.preview()).toEqual([]);
        expect(await readable(written)).toBe(N);
    });

    it("are taken and listed", async () => {
        expect((await stack.command("backup", ["--name", "first"])).stdout).toMatch(/^first .* indices/);
        expect((await stack.command("backup", ["--list"])).stdout).toMatch(/^first /);
    });

    it("stay when the stack goes, which names them", async () => {
        stack.settings.storage.keepData = false;
        await up();
        namespace = (await stack.pod("main-storage")).metadata.namespace;
        const { stderr } = await down();
        expect(stderr).toContain(`namespace ${namespace}\n`);
        expect(stderr).toMatch(new RegExp(`claim backup-\\S*main-storage-0 in ${namespace}\n`));
        expect(stderr).toMatch(new RegExp(`claim data-\\S*main-storage-0 in ${namespace}\n`));
    });

    it("bring back what was lost, beside what is newer", async () => {
        const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
        const [data] = (await stack.inCluster()).filter((name) => name.startsWith("persistentvolumeclaims/data-"));
        await (await stack.api()).json(`${claims}/${data.split("/")[1]}`, { method: "DELETE" });
        await up();
        expect(await stack.stored(written)).toBe(0);
        const newer = await write(5);
        const { stdout } = await stack.command("restore", ["--name", "first"]);
        expect(stdout).toMatch(/-span-.*: [1-9]\d* documents added, 0 were there/);
        expect(await readable(written)).toBe(N);
        expect(await readable(newer)).toBe(5);
        // Nothing is stored twice when it is done again.
        expect((await stack.command("restore", ["--name", "first"])).stdout).toMatch(/-span-.*: 0 documents added, [1-9]\d* were there/);
        await stack.command("backup", ["--remove", "first"]);
        expect((await stack.command("backup", ["--list"])).stdout).toBe("There are no backups.\n");
    });
});

describe("retention", () => {
    /** A day so many days before today, as index names have it. */
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

    /** Asks Elasticsearch as one of its users. */
    async function ask(user: string, method: string, path: string, body?: object): Promise<string> {
        const { podIP } = (await stack.pod("main-storage")).status;
        const text = body && JSON.stringify(body);
        const answer = await request(9200, path, {
            ...{ address: podIP, method, body: text },
            headers: {
                Authorization: `Basic ${Buffer.from(`${user}:${passwords[user]}`).toString("base64")}`,
                "Content-Type": "application/json",
                ...(text ? { "Content-Length": String(Buffer.byteLength(text)) } : {}),
            },
        });
        expect(answer.status).toBeLessThan(300);
        return answer.body;
    }

    let passwords: Record<string, string>;
    const indices = async () => (await ask(USERS.maintainer, "GET", `/_cat/indices/${PREFIX}-jaeger-*?h=index`)).split(/\s+/);
    const named = (names: [kind: string, ago: number][]) => names.map(([kind, ago]) => `${PREFIX}-jaeger-${kind}-${day(ago)}`);
    const past = named([["span", DAYS + 1], ["service", DAYS + 1], ["span", DAYS + 400]]);
    const staying = [...named([["span", DAYS], ["span", 1], ["jaeger-span", DAYS + 1]]), `${PREFIX}-jaeger-span-archive`];

    it("deletes what is past, in a run of its CronJob, and keeps the rest", async () => {
        passwords = await storagePasswords(stack);
        for (const index of [...past, ...staying]) {
            await ask(USERS.writer, "POST", `/${index}/_doc`, { startTimeMillis: 0 });
        }
        const { succeeded, log } = await runOnce(await stack.api(), await stack.cronJob("main-retention"));
        expect({ succeeded, log }).toEqual({ succeeded: true, log: expect.stringContaining("days are kept, from") });
        const left = await indices();
        expect(past.filter((index) => left.includes(index))).toEqual([]);
        expect(left).toEqual(expect.arrayContaining(staying));
        expect(left.filter((index) => index.endsWith(day(0)))).not.toEqual([]);
    });

    it("runs by its schedule", async () => {
        const [index] = past;
        await ask(USERS.writer, "POST", `/${index}/_doc`, { startTimeMillis: 0 });
        const left = await eventually(indices, (seen) => !seen.includes(index), 90);
        expect(left).not.toContain(index);
    });
});

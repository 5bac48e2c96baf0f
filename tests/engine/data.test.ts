// Stored traces on a real engine: they outlive every change of settings, a stack that keeps its data, and, with a
// backup, the loss of their volume. A stack without apps: the ingress's own spans are traces enough.
import { rolesInUse, USERS } from "../../components/storage/configuration";
import { read, rows, section } from "../unit/docs/pages";
import { docker, run } from "./support/command";
import { ADMIN, Elasticsearch, Role } from "./support/elasticsearch";
import { newTrace, readTrace, request } from "./support/http";
import { findings, Haystack, secretsOf } from "./support/secrets";
import { Change, TestStack } from "./support/stack";
import { eventually } from "./support/wait";

const PORTS = { web: 18130, jaegerUi: 18131 };
const PREFIX = "data-test";
const N = 50;

const stack = new TestStack("test-data", PORTS);
stack.settings.apps = {};
stack.settings.storage = { indexPrefix: PREFIX };

/** Makes traces, and gives their ids. */
async function write(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
        const { id, traceparent } = newTrace();
        await request(PORTS.web, "/", { headers: { traceparent } });
        ids.push(id);
    }
    return ids;
}

/** How many of the traces are read by their ids, once all are or time is up. */
function readable(ids: readonly string[]): Promise<number> {
    return eventually(
        async () => {
            const traces = await Promise.all(ids.map((id) => readTrace(PORTS.jaegerUi, id)));
            return traces.filter((spans) => spans.length > 0).length;
        },
        (count) => count === ids.length,
        30,
    );
}

/** Asks the database over the network, with the password of its file. */
async function sql(statement: string): Promise<string> {
    const { Id } = await stack.container("-database-shop-0");
    const ask = 'PGPASSWORD="$(cat /run/secrets/postgres/password)" psql -h "$(hostname -i)" -U shop -At -c "$1" shop';
    return (await docker("exec", Id, "sh", "-c", ask, "ask", statement)).join("\n");
}

type Ask = (method: string, path: string, body?: string | object) => Promise<{ status: number; body: string }>;

/** What the user of backups does, by what docs/storage.md says is refused without a privilege. */
const REPOSITORY = "/_snapshot/traced-environment";
const HELD = `/${PREFIX}-jaeger-restoring-test`;
/** Also a field that is not mapped: what is restored may have more of them than the index. */
const added = async (ask: Ask) => {
    const lines = `{"create":{}}\n{"field${Date.now()}":1}\n`;
    const { status, body } = await ask("POST", `/${PREFIX}-jaeger-test/_bulk`, lines);
    const { items } = JSON.parse(body) as { items?: { create: { status: number } }[] };
    return { status: items?.[0].create.status ?? status };
};
const ACTIONS: Record<string, (ask: Ask) => Promise<{ status: number }>> = {
    "see the index templates": (ask) => ask("GET", `/_index_template/${PREFIX}-jaeger-span*`),
    "take a backup, list the backups": (ask) => ask("GET", `${REPOSITORY}/*`),
    "register the repository": (ask) =>
        ask("PUT", REPOSITORY, { type: "fs", settings: { location: "/usr/share/elasticsearch/backup" } }),
    "remove a backup": (ask) => ask("DELETE", `${REPOSITORY}/none`),
    "restore a backup": (ask) => ask("POST", `${REPOSITORY}/none/_restore`),
    "list the indices that are there": (ask) => ask("GET", `/_resolve/index/${PREFIX}-jaeger-test`),
    "add a document": added,
    "read what was restored for a while": (ask) => ask("POST", `${HELD}/_search`),
    "delete it": (ask) => ask("DELETE", HELD),
};

/** A role without a privilege, by where it has it. */
function without({ cluster, indices }: Role, on: string, privilege: string): Role {
    const rest = (privileges: string[]) => privileges.filter((each) => each !== privilege);
    const place = (names: string[]) => (names[0].includes("-restoring-") ? "restoring" : "indices");
    return {
        cluster: on === "cluster" ? rest(cluster) : cluster,
        indices: indices.map(({ names, privileges }) => ({
            names,
            privileges: place(names) === on ? rest(privileges) : privileges,
        })),
    };
}

const down = (expect: number | "any" = 0) => stack.command("down", ["--keep-engine"], expect);
const up = () => stack.command("up", ["--no-verify"]);
const ofData = (changes: Change[]) => changes.filter(({ name }) => /-(data|backup)-0$/.test(name));

async function removeAll(): Promise<void> {
    stack.settings.storage.keepData = false;
    stack.settings.databases = { shop: {} };
    await stack.removeLeftovers();
}

beforeAll(removeAll);
afterAll(removeAll);

describe("stored traces", () => {
    let written: string[] = [];

    it("are read, and backed up", async () => {
        stack.settings.storage.backup = true;
        await up();
        await sql("CREATE TABLE kept (value int); INSERT INTO kept VALUES (42)");
        written = await write(N);
        expect(await readable(written)).toBe(N);
        expect((await stack.command("backup", ["--name", "first"])).stdout).toMatch(/^first .* 2 indices/);
        expect((await stack.command("backup", ["--list"])).stdout).toMatch(/^first /);
    });

    it("bring no secret into a description, a log or the state", async () => {
        const haystacks: Haystack[] = [{ where: "state", text: (await stack.pulumi("stack", "export")).stdout }];
        for (const container of await stack.containers()) {
            const { stdout, stderr } = await run("docker", ["logs", container.Id]);
            haystacks.push({ where: container.Name, text: JSON.stringify(container) + stdout + stderr });
        }
        expect(findings(await secretsOf(stack), haystacks)).toEqual([]);
    });

    it("are not given to an older Elasticsearch: the one that runs stays", async () => {
        const { Id, Image } = await stack.container("-storage-0");
        const [image] = await docker("image", "inspect", "--format", "{{index .RepoTags 0}}", Image);
        stack.settings.images = { elasticsearch: { version: "8.2.0", image } };
        const { code, stdout, stderr } = await stack.command("up", ["--no-verify"], "any");
        delete stack.settings.images;
        expect(code).not.toBe(0);
        expect(stdout + stderr).toMatch(/written by Elasticsearch .*8\.2\.0 can't open them: it never goes back/s);
        expect((await stack.container("-storage-0")).Id).toBe(Id);
        expect(await readable(written)).toBe(N);
    });

    it("are not removed by a stack that was made before keepData was set", async () => {
        stack.settings.storage.keepData = true;
        stack.settings.databases = { shop: { keepData: true } };
        const { code, stderr } = await down("any");
        expect(code).not.toBe(0);
        expect(stderr).toContain("storage.keepData, databases.shop.keepData: set, but the stack");
    });

    it("stay whatever setting changes, and keepData alone changes nothing that runs", async () => {
        // The look at the data that refused the older version is made again.
        expect((await stack.preview()).filter(({ name }) => !name.includes("-data-check-"))).toEqual([]);
        const { ingress, storage } = stack.settings;
        stack.settings.environmentName = "other";
        Object.assign(storage, {
            indexPrefix: "other",
            memory: "1088MiB",
            shards: 2,
            retentionDays: 5,
            retentionInterval: "30m",
            maxSize: "5GiB",
        });
        stack.settings.tracing = { collectorMemory: "320MiB", queryMemory: "192MiB" };
        stack.settings.ingress = { ...ingress, sampleRate: 0.5, memory: "160MiB" };
        stack.settings.databases = { shop: { memory: "192MiB", keepData: true } };
        expect(ofData(await stack.preview())).toEqual([]);
        await up();
    });

    it("stay when the stack goes, which says so, and are found by the next", async () => {
        const { stderr } = await down();
        const left = await stack.leftovers();
        expect(left.map((name) => name.replace(/^.*-(main|database)-/, "$1-")).sort()).toEqual([
            "database-shop-data-0",
            "main-storage-backup-0",
            "main-storage-data-0",
        ]);
        for (const name of left) {
            expect(stderr).toContain(`volume ${name}\n`);
        }
        stack.settings.storage = { indexPrefix: PREFIX, backup: true };
        stack.settings.databases = { shop: {} };
        await up();
        expect(await readable(written)).toBe(N);
        expect(await sql("SELECT value FROM kept")).toBe("42");
        expect(await stack.preview()).toEqual([]);
    });

    it("go when the stack that found them goes without keeping them; the backups stay", async () => {
        await down();
        const left = await stack.leftovers();
        expect(left).toEqual([expect.stringMatching(/-main-storage-backup-0$/)]);
    });

    it("come back from the backup, beside what is newer", async () => {
        await up();
        const newer = await write(5);
        expect(await readable(newer)).toBe(5);
        const { stdout } = await stack.command("restore", ["--name", "first"]);
        expect(stdout).toMatch(new RegExp(`-span-.*: ${N} documents added, 0 were there`));
        expect(await readable(written)).toBe(N);
        expect(await readable(newer)).toBe(5);
        // Nothing is stored twice when it is done again.
        expect((await stack.command("restore", ["--name", "first"])).stdout).toMatch(
            new RegExp(`-span-.*: 0 documents added, ${N} were there`),
        );
        await stack.command("backup", ["--remove", "first"]);
        expect((await stack.command("backup", ["--list"])).stdout).toBe("There are no backups.\n");
    });
});

describe("the user of backups", () => {
    it("has those privileges, and needs each of them", async () => {
        const needs = rows(section(read("docs/storage.md"), "## Users and privileges"))
            .map((row) => row.map((cell) => cell.replaceAll("`", "")))
            .filter(([on]) => ["cluster", "indices", "restoring"].includes(on));
        const node = await Elasticsearch.of(stack);
        const own = (await node.roles())[USERS.backup];
        expect(Object.keys(await node.roles()).sort()).toEqual(rolesInUse(true).map((role) => USERS[role]).sort());
        const lacking = needs.map(([on, privilege]) => without(own, on, privilege));
        expect(lacking.map((role) => JSON.stringify(role) === JSON.stringify(own))).not.toContain(true);
        expect(needs).toHaveLength([own.cluster, ...own.indices.map(({ privileges }) => privileges)].flat().length);
        const restore = await node.withRoles(
            Object.fromEntries([...lacking, own].map((role, user) => [`test-${user}`, role])),
        );
        const found: string[][] = [];
        for (const [user, [on, privilege, action]] of needs.entries()) {
            for (const index of [`/${PREFIX}-jaeger-test`, HELD]) {
                await node.ask(ADMIN, "PUT", index, { settings: { number_of_replicas: 0 } });
            }
            const verdict = async (name: string) => {
                const { status } = await ACTIONS[action]((...request) => node.ask(name, ...request));
                // To a restore of what is not there the answer is 500.
                return status < 300 || status === 404 || status === 500 ? "yes" : String(status);
            };
            // First who may not: who may deletes it.
            const refused = await verdict(`test-${user}`);
            found.push([on, privilege, action, refused, await verdict(`test-${needs.length}`)]);
        }
        await restore();
        expect(found).toEqual(needs.map((need) => [...need, "403", "yes"]));
    });
});

// Backups of traces: taken, listed, brought back beside what is newer, and every way in which that can fail.
import { readPage } from "../../../../scripts/backup/hits";
import { findBackup, restore } from "../../../../scripts/backup/restore";
import {
    listBackups,
    nameAt,
    nameProblem,
    openRepository,
    reasonIn,
    removeBackup,
    takeBackup,
} from "../../../../scripts/backup/snapshots";
import { backupLines } from "../../../../scripts/commands/backup";
import { fakeNode } from "./fakeNode";

const SPANS = "p-jaeger-span-2026-11-25";
const SERVICES = "p-jaeger-service-2026-11-25";
const lines: string[] = [];
const say = (line: string) => lines.push(line);

describe("a backup's name", () => {
    it.each(["first", "2026-11-25t101530", "before.9_1", "0"])("may be %s", (name) => {
        expect(nameProblem(name)).toBeUndefined();
    });

    it.each(["", "First", "-a", "a b", "a/b", "a*", "ä", "a,b", "a".repeat(64)])("may not be %j", (name) => {
        expect(nameProblem(name)).toMatch(/lower-case/);
    });

    it("is the time when there is none", () => {
        const name = nameAt(new Date("2026-11-25T10:15:30.999Z"));
        expect(name).toBe("2026-11-25t101530");
        expect(nameProblem(name)).toBeUndefined();
    });
});

describe("backups", () => {
    it("are taken of the environment's indices, listed, and removed", async () => {
        const node = fakeNode();
        node.indices = { [SPANS]: { a: "{}" }, [SERVICES]: {} };
        await openRepository(node.ask);
        const taken = await takeBackup(node.ask, "first", "p");
        expect(taken).toMatchObject({ name: "first", indices: [SERVICES, SPANS], state: "SUCCESS" });
        // The fake's clock: a shorter name is an earlier one.
        await takeBackup(node.ask, "x1", "p");
        expect(backupLines(await listBackups(node.ask))).toBe(
            "x1     2026-11-25T10:02:00.000Z  2 indices  Elasticsearch 8.8.2\n" +
                "first  2026-11-25T10:05:00.000Z  2 indices  Elasticsearch 8.8.2\n",
        );
        await removeBackup(node.ask, "first");
        expect((await listBackups(node.ask)).map(({ name }) => name)).toEqual(["x1"]);
    });

    it("of the same name are refused in Elasticsearch's own words", async () => {
        const node = fakeNode();
        await takeBackup(node.ask, "first", "p");
        await expect(takeBackup(node.ask, "first", "p")).rejects.toThrow(
            'The backup "first" was refused by Elasticsearch (HTTP 400): snapshot with the same name already exists',
        );
    });

    it("that are not whole are an error, and are not restored", async () => {
        const node = fakeNode();
        const snapshot = { snapshot: "first", start_time: "t", state: "PARTIAL", version: "8.8.2", indices: [SPANS] };
        const body = JSON.stringify({ snapshot: { ...snapshot, failures: [{ index: SPANS, reason: "disk full" }] } });
        node.instead["PUT _snapshot/traced-environment/first"] = { status: 200, body };
        await expect(takeBackup(node.ask, "first", "p")).rejects.toThrow(/not whole \(PARTIAL: .*: disk full\)/);
        const list = { status: 200, body: JSON.stringify({ snapshots: [snapshot] }) };
        node.instead["GET _snapshot/traced-environment/*"] = list;
        expect(backupLines(await listBackups(node.ask))).toContain("PARTIAL: not whole");
        node.instead["GET _snapshot/traced-environment/*"] = list;
        await expect(findBackup(node.ask, "first")).rejects.toThrow(/not whole \(PARTIAL\), so it is not restored/);
    });

    it("that are not there are named with those that are", async () => {
        const node = fakeNode();
        await expect(findBackup(node.ask, "first")).rejects.toThrow('There is no backup "first". There are: none.');
        await takeBackup(node.ask, "other", "p");
        await expect(findBackup(node.ask, "first")).rejects.toThrow("There are: other.");
        expect(backupLines([])).toBe("There are no backups.\n");
    });
});

describe("a restore", () => {
    const taken = async () => {
        const node = fakeNode();
        node.indices = { [SPANS]: { a: '{"n":1}', b: '{"n":2}', c: '{"n":3}' }, [SERVICES]: { s: "{}" } };
        await takeBackup(node.ask, "first", "p");
        return { node, backup: await findBackup(node.ask, "first") };
    };

    it("brings indices that are gone back as they were", async () => {
        const { node, backup } = await taken();
        node.indices = {};
        expect(await restore(node.ask, backup, "p", say)).toEqual({ indices: [SERVICES, SPANS], merged: [] });
        expect(node.indices).toEqual(node.backups.first);
    });

    it("adds to indices that are there what they lack, and leaves what is newer", async () => {
        const { node, backup } = await taken();
        node.indices = { [SPANS]: { b: '{"n":2}', newer: "{}" }, other: {} };
        expect(await restore(node.ask, backup, "p", say)).toEqual({
            indices: [SERVICES],
            merged: [{ index: SPANS, added: 2, present: 1 }],
        });
        expect(node.indices).toEqual({
            other: {},
            [SERVICES]: { s: "{}" },
            [SPANS]: { a: '{"n":1}', b: '{"n":2}', c: '{"n":3}', newer: "{}" },
        });
        expect(lines).toContain(`${SPANS} is there: adding what it lacks`);
    });

    it("removes first what a restore left that was cut short", async () => {
        const { node, backup } = await taken();
        node.indices[`p-jaeger-restoring-${SPANS}`] = { a: "{}" };
        await restore(node.ask, backup, "p", say);
        expect(Object.keys(node.indices).sort()).toEqual([SERVICES, SPANS]);
    });

    it("looks again when the collector made an index meanwhile", async () => {
        const { node, backup } = await taken();
        node.indices = {};
        const { ask } = node;
        let first = true;
        const racing: typeof ask = (method, path, body) => {
            if (first && path.includes("_restore")) {
                first = false;
                node.indices[SPANS] = { newer: "{}" };
            }
            return ask(method, path, body);
        };
        expect(await restore(racing, backup, "p", say)).toMatchObject({ indices: [SERVICES], merged: [{ added: 3 }] });
        expect(Object.keys(node.indices[SPANS])).toContain("newer");
    });

    it("is refused while the collector's templates are missing, and changes nothing", async () => {
        const { node, backup } = await taken();
        node.templates = [];
        node.asked = [];
        await expect(restore(node.ask, backup, "p", say)).rejects.toThrow(/templates are missing.*npm run down/s);
        expect(node.asked).toEqual(["GET _index_template/p-jaeger-span*"]);
    });

    it("fails when a document is not taken, or a shard is not restored", async () => {
        const { node, backup } = await taken();
        const items = [{ create: { status: 403, error: { reason: "no" } } }];
        node.instead[`POST ${SPANS}/_bulk`] = { status: 200, body: JSON.stringify({ items }) };
        await expect(restore(node.ask, backup, "p", say)).rejects.toThrow(/did not take a document \(HTTP 403\): no/);
        node.indices = {};
        const body = JSON.stringify({ snapshot: { shards: { failed: 2 } } });
        node.instead["POST _snapshot/traced-environment/first/_restore"] = { status: 200, body };
        await expect(restore(node.ask, backup, "p", say)).rejects.toThrow(/failed for 2 shards/);
    });
});

describe("a page of documents", () => {
    it("is read as it stands: no digit and no escape is lost", () => {
        const first = '{"a":{"b":[1,{"c":"}{\\"]"}]},"n":12345678901234567890,"x":1.10}';
        const second = '{"t":"\\\\","u":"\\u00e9"}';
        const answer = `{"_scroll_id":"s","hits":{"hits":[{"_id":"1","_source":${first}},{"_id":"2","_source":${second}}]}}`;
        expect(readPage(answer)).toEqual({
            scrollId: "s",
            documents: [
                { id: "1", source: first },
                { id: "2", source: second },
            ],
        });
    });

    it("may be empty", () => {
        expect(readPage('{"_scroll_id":"s"}')).toEqual({ scrollId: "s", documents: [] });
    });
});

describe("why Elasticsearch refused", () => {
    it.each([
        ['{"error":{"root_cause":[{"reason":"inner"}],"reason":"outer"}}', "inner"],
        ['{"error":{"reason":"outer"}}', "outer"],
        ["no JSON", "no JSON"],
        ["{}", "{}"],
    ])("is found in %s", (body, reason) => {
        expect(reasonIn(body)).toBe(reason);
    });
});

// Which Elasticsearch opens whose data: the rule, and the program that applies it to what lies on the volume.
import * as fs from "node:fs";
import * as path from "node:path";

import { dataCheck, oldestReadable, versionId } from "../../../../components/storage/dataVersion";
import { run } from "../platform/docker/shell";
import { useTemporaryFolder } from "../temporaryFolder";

const temporaryFolder = useTemporaryFolder();

describe("a version's number in the data", () => {
    test.each([
        ["8.8.2", 8080299],
        ["8.19.0", 8190099],
        ["9.1.3", 9010399],
        ["7.17.0", 7170099],
    ])("of %s is %i", (version, id) => {
        expect(versionId(version)).toBe(id);
    });
});

describe("data are opened", () => {
    test.each([
        ["8.2.0", "7.17.0"],
        ["8.19.0", "7.17.0"],
        ["9.0.4", "8.18.0"],
        ["9.1.0", "8.19.0"],
    ])("by %s from %s on", (version, oldest) => {
        expect(oldestReadable(version)).toBe(oldest);
    });
});

describe("the look at the data", () => {
    /** A node's state as Lucene writes it: a text is its length and its bytes. */
    const commit = (version: number | undefined) => {
        const text = (value: string) => String.fromCharCode(value.length) + value;
        const pairs = { node_id: "x9_", ...(version ? { node_version: String(version) } : {}), oldest_index_version: "8080299" };
        const map = Object.entries(pairs).map(([key, value]) => text(key) + text(value));
        return Buffer.from(`?\u00d7l\u0017segments${String.fromCharCode(map.length)}${map.join("")}\u00c0\u0028`, "latin1");
    };
    const look = (commits: Record<string, number | undefined>, version: string) => {
        const folder = temporaryFolder();
        if (Object.keys(commits).length > 0) {
            fs.mkdirSync(path.join(folder, "_state"));
        }
        for (const [name, id] of Object.entries(commits)) {
            fs.writeFileSync(path.join(folder, "_state", name), commit(id));
        }
        const { status, stdout } = run(dataCheck(folder, version));
        return { status, stdout };
    };

    test.each<[string, number, string]>([
        ["the same version", 8080299, "8.8.2"],
        ["a later patch", 8080299, "8.8.3"],
        ["a later minor", 8080299, "8.19.0"],
        ["the next major, from its last minor", 8190599, "9.1.0"],
        ["8 from 7.17", 7170099, "8.2.0"],
    ])("lets %s open them", (_, written, version) => {
        expect(look({ segments_1a: written }, version)).toMatchObject({ status: 0 });
    });

    test.each<[string, number, string, RegExp]>([
        ["an older major", 9010099, "8.19.0", /written by Elasticsearch 9\.1\.0.*8\.19\.0 can't open.*never goes back.*Set its version to 9\.1\.0/s],
        ["an older minor", 8080299, "8.2.0", /8\.2\.0 can't open them.*restore a backup/s],
        ["an older patch", 8080299, "8.8.1", /never goes back/],
        ["two majors later", 7170999, "9.1.0", /written by Elasticsearch 7\.17\.9.*takes data from 8\.19\.0 on\. Make a backup/s],
        ["the next major, not from its last minor", 8080299, "9.1.0", /takes data from 8\.19\.0 on/],
    ])("refuses %s, with the way out", (_, written, version, message) => {
        const { status, stdout } = look({ segments_1a: written }, version);
        expect(status).toBe(1);
        expect(stdout).toMatch(message);
    });

    test("takes the latest of several commits", () => {
        expect(look({ segments_9: 7170099, segments_a: 8080299 }, "8.2.0")).toMatchObject({ status: 1 });
    });

    test("finds nothing to refuse before there are data", () => {
        expect(look({}, "8.8.2")).toEqual({ status: 0, stdout: "There are no data yet.\n" });
    });

    test("leaves to Elasticsearch what it can't read", () => {
        expect(look({ segments_1: undefined }, "8.8.2")).toMatchObject({
            status: 0,
            stdout: expect.stringContaining("do not say their version"),
        });
    });
});

// Elasticsearch's files: reviewed as golden files, with what must hold of them whatever they look like.
import * as path from "node:path";

import { parse } from "yaml";

import {
    heapMebibytes,
    heapOptions,
    indexPrefixProblem,
    intervalProblem,
    roles,
    rolesInUse,
    settings,
    USERS,
    users,
    usersRoles,
} from "../../../../components/storage/configuration";
import { expectGolden } from "../../../helpers/golden";

const golden = (file: string) => path.join(__dirname, "../golden", file);
const HASHES = { writer: "$2a$10$w", reader: "$2a$10$r", maintainer: "$2a$10$m", backup: "$2a$10$b" };
const EVERY_ROLE = rolesInUse(true);

describe("the golden files", () => {
    test.each([
        ["elasticsearch.yaml", settings("shop-dev-storage", { backup: true })],
        ["elasticsearch-roles.yaml", roles("shop", EVERY_ROLE)],
        ["elasticsearch-users.txt", users(HASHES)],
        ["elasticsearch-users-roles.txt", usersRoles(EVERY_ROLE)],
    ])("%s", (file, text) => {
        expectGolden(golden(file), text);
    });
});

describe("the settings", () => {
    const parsed = parse(settings("shop")) as Record<string, unknown>;

    test("have security on and nobody with all rights", () => {
        expect(parsed).toMatchObject({
            "xpack.security.enabled": true,
            "xpack.security.authc.reserved_realm.enabled": false,
        });
    });

    test("stop writing before the disk is full, by what is left of it and not by a share", () => {
        const marks = ["low", "high", "flood_stage"].map(
            (mark) => parsed[`cluster.routing.allocation.disk.watermark.${mark}`],
        );
        expect(marks).toEqual(["3gb", "2gb", "1gb"]);
        expect(Object.keys(parsed).join()).not.toContain("threshold_enabled");
    });

    test("leave free what a small volume can spare, and of a large one no more than of a disk", () => {
        const of = (version: string) => {
            const all = parse(settings("shop", { volume: true, version })) as Record<string, unknown>;
            return Object.entries(all)
                .filter(([key]) => key.includes("watermark"))
                .map(([key, value]) => `${key.replace(/^.*watermark\./, "")}=${String(value)}`);
        };
        expect(of("8.5.0")).toEqual([
            "low=70%",
            "low.max_headroom=3gb",
            "high=80%",
            "high.max_headroom=2gb",
            "flood_stage=90%",
            "flood_stage.max_headroom=1gb",
        ]);
        expect(of("8.2.0")).toEqual(["low=3gb", "high=2gb", "flood_stage=1gb"]);
    });

    test("need no setting of the host", () => {
        expect(parsed).toMatchObject({ "node.store.allow_mmap": false, "discovery.type": "single-node" });
    });
});

describe("the roles", () => {
    const parsed = parse(roles("shop", EVERY_ROLE)) as Record<
        string,
        { cluster: string[]; indices: { names: string[]; privileges: string[] }[] }
    >;
    const privileges = (user: string) => parsed[user].indices.flatMap((index) => index.privileges);

    test("are one per user, of the same name", () => {
        expect(Object.keys(parsed).sort()).toEqual(Object.values(USERS).sort());
        expect(
            usersRoles(EVERY_ROLE)
                .trim()
                .split("\n")
                .map((line) => line.split(":")),
        ).toEqual(
            Object.keys(parsed)
                .sort()
                .map((user) => [user, user]),
        );
        expect(
            users(HASHES)
                .trim()
                .split("\n")
                .map((line) => line.split(":")[0]),
        ).toEqual(Object.keys(parsed).sort());
    });

    test("reach no further than the environment's own indices", () => {
        for (const { indices } of Object.values(parsed)) {
            expect(indices.flatMap(({ names }) => names).filter((name) => !name.startsWith("shop-jaeger-"))).toEqual([]);
        }
    });

    test.each<[keyof typeof USERS, string[], string[]]>([
        [
            "writer",
            ["index", "auto_configure"],
            ["read", "delete", "delete_index", "manage", "all", "write"],
        ],
        ["reader", ["read"], ["index", "create_doc", "delete", "delete_index", "manage", "all", "write"]],
        ["maintainer", ["delete_index"], ["read", "index", "create_doc", "manage", "all", "write"]],
        ["backup", ["create_doc"], ["index", "delete", "manage", "all", "write"]],
    ])("of the %s hold what it does and nothing of the others", (role, has, hasNot) => {
        expect(privileges(USERS[role])).toEqual(expect.arrayContaining(has));
        for (const privilege of hasNot) {
            expect(privileges(USERS[role])).not.toContain(privilege);
        }
    });

    test("let the writer alone make templates, and nobody manage security", () => {
        const withTemplates = Object.keys(parsed).filter((user) =>
            parsed[user].cluster.includes("manage_index_templates"),
        );
        expect(withTemplates).toEqual([USERS.writer]);
        expect(JSON.stringify(parsed)).not.toMatch(/manage_security|superuser|"all"/);
    });

    test("have no anchor: Elasticsearch drops a role that has one", () => {
        expect(roles("shop", EVERY_ROLE)).not.toMatch(/[&*]a\d/);
    });
});

describe("without backups", () => {
    test("there is no user for them, and nowhere to write them", () => {
        expect(rolesInUse(false)).toEqual(["writer", "reader", "maintainer"]);
        expect(roles("shop", rolesInUse(false)) + usersRoles(rolesInUse(false))).not.toContain("backup");
        expect(settings("shop")).not.toContain("path.repo");
    });
});

describe("the backups' user", () => {
    const { indices } = (
        parse(roles("shop", ["backup"])) as Record<string, { indices: { names: string[]; privileges: string[] }[] }>
    )["jaeger-backup"];

    test("reads and deletes only what a restore makes for a while", () => {
        for (const privilege of ["read", "delete_index"]) {
            const where = indices.filter(({ privileges }) => privileges.includes(privilege));
            expect(where.flatMap(({ names }) => names)).toEqual(["shop-jaeger-restoring-*"]);
        }
    });
});

describe("the heap", () => {
    test.each([
        [1024, 512],
        [1025, 512],
        [2048, 1024],
        [4096, 2048],
        [63 * 1024, 31 * 1024],
        [64 * 1024, 31 * 1024],
        [128 * 1024, 31 * 1024],
    ])("of %i MiB is %i MiB", (memory, heap) => {
        expect(heapMebibytes(memory)).toBe(heap);
        expect(heapOptions(memory)).toBe(`-Xms${heap}m\n-Xmx${heap}m\n`);
    });
});

describe("an interval of retention is", () => {
    test.each(["1s", "30m", "1h", "24h"])("taken: %s", (interval) => {
        expect(intervalProblem(interval)).toBeUndefined();
    });

    test.each(["", "0s", "25h", "1441m", "1d", "60", "-1h"])("refused: %j", (interval) => {
        expect(intervalProblem(interval)).toMatch(/from 1s to 24h/);
    });
});

describe("an index prefix is", () => {
    test.each(["shop", "shop-prod_1", "0", "a".repeat(64)])("taken: %s", (prefix) => {
        expect(indexPrefixProblem(prefix)).toBeUndefined();
    });

    test.each([
        "",
        "Shop",
        "-shop",
        "_shop",
        "shop*",
        "shop,other",
        "shop prod",
        "a/b",
        ".shop",
        "ü",
        "a".repeat(65),
        "a\n",
    ])("refused: %j", (prefix) => {
        expect(indexPrefixProblem(prefix)).toMatch(/expected lower-case letters, digits/);
    });
});

// One run of retention: which indices it deletes, by a fake storage; and that no password is on a command line.
import * as fs from "node:fs";
import * as path from "node:path";

import { run } from "../platform/docker/shell";
import { useTemporaryFolder } from "../temporaryFolder";

const SCRIPT = path.join(__dirname, "../../../../components/storage/retention.sh");
const PASSWORD = 'p"a\\s s$w`d';

/** Answers as the storage does: lists what is in a file, takes deleted indices out of it, writes down each call. */
const CURL = `#!/bin/bash
printf '%s\\n' "$*" >> "$FAKE/arguments"
cat >> "$FAKE/logins"
url="\${@: -1}"
method=$(sed 's/.*--request \\([A-Z]*\\).*/\\1/' <<< "$*")
case $url in http://away:*) echo "curl: (7) Failed to connect" >&2; exit 7 ;; esac
printf '%s %s\\n' "$method" "\${url#http://es:9200}" >> "$FAKE/calls"
refusal="$FAKE/refuses$(tr / _ <<< "\${url#http://es:9200}" | tr -dc 'a-z0-9_-')"
if [ -e "$refusal" ]; then cat "$refusal"; exit 0; fi
case $method in GET) cat "$FAKE/indices"; printf '\\n200' ;; DELETE) printf '{"acknowledged":true}\\n200' ;; esac
`;
/** The clock stands still; all else is done by the real program. */
const DATE = `#!/bin/sh
case "$*" in "-u +%s") echo "$NOW" ;; *) PATH="$REST" exec date "$@" ;; esac
`;

const folder = useTemporaryFolder();
const file = (name: string) => path.join(folder(), name);
const lines = (name: string) =>
    fs.existsSync(file(name)) ? fs.readFileSync(file(name), "utf8").trim().split("\n") : [];

interface Run {
    indices: [name: string, bytes: number | ""][];
    now?: string;
    days?: number;
    maxBytes?: number;
    urls?: string;
    prefix?: string;
    ca?: string;
}

/** Runs retention once. */
function retention({ indices, now = "2026-11-25T12:00:00Z", days = 7, maxBytes = 0, ...more }: Run) {
    for (const [name, text] of [
        ["curl", CURL],
        ["date", DATE],
    ]) {
        fs.writeFileSync(file(name), text, { mode: 0o755 });
    }
    fs.writeFileSync(file("indices"), indices.map(([name, bytes]) => `${name} ${bytes}\n`).join(""));
    fs.writeFileSync(file("password"), PASSWORD);
    fs.writeFileSync(file("ca.pem"), more.ca ?? "The system's are used.\n");
    const { status, stdout, stderr } = run(["bash", SCRIPT], {
        PATH: `${folder()}:${process.env.PATH}`,
        REST: process.env.PATH as string,
        FAKE: folder(),
        NOW: String(Date.parse(now) / 1000),
        CA_FILE: file("ca.pem"),
        URLS: more.urls ?? "http://es:9200",
        INDEX_PREFIX: more.prefix ?? "shop",
        RETENTION_DAYS: String(days),
        MAX_BYTES: String(maxBytes),
        STORAGE_USER: "jaeger-maintainer",
        PASSWORD_FILE: file("password"),
    });
    const deleted = lines("calls").flatMap((call) => (call.startsWith("DELETE /") ? [call.slice(8)] : []));
    return { status, text: stdout + stderr, deleted };
}

const span = (day: string, prefix = "shop") => `${prefix}-jaeger-span-${day}`;

describe("the day in the name decides", () => {
    test.each<[string, number, string[], string[]]>([
        // now, days, deleted, kept
        ["2026-11-25T12:00:00Z", 7, ["2026-11-17", "2026-11-10", "2024-11-25"], ["2026-11-18", "2026-11-25"]],
        ["2026-11-25T00:00:00Z", 1, ["2026-11-23"], ["2026-11-24", "2026-11-25"]],
        // The last second of a day still keeps the day that the next one deletes.
        ["2026-11-25T23:59:59Z", 1, ["2026-11-23"], ["2026-11-24", "2026-11-25"]],
        ["2026-11-26T00:00:00Z", 1, ["2026-11-24"], ["2026-11-25", "2026-11-26"]],
        // Borders of months, of years, and a leap day.
        ["2026-03-02T08:00:00Z", 2, ["2026-02-27"], ["2026-02-28", "2026-03-01", "2026-03-02"]],
        ["2028-03-02T08:00:00Z", 2, ["2028-02-28"], ["2028-02-29", "2028-03-01", "2028-03-02"]],
        ["2027-01-01T08:00:00Z", 1, ["2026-12-30"], ["2026-12-31", "2027-01-01"]],
        ["2026-11-25T12:00:00Z", 3650, [], ["2016-11-28", "2026-11-25"]],
        // A clock that is ahead elsewhere made the index of tomorrow.
        ["2026-11-25T12:00:00Z", 1, [], ["2026-11-25", "2026-11-26", "2027-11-25"]],
    ])("at %s with %i days: %j go, %j stay", (now, days, gone, kept) => {
        const indices = [...gone, ...kept].map((day): [string, number] => [span(day), 10]);
        const result = retention({ now, days, indices });
        expect(result.deleted.sort()).toEqual(gone.map((day) => span(day)).sort());
        expect(result.status).toBe(0);
    });

    it("keeps a span for at least the days and at most one more", () => {
        // A span of the last moment of its day has exactly the days behind it when the index goes.
        const indices: [string, number][] = [[span("2026-11-20"), 1]];
        expect(retention({ now: "2026-11-23T23:59:59Z", days: 3, indices }).deleted).toEqual([]);
        expect(retention({ now: "2026-11-24T00:00:00Z", days: 3, indices }).deleted).toHaveLength(1);
    });
});

describe("only the indices of the prefix go", () => {
    const day = "2026-01-01";

    it("of each kind", () => {
        const kinds = ["span", "service", "dependencies", "sampling"].map((kind) => `shop-jaeger-${kind}-${day}`);
        expect(retention({ indices: kinds.map((name) => [name, 1]) }).deleted.sort()).toEqual(kinds.sort());
    });

    test.each([
        span(day, "other"),
        span(day, "shop-jaeger"),
        span(day, "shop-jaeger-span"),
        span(day, "my-shop"),
        span(day, "sho"),
        span(day, "shopp"),
        `shop-${day}`,
        `jaeger-span-${day}`,
        "shop-jaeger-span-archive",
        "shop-jaeger-span-write",
        "shop-jaeger-span-000001",
        `shop-jaeger-span-${day}-01`,
        `shop-jaeger-span-archive-${day}`,
        "shop-jaeger-span-2026-1-1",
        `shop-jaeger-spans-${day}`,
        `.ds-shop-jaeger-span-${day}`,
        `shop-jaeger-span-${day}x`,
    ])("%s stays", (name) => {
        expect(
            retention({
                indices: [
                    [name, 1000],
                    [span("2026-11-25"), 1],
                ],
                maxBytes: 10,
            }).deleted,
        ).toEqual([]);
    });

    it("also when the prefix ends as another begins", () => {
        const result = retention({ prefix: "a_b-c", indices: [[span(day, "a_b-c"), 1], [span(day, "axb-c"), 1]] });
        expect(result.deleted).toEqual([span(day, "a_b-c")]);
    });
});

describe("the size", () => {
    const today = "2026-11-25";
    const four: [string, number][] = ["2026-11-22", "2026-11-23", "2026-11-24", today].map((day) => [span(day), 100]);

    test.each<[string, number, [string, number | ""][], string[]]>([
        ["no limit", 0, four, []],
        ["exactly reached", 400, four, []],
        ["one byte too many", 399, four, ["2026-11-22"]],
        ["half", 200, four, ["2026-11-22", "2026-11-23"]],
        ["less than today's: today's stay", 1, four, ["2026-11-22", "2026-11-23", "2026-11-24"]],
        ["only today's, too large", 1, [[span(today), 1000]], []],
        ["the listing's order does not matter", 399, [...four].reverse(), ["2026-11-22"]],
        ["a closed index counts nothing", 100, [[span("2026-11-22"), ""], [span(today), 100]], []],
        ["what age takes makes room first", 100, [[span("2026-01-01"), 500], [span("2026-11-24"), 50], [span(today), 50]], ["2026-01-01"]],
        ["beyond 32 bits", 5_000_000_000, [[span("2026-11-24"), 3_000_000_000], [span(today), 3_000_000_000]], ["2026-11-24"]],
        ["foreign prefixes do not count", 100, [[span("2026-11-24"), 50], [span("2026-11-24", "other"), 900]], []],
    ])("%s", (_, maxBytes, indices, days) => {
        const result = retention({ maxBytes, indices });
        expect(result.deleted).toEqual(days.map((day) => span(day)));
        expect(result.status).toBe(0);
    });

    it("takes a whole day, of every kind", () => {
        const result = retention({
            maxBytes: 15,
            indices: [
                [span("2026-11-23"), 10],
                ["shop-jaeger-service-2026-11-23", 1],
                [span("2026-11-24"), 10],
            ],
        });
        expect(result.deleted.sort()).toEqual(["shop-jaeger-service-2026-11-23", span("2026-11-23")]);
    });
});

describe("a run", () => {
    const old: [string, number][] = [
        [span("2026-01-01"), 1],
        [span("2026-01-02"), 1],
    ];
    const refuse = (call: string, answer: string) => fs.writeFileSync(file(`refuses${call}`), answer);

    it("says what it deleted and what is left", () => {
        const { text } = retention({ indices: [...old, [span("2026-11-25"), 5]] });
        expect(text).toContain("retention: deleted shop-jaeger-span-2026-01-01 (before 2026-11-18)\n");
        expect(text).toContain("retention: 1 days are kept, from 2026-11-18 on, with 5 bytes\n");
    });

    it("with nothing there succeeds", () => {
        expect(retention({ indices: [] })).toMatchObject({ status: 0, deleted: [] });
    });

    it("gives the password to nothing but curl's standard input, quoted", () => {
        retention({ indices: old });
        expect(lines("logins")).toEqual(Array(3).fill('user = "jaeger-maintainer:p\\"a\\\\s s$w`d"'));
        expect(fs.readFileSync(file("arguments"), "utf8")).not.toContain("s s");
    });

    it("checks the server with the authorities that are given", () => {
        retention({ indices: [], ca: "-----BEGIN CERTIFICATE-----" });
        expect(lines("logins")[1]).toBe(`cacert = "${file("ca.pem")}"`);
    });

    it("asks the next address when one can't be reached", () => {
        const result = retention({ indices: old, urls: "http://away:9200 http://es:9200" });
        expect(result).toMatchObject({ status: 0, deleted: [old[0][0], old[1][0]] });
        expect(result.text).toContain("retention: http://away:9200 can't be reached: curl: (7) Failed to connect");
    });

    it("fails when none can be reached", () => {
        expect(retention({ indices: old, urls: "http://away:9200" })).toMatchObject({ status: 1, deleted: [] });
    });

    it("fails when the listing is refused, and says how", () => {
        refuse("__cat_indices_shop-jaeger-hindexstoresizebytesb", '{"error":"unable to authenticate"}\n401');
        const result = retention({ indices: old });
        expect(result).toMatchObject({ status: 1, deleted: [] });
        expect(result.text).toContain("listing the indices was refused with HTTP 401");
        expect(result.text).toContain("unable to authenticate");
    });

    it("fails when an index can't be deleted, but deletes the others", () => {
        refuse(`_${span("2026-01-01")}`, '{"error":"snapshot in progress"}\n400');
        const result = retention({ indices: old });
        expect(result).toMatchObject({ status: 1, deleted: [old[0][0], old[1][0]] });
        expect(result.text).toContain(`deleting ${span("2026-01-01")} was refused with HTTP 400`);
        expect(result.text).toContain(`deleted ${span("2026-01-02")}`);
    });

    it("takes an index that is gone already for deleted", () => {
        refuse(`_${span("2026-01-01")}`, '{"error":"no such index"}\n404');
        expect(retention({ indices: old }).status).toBe(0);
    });
});

// Recorded previews as Markdown that a person has read, and what must hold for each of them.
import * as fs from "node:fs";
import * as path from "node:path";

import { formsOf } from "../../../../scripts/summary/secrets";
import { summarize, summarizeFailure } from "../../../../scripts/summary";
import { COMMENT_LIMIT } from "../../../../scripts/summary/markdown";
import { expectGolden } from "../../../helpers/golden";
import { generatedSecrets, State } from "../../../helpers/stateSecrets";
import { ROOT } from "../../docs/pages";

const RECORDED = path.join(__dirname, "recorded");
const PLATFORMS = ["docker", "kubernetes"];
/** The kinds of change that either platform must have. */
const KINDS = [
    ...["no-change", "new-app", "route", "replicas", "image", "environment", "secret", "file", "removed-app", "moved"],
    ...["replacement-without-data-loss", "replacement-with-data-loss", "removed-database", "outputs", "provider-upgrade"],
    ...["hundred-changes", "policies.handwritten", "failing-settings", "failing-program", "unreachable"],
];

const files = PLATFORMS.flatMap((platform) =>
    fs.readdirSync(path.join(RECORDED, platform)).map((file) => ({ platform, kind: file.replace(/\.jsonl$/, "") })),
);
const read = (platform: string, kind: string) => fs.readFileSync(path.join(RECORDED, platform, `${kind}.jsonl`), "utf8");

describe("a recorded preview", () => {
    test.each(PLATFORMS)("is there for each kind of change on %s", (platform) => {
        const kinds = files.filter((file) => file.platform === platform).map(({ kind }) => kind);
        expect(KINDS.filter((kind) => !kinds.includes(kind))).toEqual([]);
    });

    test.each(files)("$platform, $kind: is what a person has read", ({ platform, kind }) => {
        const markdown = summarize(read(platform, kind));
        expect(markdown.length).toBeLessThanOrEqual(COMMENT_LIMIT);
        expectGolden(path.join(__dirname, "golden", platform, `${kind}.md`), markdown);
    });

    test.each(files)("$platform, $kind: comes out the same in whatever order the engine worked", ({ platform, kind }) => {
        const text = read(platform, kind);
        // Twins of a resource keep their order, which tells what is there first.
        const urnOf = (line: string) => /"urn":"([^"]*)"/.exec(line)?.[1] ?? "";
        const events = text.trim().split("\n").sort((a, b) => (urnOf(a) < urnOf(b) ? 1 : urnOf(a) > urnOf(b) ? -1 : 0));
        const renumbered = events.map((line, sequence) => JSON.stringify({ ...JSON.parse(line), sequence }));
        const heading = (markdown: string) => markdown.split("\n").slice(1).join("\n");
        expect(heading(summarize(renumbered.join("\n")))).toBe(heading(summarize(text)));
    });
});

describe("a secret", () => {
    const states = PLATFORMS.map((platform) => path.join(ROOT, "tests/recorded/0.1.0", `${platform}.state.json`)).filter(fs.existsSync);
    const secrets = states.flatMap((file) => [...generatedSecrets(JSON.parse(fs.readFileSync(file, "utf8")) as State).values()]);

    test("of the recorded states is known here", () => {
        expect(secrets.length).toBeGreaterThan(10);
    });

    test.each(files)("is in no form in $platform, $kind", ({ platform, kind }) => {
        const text = read(platform, kind);
        const places = [text, summarize(text)];
        const all = [...secrets, "recorded-api-key/with+signs=&more"].flatMap(formsOf);
        expect(all.filter((form) => places.some((place) => place.includes(form)))).toEqual([]);
    });

    test("that events have in clear is in no form in the summary", () => {
        const secret = "p@ss/word+1=&é";
        const marked = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(secret) };
        const urn = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s";
        const state = (outputs: object) => ({ type: "pulumi:pulumi:Stack", urn, inputs: {}, outputs });
        const events = [
            {
                sequence: 0,
                resOutputsEvent: {
                    metadata: { op: "update", urn, type: "pulumi:pulumi:Stack", old: state({}), new: state({ a: marked, b: `x-${secret}` }) },
                },
            },
            { sequence: 1, diagnosticEvent: { severity: "error", message: formsOf(secret).join(" and ") } },
            { sequence: 2, policyEvent: { message: formsOf(secret).join(" "), policyName: "n", policyPackName: "p", enforcementLevel: "advisory" } },
        ];
        const markdown = summarize(events.map((event) => JSON.stringify(event)).join("\n"));
        expect(formsOf(secret).filter((form) => markdown.includes(form))).toEqual([]);
        expect(markdown).toContain("[secret]");
    });
});

describe("a summary", () => {
    test("of pulumi preview --json is that of the events, but for what is not in it, which it says", () => {
        const markdown = summarize(fs.readFileSync(path.join(RECORDED, "json/replicas.json"), "utf8"));
        expectGolden(path.join(__dirname, "golden/json/replicas.md"), markdown);
        expect(markdown).toContain("Policy findings and changed outputs are not in what");
        const before = (text: string) => text.slice(0, text.indexOf("#### Policies") < 0 ? text.indexOf("#### Outputs") : text.indexOf("#### Policies"));
        expect(before(markdown)).toBe(before(summarize(read("docker", "replicas"))));
    });

    test("of a preview that was ended is one of a failure", () => {
        const [first] = read("docker", "no-change").split("\n");
        expect(summarize(first)).toContain("**The preview failed**");
    });

    test("of nothing that is a preview is refused", () => {
        expect(() => summarize("no preview")).toThrow("This is no preview");
        expect(() => summarize("{}")).toThrow("This is no preview");
    });

    test("of what failed before the engine has the way out", () => {
        const markdown = summarizeFailure('The cluster of the context "a" does not answer at https://a: connect ECONNREFUSED', "p/s");
        expect(markdown).toMatch(/^### Preview of `p\/s`\n/);
        expect(markdown).toContain("**What to do:** The cluster can't be reached.");
    });
});

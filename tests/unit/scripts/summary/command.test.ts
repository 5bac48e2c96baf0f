// The commands that print a summary, as far as they need no platform.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { ROOT } from "../../docs/pages";

const EVENTS = path.join(__dirname, "recorded/docker/replicas.jsonl");
const GOLDEN = path.join(__dirname, "golden/docker/replicas.md");

function run(args: readonly string[], input = ""): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
        const child = spawn(process.execPath, [...args], { cwd: ROOT });
        const out = { stdout: "", stderr: "" };
        child.stdout.on("data", (data: Buffer) => (out.stdout += data.toString()));
        child.stderr.on("data", (data: Buffer) => (out.stderr += data.toString()));
        child.on("close", (code) => resolve({ code, ...out }));
        child.stdin.end(input);
    });
}

describe("preview-summary", () => {
    const golden = fs.readFileSync(GOLDEN, "utf8");

    test("reads a file", async () => {
        const { code, stdout } = await run(["scripts/run.js", "preview-summary", EVENTS]);
        expect([code, stdout]).toEqual([0, golden]);
    });

    test("reads standard input", async () => {
        const { code, stdout } = await run(["scripts/run.js", "preview-summary"], fs.readFileSync(EVENTS, "utf8"));
        expect([code, stdout]).toEqual([0, golden]);
    });

    test("refuses what is no preview, and says what is expected", async () => {
        const { code, stdout, stderr } = await run(["scripts/run.js", "preview-summary"], "none");
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr).toContain("pulumi preview --event-log <file>");
    });
});

describe("preview", () => {
    test.each([
        ["a file without --summary", ["summary.md"], "a file stands only after --summary"],
        ["two results", ["--summary", "--json"], "expected one of them"],
    ])("refuses %s", async (_, args, message) => {
        const { code, stderr } = await run(["scripts/run.js", "preview", ...args]);
        expect(code).toBe(2);
        expect(stderr).toContain(message);
    });
});

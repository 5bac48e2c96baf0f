// `npm run diagram` as it is called, on the tracked stacks; from a state it is called in the tests on an engine.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { runCommand } from "../../../../scripts/commands";
import { code, read } from "../../docs/pages";

/** Runs the command, and gives what it printed and its exit code. */
async function drawn(...args: string[]): Promise<{ stdout: string; stderr: string; exitCode: unknown }> {
    const texts = { stdout: "", stderr: "" };
    const spies = (["stdout", "stderr"] as const).map((stream) =>
        jest.spyOn(process[stream], "write").mockImplementation((text) => {
            texts[stream] += String(text);
            return true;
        }),
    );
    const before = process.exitCode;
    try {
        await runCommand("diagram", args);
        return { ...texts, exitCode: process.exitCode };
    } finally {
        process.exitCode = before;
        spies.forEach((spy) => spy.mockRestore());
    }
}

let folder: string;
const { XDG_STATE_HOME } = process.env;

beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "diagram-"));
    process.env.XDG_STATE_HOME = folder;
});

afterAll(() => {
    if (XDG_STATE_HOME === undefined) {
        delete process.env.XDG_STATE_HOME;
    } else {
        process.env.XDG_STATE_HOME = XDG_STATE_HOME;
    }
    fs.rmSync(folder, { recursive: true });
});

describe("npm run diagram", () => {
    it("draws the stack dev, as the documentation shows it", async () => {
        const { stdout, exitCode } = await drawn();
        expect(exitCode).toBe(0);
        expect(code(read("docs/diagram.md"), "mermaid")).toEqual([stdout]);
    });

    it("draws a stack in a cluster", async () => {
        const { stdout } = await drawn("--stack", "k8s");
        expect(stdout).toContain('part_client -->|"HTTP LoadBalancer :8090"| part_main_ingress');
        expect(stdout).toMatch(/subgraph group0 \["namespace traced-environment-k8s-[0-9a-f]{6}"\]/);
    });

    it("writes a picture to a file", async () => {
        const file = path.join(folder, "environment.svg");
        const { stdout, stderr } = await drawn("--format", "svg", "--out", file);
        expect({ stdout, stderr }).toEqual({ stdout: "", stderr: `${file}: written\n` });
        expect(fs.readFileSync(file, "utf8")).toMatch(/^<svg [^]*<\/svg>\n$/);
    });

    it.each([
        [["--format", "png"], "--format png: expected mermaid or svg."],
        [["--from", "engine"], "--from engine: expected settings or state."],
        [["--from", "constructor"], "--from constructor: expected settings or state."],
        [["--stack", "none"], 'There are no settings for the stack "none"'],
        [["dev"], '"dev" is not expected here'],
    ])("refuses %j", async (args, message) => {
        const { stderr, exitCode } = await drawn(...args);
        expect(stderr).toContain(message);
        expect(exitCode).toBe(2);
    });
});

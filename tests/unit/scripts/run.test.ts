// When the dependencies are installed anew, and how programs are run.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { runChild } from "../../../scripts/children";
import { urlLines } from "../../../scripts/commands/up";

// Plain JavaScript, so that it runs before anything is installed.
const { isInstalled } = require("../../../scripts/run") as {
    isInstalled(lock: object, installed: object): boolean;
};

describe("isInstalled", () => {
    const lock = {
        packages: {
            "": { version: "0.1.0" },
            "node_modules/a": { version: "1.0.0" },
            "node_modules/b-win32": { version: "1.0.0", optional: true },
        },
    };
    test.each([
        ["what the lock file says", { "node_modules/a": { version: "1.0.0" } }, true],
        ["another version", { "node_modules/a": { version: "1.0.1" } }, false],
        ["a package missing", {}, false],
        [
            "another version of an optional one",
            { "node_modules/a": { version: "1.0.0" }, "node_modules/b-win32": { version: "2.0.0" } },
            false,
        ],
    ])("%s", (_, packages, installed) => {
        expect(isInstalled(lock, { packages })).toBe(installed);
    });
});

describe("runChild", () => {
    const node = (script: string, output?: "capture") =>
        runChild(process.execPath, ["-e", script], { env: process.env, output });

    test("gives the exit code and what was written", async () => {
        expect(await node("console.log('x'); process.exit(3)", "capture")).toEqual({ code: 3, stdout: "x\n", stderr: "" });
    });

    test("keeps what was written to standard error, which is shown all the same", async () => {
        const shown = jest.spyOn(process.stderr, "write").mockReturnValue(true);
        const options = { env: process.env, keepErrors: true };
        const { stderr } = await runChild(process.execPath, ["-e", "console.error('x')"], options);
        const texts = shown.mock.calls.map(([text]) => text);
        shown.mockRestore();
        expect([stderr, texts]).toEqual(["x\n", ["x\n"]]);
    });

    test("gives a signal as a shell does", async () => {
        expect((await node("process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 9999)")).code).toBe(143);
    });

    test("passes Ctrl-C on and waits for the end", async () => {
        const ready = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "run-child-")), "ready");
        const script = "let n = 0; process.on('SIGINT', () => { n++; setTimeout(() => process.exit(n), 300); });";
        const child = node(`${script} require('fs').writeFileSync('${ready}', ''); setInterval(() => {}, 9999);`, "capture");
        while (!fs.existsSync(ready)) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        process.emit("SIGINT");
        expect((await child).code).toBe(1);
        fs.rmSync(path.dirname(ready), { recursive: true });
    });

    test("says when there is no such program", async () => {
        await expect(runChild("no-such-program", [], { env: process.env })).rejects.toThrow("no-such-program could not");
    });
});

test("the addresses among the outputs are shown", () => {
    const urls = { apps: { shop: "http://shop.localhost:8080" }, jaegerUi: "http://127.0.0.1:16686" };
    expect(urlLines({ urls, versions: { jaeger: "2.2.0" } })).toBe(
        "\n  shop: http://shop.localhost:8080\n  jaegerUi: http://127.0.0.1:16686\n",
    );
    expect(urlLines({ urls, probes: { cluster: { context: "c" } } })).toContain(
        "\n  jaegerUi: http://127.0.0.1:16686 by a port-forward (docs/kubernetes.md)\n",
    );
    expect(urlLines({ versions: {} })).toBe("");
});

// Running programs to their end, and processes that go on: how failures read, what is stopped and what is not.
import * as fs from "node:fs";
import * as path from "node:path";

import { logFile, stateFolder } from "../../../toolchain/folders";
import {
    identify,
    isRunning,
    startedProcess,
    startProcess,
    stopProcess,
    waitUntilReady,
} from "../../../toolchain/processes";
import { onPath, run, tryOutput } from "../../../toolchain/run";
import { useTemporaryFolders } from "./temporary-folders";

const folder = useTemporaryFolders();

describe("running a program", () => {
    test("returns its output and keeps it in the log", async () => {
        expect(await run("sh", ["-c", "echo out; echo problem >&2"], { log: "job" })).toBe("out\n");
        const log = fs.readFileSync(logFile("job"), "utf8");
        expect(log).toMatch(/^\n\$ sh -c echo out; echo problem >&2\n/);
        expect(log.trimEnd().split("\n").slice(2).sort()).toEqual(["out", "problem"]);
    });

    test("passes input, folder and environment", async () => {
        const options = { log: "job", cwd: folder(), env: { GIVEN: "given", HOME: undefined }, input: "input" };
        expect(await run("sh", ["-c", 'cat; echo " $GIVEN ${HOME-no home}"; pwd'], options)).toBe(
            `input given no home\n${fs.realpathSync(folder())}\n`,
        );
    });

    test("a failure names the log and shows its last 30 lines", async () => {
        const failure = await run("sh", ["-c", "seq 1 100; exit 3"], { log: "job" }).catch((error: Error) => error);
        const lines = (failure as Error).message.split("\n");
        expect(lines[0]).toBe(`"sh -c seq 1 100; exit 3" ended with code 3. Log: ${logFile("job")}`);
        expect(lines.slice(1)).toEqual(Array.from({ length: 30 }, (_, i) => String(71 + i)));
    });

    test("one that is not there can't be started", async () => {
        await expect(run("no-such-program", [], { log: "job" })).rejects.toThrow(/^no-such-program could not be/);
        expect(await tryOutput("no-such-program", [])).toBeUndefined();
    });

    test("one that takes too long is stopped", async () => {
        await expect(run("sleep", ["60"], { log: "job", timeoutMs: 20 })).rejects.toThrow(/stopped by SIGTERM/);
        expect(await tryOutput("sleep", ["60"], 20)).toBeUndefined();
    });
});

test("only files that may be executed are found on PATH", () => {
    fs.writeFileSync(path.join(folder(), "tool"), "", { mode: 0o644 });
    expect(onPath("tool", folder())).toBeUndefined();
    fs.chmodSync(path.join(folder(), "tool"), 0o755);
    expect(onPath("tool", `/nowhere:${folder()}`)).toBe(path.join(folder(), "tool"));
});

describe("a process that goes on", () => {
    test("is known until it is stopped", async () => {
        const identity = await startProcess("job", "sleep", ["60"]);
        expect(startedProcess("job")).toEqual(identity);
        expect(await stopProcess("job")).toBe(true);
        expect(isRunning(identity)).toBe(false);
        expect(startedProcess("job")).toBeUndefined();
        expect(await stopProcess("job")).toBe(false);
    });

    test("is killed when it does not stop", async () => {
        await startProcess("job", "sh", ["-c", "trap '' TERM; while true; do sleep 0.1; done"]);
        expect(await stopProcess("job", 300)).toBe(true);
    });

    test("is not mistaken for another one with its pid", async () => {
        const pidFile = path.join(stateFolder(), "job.pid");
        fs.mkdirSync(stateFolder(), { recursive: true });
        fs.writeFileSync(pidFile, JSON.stringify({ pid: process.pid, started: "1" }));
        expect(await stopProcess("job")).toBe(false);
        expect(fs.existsSync(pidFile)).toBe(false);
    });

    test("is waited for, but not after its end or for ever", async () => {
        const ended = await startProcess("job", "sleep", ["0.05"]);
        await expect(waitUntilReady("job", ended, async () => false, 5_000)).rejects.toThrow(/ended before/);
        const slow = await startProcess("job", "sleep", ["60"]);
        await expect(waitUntilReady("job", slow, async () => false, 10)).rejects.toThrow(/not ready after 0.01 s/);
        await waitUntilReady("job", slow, async () => true, 10);
        await stopProcess("job");
    });

    test("that can't be started is an error", async () => {
        await expect(startProcess("job", "no-such-program", [])).rejects.toThrow(/could not be started/);
    });
});

test("a pid without a process identifies nothing", () => {
    expect(identify(2 ** 22)).toBeUndefined();
});

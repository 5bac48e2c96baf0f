// Scheduled tasks: the loop that runs them, and the check that tells when a run succeeded last.
import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { FRESH, LOOP } from "../../../../../components/platform/docker/schedule";
import { useTemporaryFolder } from "../../temporaryFolder";
import { run } from "./shell";

const loops: ChildProcess[] = [];

// Before the folder goes, into which they write.
afterEach(() => {
    // Each leads a group of its own, to which its sleep belongs; in a container that ends with it.
    for (const { pid } of loops.splice(0)) {
        try {
            process.kill(-(pid as number), "SIGKILL");
        } catch {
            // Nobody of the group is left.
        }
    }
});

const folder = useTemporaryFolder();
const file = (name: string) => path.join(folder(), name);
const read = (name: string) => (fs.existsSync(file(name)) ? fs.readFileSync(file(name), "utf8") : "");

/** Starts the loop around a command that leaves a line in `runs` each time. */
function loop(interval: number, retry: number, command: string): ChildProcess {
    const script = `echo ran >> "${file("runs")}"; ${command}`;
    const started = spawn(
        "/bin/sh",
        ["-c", LOOP, "schedule", file("last-success"), String(interval), String(retry), "/bin/sh", "-c", script],
        { detached: true, stdio: ["ignore", fs.openSync(file("log"), "a"), "ignore"] },
    );
    loops.push(started);
    return started;
}

const runs = () => read("runs").split("\n").filter((line) => line !== "").length;

async function eventually(holds: () => boolean): Promise<void> {
    for (const end = Date.now() + 15_000; Date.now() < end;) {
        if (holds()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`did not come true within 15 s; the log is:\n${read("log")}`);
}

describe("the loop", () => {
    it("runs the command at its start, and notes when it succeeded", async () => {
        const before = Math.floor(Date.now() / 1000);
        loop(3600, 10, "true");
        await eventually(() => read("log").includes("run succeeded, the next one begins in 3600 s"));
        expect(runs()).toBe(1);
        expect(Number(read("last-success"))).toBeGreaterThanOrEqual(before);
        expect(Number(read("last-success"))).toBeLessThanOrEqual(Date.now() / 1000);
    });

    it("runs it again each interval", async () => {
        loop(1, 1, "true");
        await eventually(() => runs() >= 3);
    });

    it("tries a run that failed again soon, and notes no success", async () => {
        loop(3600, 1, "exit 3");
        await eventually(() => runs() >= 2);
        expect(read("log")).toContain("run failed with exit code 3, it is tried again in 1 s");
        expect(read("last-success")).toBe("");
    });

    it("does not wait longer after a failure than after a success", async () => {
        loop(1, 3600, "false");
        await eventually(() => runs() >= 2);
        expect(read("log")).toContain("tried again in 1 s");
    });

    it("goes back to the interval when a run succeeds again", async () => {
        loop(3600, 1, `[ "$(wc -l < "${file("runs")}")" -ge 2 ]`);
        await eventually(() => read("log").includes("run succeeded"));
        expect(runs()).toBe(2);
    });

    it.each(["true", "sleep 3600"])("ends at once when it is stopped, also during a run (%s)", async (command) => {
        const stopped = loop(3600, 10, command);
        await eventually(() => runs() === 1);
        const ended = new Promise((resolve) => stopped.once("exit", resolve));
        stopped.kill("SIGTERM");
        expect(await ended).toBe(0);
    });

    it("gives the command its arguments as they are", async () => {
        const args = ["a b", "$HOME", "*", ""];
        loops.push(
            spawn(
                "/bin/sh",
                ["-c", LOOP, "schedule", file("last-success"), "3600", "10", "/bin/sh", "-c", `printf '%s\\n' "$@" > ${file("args")}`, "x", ...args],
                { detached: true, stdio: "ignore" },
            ),
        );
        await eventually(() => read("last-success") !== "");
        expect(read("args")).toBe(args.map((arg) => `${arg}\n`).join(""));
    });
});

describe("the check", () => {
    const fresh = (limit: number) => run(["/bin/sh", "-c", FRESH, "fresh", file("last-success"), String(limit)]);
    const succeeded = (secondsAgo: number) =>
        fs.writeFileSync(file("last-success"), `${Math.floor(Date.now() / 1000) - secondsAgo}\n`);

    it("fails before the first success, and says so", () => {
        expect(fresh(7200)).toMatchObject({ status: 1, stdout: "no run has succeeded since the start\n" });
    });

    // The limits leave room for a slow machine.
    test.each([
        [0, 7200, 0],
        [3600, 7200, 0],
        [7100, 7200, 0],
        [7201, 7200, 1],
        [86400, 7200, 1],
        // A clock that was set back.
        [-3600, 7200, 0],
    ])("of a success %i s ago with a limit of %i s ends with %i", (ago, limit, code) => {
        succeeded(ago);
        const { status, stdout } = fresh(limit);
        expect(status).toBe(code);
        expect(stdout).toMatch(new RegExp(`^the last run that succeeded was -?\\d+ s ago, the limit is ${limit} s\\n$`));
    });
});

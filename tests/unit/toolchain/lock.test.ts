// Locks between processes: held by one at a time, and given up by a process that has ended.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { stateFolder } from "../../../toolchain/folders";
import { withLock } from "../../../toolchain/lock";
import { useTemporaryFolders } from "./temporary-folders";

useTemporaryFolders();

const locks = () => path.join(stateFolder(), "locks");

test("one at a time", async () => {
    const events: string[] = [];
    const work = (name: string) => async () => {
        events.push(`${name} begins`);
        await sleep(20);
        events.push(`${name} ends`);
    };
    await Promise.all([withLock("engine", work("first")), withLock("engine", work("second"))]);
    expect(events).toEqual(["first begins", "first ends", "second begins", "second ends"]);
    expect(fs.readdirSync(locks())).toEqual([]);
});

test("other names do not wait", async () => {
    await withLock("engine", () => withLock("registry", async () => undefined));
});

test("is given back when the work fails", async () => {
    await expect(
        withLock("engine", async () => {
            throw new Error("no engine");
        }),
    ).rejects.toThrow("no engine");
    expect(await withLock("engine", async () => "mine")).toBe("mine");
});

test.each([
    ["has ended", () => spawnSync("true").pid, "1"],
    ["has ended and whose pid another one has got", () => process.pid, "1"],
])("is taken from a process that %s", async (_, pid, started) => {
    const lock = path.join(locks(), "engine");
    fs.mkdirSync(lock, { recursive: true });
    fs.writeFileSync(path.join(lock, "owner.json"), JSON.stringify({ pid: pid(), started }));
    expect(await Promise.all([1, 2, 3].map((n) => withLock("engine", async () => n)))).toEqual([1, 2, 3]);
    expect(fs.readdirSync(locks())).toEqual([]);
});

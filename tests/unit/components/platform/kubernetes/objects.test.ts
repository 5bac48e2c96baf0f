// The pure parts of the objects of a cluster: schedules, probes, keys, labels.
import { spawnSync } from "child_process";
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { keyOf } from "../../../../../components/platform/kubernetes/files";
import { labelValue } from "../../../../../components/platform/kubernetes/metadata";
import { probeOf, settledProbe, SETTLED_ONCE, startupProbe } from "../../../../../components/platform/kubernetes/probe";
import { cronSchedule } from "../../../../../components/platform/kubernetes/schedule";

describe("a schedule", () => {
    it.each([
        [60, "* * * * *"],
        [30 * 60, "*/30 * * * *"],
        [3600, "0 * * * *"],
        [6 * 3600, "0 */6 * * *"],
        [24 * 3600, "0 0 * * *"],
        [1, undefined],
        [90, undefined],
        [7 * 60, undefined],
        [90 * 60, undefined],
        [5 * 3600, undefined],
    ])("of every %d s is %s", (seconds, schedule) => {
        expect(cronSchedule(seconds)).toBe(schedule);
    });
});

const TIMES = { interval: 5, timeout: 2, retries: 3, startPeriod: 60 };

describe("a probe", () => {
    it("over HTTP carries the host, also when there is none of a route", () => {
        expect(probeOf({ http: { port: 80, path: "/a", host: "shop.example.org" }, ...TIMES })).toEqual({
            httpGet: { port: 80, path: "/a", httpHeaders: [{ name: "Host", value: "shop.example.org" }] },
            periodSeconds: 5,
            timeoutSeconds: 2,
            failureThreshold: 3,
        });
        expect(probeOf({ http: { port: 80, path: "/a" }, ...TIMES }).httpGet).toMatchObject({
            httpHeaders: [{ name: "Host", value: "127.0.0.1" }],
        });
    });

    it("of the start asks each second, but not by a process each second", () => {
        expect(startupProbe({ tcp: 80, ...TIMES })).toMatchObject({ periodSeconds: 1, failureThreshold: 60 });
        expect(startupProbe({ command: ["true"], ...TIMES })).toMatchObject({ periodSeconds: 5, failureThreshold: 12 });
    });

    it("of an instance that has to settle asks for that once, then for its readiness alone", () => {
        const { command, timeout } = settledProbe({ command: ["ask", "me"], ...TIMES }, { command: "at rest", fileMounts: [] });
        expect(command).toEqual(["/bin/sh", "-c", SETTLED_ONCE, "settled", "at rest", "ask", "me"]);
        expect(timeout).toBe(5);
    });

    it.each([
        ["false", "true", 1],
        ["true", "true", 0],
        ["true", "false", 1],
    ])("whose line is `%s` and whose command is `%s` ends with %d", (line, own, code) => {
        const script = SETTLED_ONCE.replace("/tmp/", `${fs.mkdtempSync(path.join(os.tmpdir(), "settled-"))}/`);
        expect(spawnSync("/bin/sh", ["-c", script, "settled", line, own]).status).toBe(code);
    });

    it("does not ask again what held once", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "settled-"));
        const script = SETTLED_ONCE.replace("/tmp/", `${folder}/`);
        const asked = (line: string) => spawnSync("/bin/sh", ["-c", script, "settled", line, "true"]).status;
        expect([asked("false"), asked("true"), asked("false")]).toEqual([1, 0, 0]);
        fs.rmSync(folder, { recursive: true });
    });

    it("needs something to ask", () => {
        expect(() => probeOf(TIMES)).toThrow(/needs `http`, `tcp` or `command`/);
    });
});

describe("names", () => {
    it.each([
        ["config.yaml", "config.yaml"],
        ["jvm.options.d/heap.options", "jvm.options.d.heap.options"],
    ])("of the file %s are the key %s", (path, key) => {
        expect(keyOf(path)).toBe(key);
    });

    it.each(["ok", "Also.ok_1", ""])("%j is a label as it is", (text) => {
        expect(labelValue(text)).toBe(text);
    });

    it.each(["a".repeat(64), "a b", "-a"])("%j becomes a label", (text) => {
        expect(labelValue(text)).toMatch(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/);
    });
});

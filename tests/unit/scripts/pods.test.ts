// Pods: by which labels they are found, which are ready, and what ails the others.
import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

import { isReady, isRestarting, selectorText, troubleOf } from "../../../scripts/cluster/pods";
import { contextMissing, reasonOf } from "../../../scripts/cluster/client";
import { secondsSince, selectorOf, withInput } from "../../../scripts/runtime/kubernetes";

const container = (status: Partial<V1ContainerStatus>): V1ContainerStatus => ({
    ...{ name: "main", image: "shop:1", imageID: "", ready: false, restartCount: 0 },
    ...status,
});
const pod = (phase: string, containers: V1ContainerStatus[], further: Partial<V1Pod["status"]> = {}): V1Pod => ({
    metadata: { name: "shop-1" },
    status: { phase, containerStatuses: containers, ...further },
});
const ready = (is: "True" | "False") => ({ conditions: [{ type: "Ready", status: is }] });
const running = container({ state: { running: {} }, ready: true });
const waiting = (reason: string, message?: string) => ({ state: { waiting: { reason, message } } });
const ended = (exitCode: number, reason: string) => ({ terminated: { exitCode, reason } });

test("a selector is written in a fixed order", () => {
    expect(selectorText({ b: "2", a: "1" })).toBe("a=1,b=2");
    expect(selectorOf({ partOf: "p-dev", environmentId: "1f" })).toEqual({
        "app.kubernetes.io/part-of": "p-dev",
        "traced-environment/environment-id": "1f",
    });
    expect(selectorOf({ partOf: "p-dev" })).toEqual({ "app.kubernetes.io/part-of": "p-dev" });
});

describe("what ails a pod", () => {
    const unscheduled = {
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes: Insufficient memory." }],
    };
    test.each<[what: string, of: V1Pod, trouble: string | undefined]>([
        ["is ready", pod("Running", [running], ready("True")), undefined],
        ["has done its task", pod("Succeeded", [container({ state: ended(0, "Completed") })]), undefined],
        ["starts", pod("Pending", [container(waiting("ContainerCreating"))]), undefined],
        ["can't be placed", pod("Pending", [], unscheduled), "Unschedulable: 0/1 nodes: Insufficient memory."],
        [
            "has no image",
            pod("Pending", [container(waiting("ImagePullBackOff", 'Back-off pulling image "shop:1"'))]),
            'main: ImagePullBackOff: Back-off pulling image "shop:1"',
        ],
        [
            "crashes",
            pod("Running", [container({ ...waiting("CrashLoopBackOff", "back-off 10s"), lastState: ended(137, "OOMKilled") })]),
            "main: CrashLoopBackOff: ended with 137 (OOMKilled)",
        ],
        ["has failed", pod("Failed", [container({ state: ended(1, "Error") })]), "main: ended with 1 (Error)"],
        ["was evicted", pod("Failed", [], { reason: "Evicted", message: "low on memory" }), "Evicted: low on memory"],
        ["is not ready", pod("Running", [running], ready("False")), "not ready"],
    ])("that %s: %j", (_, of, trouble) => {
        expect(troubleOf(of)).toBe(trouble);
    });

    test("is no matter when it is on its way out", () => {
        const going = pod("Running", [running], ready("True"));
        going.metadata!.deletionTimestamp = new Date();
        expect(troubleOf(going)).toBeUndefined();
        expect(isReady(going)).toBe(false);
        expect(isReady(pod("Running", [running], ready("True")))).toBe(true);
    });
});

test.each([
    ["never", container({ state: { running: { startedAt: new Date(999_000) } } }), false],
    ["just now", container({ restartCount: 1, state: { running: { startedAt: new Date(999_000) } } }), true],
    ["long ago", container({ restartCount: 1, state: { running: { startedAt: new Date(0) } } }), false],
    ["and waits for the next time", container({ restartCount: 1, ...waiting("CrashLoopBackOff") }), true],
])("a pod that started again %s", (_, status, restarting) => {
    expect(isRestarting(pod("Running", [status]), 1_000_000, 60_000)).toBe(restarting);
});

test("a log is read from a whole number of seconds on, at least one", () => {
    expect([secondsSince(10_000, 10_500), secondsSince(10_000, 12_100)]).toEqual([1, 3]);
});

test("a program gets its input and the end of it, byte by byte", () => {
    expect(withInput(["cat"], undefined)).toEqual(["cat"]);
    expect(withInput(["cat", "-"], "é")).toEqual(["sh", "-c", 'head -c "$0" | "$@"', "2", "cat", "-"]);
});

test.each<[error: unknown, reason: string]>([
    [Object.assign(new Error("HTTP-Code: 403"), { code: 403, body: '{"message":"pods is forbidden"}' }), "pods is forbidden (HTTP 403)"],
    [Object.assign(new Error("HTTP-Code: 502"), { code: 502, body: "bad gateway\n" }), "bad gateway (HTTP 502)"],
    [Object.assign(new Error("request failed"), { cause: new Error("connect ECONNREFUSED") }), "connect ECONNREFUSED"],
    [new Error("no answer within 10 s"), "no answer within 10 s"],
])("the reason of %s", (error, reason) => {
    expect(reasonOf(error)).toBe(reason);
});

test("a context that is not there is named with those that are", () => {
    expect(contextMissing({ context: "prod", kubeconfig: "/k" }, ["dev", "test"])).toMatch(
        /^kubernetes\.context: got "prod", which is not in \/k\. There: dev, test\. .* No other context is taken\.$/,
    );
    expect(contextMissing({ context: "prod" }, [])).toContain("There: no context.");
});

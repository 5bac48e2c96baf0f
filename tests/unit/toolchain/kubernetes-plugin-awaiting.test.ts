// When the kubernetes provider takes an object for ready, and what it says of one that is not.
import { timeoutMs, whyStillThere } from "../../../toolchain/kubernetes-plugin/awaiting";
import { endedContainers, podTroubles } from "../../../toolchain/kubernetes-plugin/awaiting/pods";
import * as readiness from "../../../toolchain/kubernetes-plugin/awaiting/readiness";
import type { Readiness } from "../../../toolchain/kubernetes-plugin/awaiting/readiness";
import { waitForReadiness } from "../../../toolchain/kubernetes-plugin/awaiting/wait-for";
import { KubeObject } from "../../../toolchain/kubernetes-plugin/objects";

const NONE: RegExp[] = [];

function expectReadiness(state: Readiness, ready: boolean, messages: readonly RegExp[]): void {
    expect(state.ready).toBe(ready);
    expect(state.messages).toEqual(messages.map((message) => expect.stringMatching(message)));
}

function deployment(status: KubeObject, replicas = 2, generation = 2): KubeObject {
    return { metadata: { generation }, spec: { replicas }, status };
}

const AVAILABLE = { type: "Available", status: "True" };
const DONE = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, conditions: [AVAILABLE] };

describe("a Deployment", () => {
    test.each<[string, KubeObject, boolean, RegExp[]]>([
        ["done", deployment(DONE), true, NONE],
        ["not taken up", deployment({}), false, [/has not taken it up/]],
        ["an older generation done", deployment({ ...DONE, observedGeneration: 1 }), false, [/has not taken it up/]],
        [
            "a replica missing",
            deployment({ ...DONE, availableReplicas: 1 }),
            false,
            [/1 of 2 replicas are available/],
        ],
        [
            "replicas of the old template",
            deployment({ ...DONE, updatedReplicas: 1 }),
            false,
            [/1 of 2 replicas are available/],
        ],
        [
            "an old replica still ending",
            deployment({ ...DONE, replicas: 3 }),
            false,
            [/1 replicas of the version before/],
        ],
        ["scaled to nothing", deployment({ observedGeneration: 2, conditions: [AVAILABLE] }, 0), true, NONE],
        [
            "refused by a quota",
            deployment({
                ...DONE,
                availableReplicas: 0,
                conditions: [
                    { type: "Available", status: "False" },
                    {
                        type: "ReplicaFailure",
                        status: "True",
                        reason: "FailedCreate",
                        message: 'pods "app" is forbidden: exceeded quota: q',
                    },
                ],
            }),
            false,
            [/0 of 2/, /\[FailedCreate\] pods "app" is forbidden: exceeded quota/],
        ],
        [
            "out of its deadline",
            deployment({
                ...DONE,
                updatedReplicas: 0,
                conditions: [
                    AVAILABLE,
                    { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message: "timed out" },
                ],
            }),
            false,
            [/0 of 2/, /\[ProgressDeadlineExceeded\] timed out/],
        ],
    ])("%s", (_what, object, ready, messages) => {
        expectReadiness(readiness.deploymentReadiness(object), ready, messages);
    });
});

describe("a StatefulSet", () => {
    const done = {
        observedGeneration: 1,
        readyReplicas: 3,
        updatedReplicas: 3,
        currentRevision: "a-2",
        updateRevision: "a-2",
    };
    const set = (status: KubeObject, updateStrategy: KubeObject = { type: "RollingUpdate" }): KubeObject => ({
        metadata: { generation: 1 },
        spec: { replicas: 3, updateStrategy },
        status,
    });

    test.each<[string, KubeObject, boolean, RegExp[]]>([
        ["done", set(done), true, NONE],
        ["not taken up", set({ ...done, observedGeneration: 0 }), false, [/has not taken it up/]],
        ["a replica not ready", set({ ...done, readyReplicas: 2 }), false, [/2 of 3 replicas are ready/]],
        [
            "rolling",
            set({ ...done, currentRevision: "a-1", updatedReplicas: 1 }),
            false,
            [/1 of 3 replicas are of the new revision a-2/],
        ],
        ["updated by hand", set({ ...done, currentRevision: "a-1" }, { type: "OnDelete" }), true, NONE],
        [
            "rolled down to its partition",
            set({ ...done, currentRevision: "a-1", updatedReplicas: 1 }, { rollingUpdate: { partition: 2 } }),
            true,
            NONE,
        ],
    ])("%s", (_what, object, ready, messages) => {
        expectReadiness(readiness.statefulSetReadiness(object), ready, messages);
    });
});

describe("a DaemonSet", () => {
    const done = { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 };
    test.each<[string, KubeObject, boolean, RegExp[]]>([
        ["done", done, true, NONE],
        ["a node without", { ...done, numberAvailable: 1 }, false, [/1 of 2 pods are available/]],
        ["an old pod", { ...done, updatedNumberScheduled: 0 }, false, [/0 of 2/]],
        ["not taken up", {}, false, [/has not taken it up/]],
    ])("%s", (_what, status, ready, messages) => {
        const set = { metadata: { generation: 1 }, spec: {}, status };
        expectReadiness(readiness.daemonSetReadiness(set), ready, messages);
    });
});

describe("a Job", () => {
    const failed = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too many" };
    test.each<[string, KubeObject, boolean, boolean, RegExp[]]>([
        ["complete", { conditions: [{ type: "Complete", status: "True" }] }, true, false, NONE],
        ["running", { active: 1, failed: 2 }, false, false, [/pods: 1 active, 0 succeeded, 2 failed/]],
        ["failed", { conditions: [failed] }, false, true, [/\[BackoffLimitExceeded\] too many/]],
    ])("%s", (_what, status, ready, hasFailed, messages) => {
        const state = readiness.jobReadiness({ status });
        expectReadiness(state, ready, messages);
        expect(state.failed ?? false).toBe(hasFailed);
    });
});

describe("a PersistentVolumeClaim", () => {
    test.each<[string, string, string, boolean]>([
        ["bound", "Bound", "Immediate", true],
        ["pending", "Pending", "Immediate", false],
        ["pending until a pod uses it", "Pending", "WaitForFirstConsumer", true],
        ["pending without a class", "Pending", "", false],
        ["lost", "Lost", "WaitForFirstConsumer", false],
    ])("%s", (_what, phase, mode, ready) => {
        const messages = ready ? NONE : [new RegExp(`the claim is ${phase}, expected Bound`)];
        expectReadiness(readiness.claimReadiness({ status: { phase } }, mode), ready, messages);
    });
});

describe("other kinds", () => {
    test.each<[string, Readiness, boolean]>([
        ["a volume that can be claimed", readiness.volumeReadiness({ status: { phase: "Available" } }), true],
        ["a volume that is pending", readiness.volumeReadiness({ status: { phase: "Pending" } }), false],
        [
            "a quota in force",
            readiness.quotaReadiness({ spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" } } }),
            true,
        ],
        ["a quota not in force", readiness.quotaReadiness({ spec: { hard: { pods: "1" } } }), false],
        [
            "a pod that is ready",
            readiness.podReadiness({ status: { conditions: [{ type: "Ready", status: "True" }] } }),
            true,
        ],
        ["a pod that has succeeded", readiness.podReadiness({ status: { phase: "Succeeded" } }), true],
        ["a pod that is pending", readiness.podReadiness({ status: { phase: "Pending" } }), false],
    ])("%s", (_what, state, ready) => {
        expect(state.ready).toBe(ready);
    });
});

describe("a Service", () => {
    const spec = { selector: { app: "a" }, clusterIP: "10.0.0.1", type: "ClusterIP" };
    const slice = (...ready: boolean[]): KubeObject => ({
        endpoints: ready.map((each) => ({ conditions: { ready: each } })),
    });
    const ending = { endpoints: [{ conditions: { ready: false, terminating: true } }] };
    const balanced = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };

    test.each<[string, KubeObject, KubeObject[], number, boolean, RegExp[]]>([
        ["ready pods", { spec }, [slice(true, true)], 0, true, NONE],
        ["an unready pod", { spec }, [slice(true), slice(false)], 60_000, false, [/1 of 2 pods .* are not ready/]],
        ["a pod that ends", { spec }, [slice(true), ending], 0, true, NONE],
        ["no pods yet", { spec }, [], 0, false, [/selects no pods/]],
        ["no pods after a while", { spec }, [], readiness.SETTLING_MS, true, NONE],
        ["no selector", { spec: { ...spec, selector: {} } }, [], 0, true, NONE],
        ["headless", { spec: { ...spec, clusterIP: "None" } }, [slice(false)], 0, true, NONE],
        ["an external name", { spec: { ...spec, type: "ExternalName" } }, [], 0, true, NONE],
        [
            "a load balancer",
            { spec: { ...spec, type: "LoadBalancer" }, status: balanced },
            [slice(true)],
            0,
            true,
            NONE,
        ],
        [
            "a load balancer without an address",
            { spec: { ...spec, type: "LoadBalancer" } },
            [slice(true)],
            0,
            false,
            [/no address of a load balancer/],
        ],
    ])("%s", (_what, service, slices, waitedMs, ready, messages) => {
        expectReadiness(readiness.serviceReadiness(service, slices, waitedMs), ready, messages);
    });
});

describe("an Ingress", () => {
    const spec = { rules: [{ http: { paths: [{ backend: { service: { name: "app" } } }] } }] };
    const status = { loadBalancer: { ingress: [{ hostname: "a" }] } };
    test.each<[string, KubeObject, string[], number, boolean, RegExp[]]>([
        ["taken up", { spec, status }, ["app"], 0, true, NONE],
        ["not taken up", { spec }, ["app"], 0, false, [/no address in status.loadBalancer/]],
        ["a service without endpoints", { spec, status }, [], 0, false, [/without endpoints: app/]],
        ["a service without endpoints for long", { spec, status }, [], readiness.SETTLING_MS, true, NONE],
        ["no rules", { spec: {}, status }, [], 0, true, NONE],
    ])("%s", (_what, ingress, services, waitedMs, ready, messages) => {
        expectReadiness(readiness.ingressReadiness(ingress, services, waitedMs), ready, messages);
    });
});

describe("a pod's own reasons", () => {
    const pod = (status: KubeObject): KubeObject => ({ metadata: { name: "app-1" }, status });
    const container = (status: KubeObject): KubeObject => pod({ containerStatuses: [{ name: "web", ...status }] });
    const crashed = { terminated: { exitCode: 1, reason: "Error" } };

    test.each<[string, KubeObject, RegExp[]]>([
        ["ready", pod({ conditions: [{ type: "Ready", status: "True" }] }), NONE],
        ["succeeded", pod({ phase: "Succeeded" }), NONE],
        ["starting", container({ state: { waiting: { reason: "ContainerCreating" } } }), NONE],
        [
            "unschedulable",
            pod({
                conditions: [
                    { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes: memory" },
                ],
            }),
            [/^pod app-1: \[Unschedulable\] 0\/1 nodes: memory$/],
        ],
        [
            "image not found",
            container({ state: { waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling "x"' } } }),
            [/^pod app-1: container web waits: \[ImagePullBackOff\] Back-off pulling "x"$/],
        ],
        [
            "crashing",
            container({
                state: { waiting: { reason: "CrashLoopBackOff", message: "" } },
                lastState: crashed,
                restartCount: 3,
            }),
            [/\[CrashLoopBackOff\]$/, /container web ended before, 3 times: \[Error\] exit code 1/],
        ],
        [
            "out of memory",
            container({ state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }),
            [/container web ended: \[OOMKilled\] exit code 137/],
        ],
        [
            "an init container crashing",
            pod({ initContainerStatuses: [{ name: "init", state: crashed }] }),
            [/container init ended: \[Error\] exit code 1/],
        ],
        ["evicted", pod({ phase: "Failed", reason: "Evicted", message: "disk" }), [/\[Evicted\] disk/]],
    ])("%s", (_what, object, troubles) => {
        expect(podTroubles(object)).toEqual(troubles.map((trouble) => expect.stringMatching(trouble)));
    });

    test.each<[string, KubeObject, { container: string; previous: boolean }[]]>([
        ["ended now", container({ state: crashed }), [{ container: "web", previous: false }]],
        [
            "ended before",
            container({ state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: crashed }),
            [{ container: "web", previous: true }],
        ],
        ["ended before, but ready now", container({ ready: true, state: {}, lastState: crashed }), []],
        ["ended well", container({ state: { terminated: { exitCode: 0 } } }), []],
    ])("last lines are read of a container that %s", (_what, object, expected) => {
        expect(endedContainers(object)).toEqual(expected.map((each) => ({ pod: "app-1", ...each })));
    });
});

describe("pulumi.com/waitFor", () => {
    const object: KubeObject = {
        status: {
            phase: "Running",
            list: [{ name: "a", value: 1 }],
            conditions: [{ type: "Ready", status: "True" }, { type: "Synced", status: "False" }],
        },
    };

    test.each([
        ["jsonpath={.status.phase}", true],
        ["jsonpath={.status.phase}=Running", true],
        ['jsonpath={.status.phase}="Running"', true],
        ["jsonpath={.status.phase}=Done", false],
        ["jsonpath={.status.other}", false],
        ["jsonpath={.status.list[0].value}=1", true],
        ["jsonpath={.status.list[*].name}=a", true],
        ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
        ["jsonpath={.status['phase']}=Running", true],
        ["condition=Ready", true],
        ["condition=Synced", false],
        ["condition=Synced=False", true],
        ["condition=Missing", false],
        ['["condition=Ready","jsonpath={.status.phase}=Running"]', true],
        ['["condition=Ready","condition=Synced"]', false],
    ])("%s: %p", (annotation, ready) => {
        expect(waitForReadiness(annotation)(object).ready).toBe(ready);
    });

    test("says what does not hold", () => {
        expect(waitForReadiness('["condition=Ready","condition=Synced"]')(object).messages).toEqual([
            "condition=Synced does not hold yet",
        ]);
    });

    test.each([
        ["ready", /is "ready": expected jsonpath=/],
        ["[]", /is an empty list/],
    ])("refuses %p", (annotation, message) => {
        expect(() => waitForReadiness(annotation)).toThrow(message);
    });

    test("refuses a path that it does not understand", () => {
        expect(() => waitForReadiness("jsonpath={.a[(@.b)]}")(object)).toThrow(/not understood from "\[\(@.b\)\]" on/);
    });
});

describe("the longest wait", () => {
    const minutes = 60_000;
    test.each<[string, string, number, string, number]>([
        ["an object's", "Deployment", 0, "", 10 * minutes],
        ["a claim's", "PersistentVolumeClaim", 0, "", 5 * minutes],
        ["the annotation's", "Deployment", 0, "30", 30_000],
        ["the operation's, before the annotation's", "Deployment", 5, "30", 5_000],
        ["an object's, where the annotation is no number", "Deployment", 0, "soon", 10 * minutes],
    ])("is %s", (_what, kind, timeoutSeconds, annotation, expected) => {
        const annotations: Record<string, string> = annotation ? { "pulumi.com/timeoutSeconds": annotation } : {};
        expect(timeoutMs({ inputs: { metadata: { annotations } }, timeoutSeconds }, { kind })).toBe(expected);
    });
});

describe("an object that is being deleted", () => {
    test("is kept by what it says itself", () => {
        const namespace = {
            metadata: { finalizers: ["example.com/keep"] },
            status: {
                conditions: [
                    { type: "NamespaceContentRemaining", status: "True", message: "Some resources are remaining" },
                    { type: "NamespaceDeletionContentFailure", status: "False", message: "all well" },
                ],
            },
        };
        expect(whyStillThere(namespace)).toEqual(["finalizers: example.com/keep", "Some resources are remaining"]);
    });
});

// What is said of a stack in a cluster that could not be made: of controllers without pods, of classes, and the way out.
import type { CoreV1Event, V1StorageClass } from "@kubernetes/client-node";

import { jobMaker, lastWarning, makerTroubles, setMaker } from "../../../scripts/cluster/makers";
import { storageClassProblem } from "../../../scripts/cluster/storageClasses";
import { adviceOn } from "../../../scripts/stack/advice";

const event = (uid: string, minute: number, message: string, type = "Warning"): CoreV1Event => ({
    metadata: {},
    involvedObject: { uid },
    type,
    reason: "FailedCreate",
    message,
    lastTimestamp: new Date(Date.UTC(2026, 0, 1, 0, minute)),
});
const metadata = (name: string) => ({ namespace: "shop", name, uid: name });
const set = (name: string, wanted: number, made: number) =>
    setMaker("ReplicaSet", {
        metadata: metadata(name),
        spec: { replicas: wanted, selector: {} },
        status: { replicas: made },
    });

describe("controllers that make no pods", () => {
    test("say why, by their last warning", () => {
        const events = [event("web", 2, "exceeded quota: small\nmore"), event("web", 1, "before"), event("other", 3, "not ours")];
        expect(makerTroubles([set("web", 2, 1)], events)).toEqual([
            "The ReplicaSet shop/web makes no pod. FailedCreate: exceeded quota: small",
        ]);
    });

    test("are silent when they have what they want, or nothing was said", () => {
        expect(makerTroubles([set("web", 1, 1)], [event("web", 1, "before")])).toEqual([]);
        expect(makerTroubles([set("web", 1, 0)], [])).toEqual([]);
    });

    test.each([
        [{}, true],
        [{ active: 1 }, false],
        [{ failed: 1 }, false],
        [{ succeeded: 1 }, false],
    ])("a Job with %j lacks its pod: %s", (status, lacksPods) => {
        expect(jobMaker({ metadata: metadata("migrate"), status })).toEqual({
            ...{ kind: "Job", name: "shop/migrate", uid: "migrate", lacksPods },
        });
    });
});

test("only warnings count", () => {
    expect(lastWarning([event("web", 1, "all is well", "Normal")])).toBeUndefined();
});

describe("the class of volumes", () => {
    const classes: V1StorageClass[] = [
        {
            metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
            provisioner: "p",
        },
        { metadata: { name: "fast" }, provisioner: "p" },
    ];
    const [, fast] = classes;
    const byHand = (storageClassName?: string) => [{ spec: { storageClassName } }];

    test.each<[string, string | undefined, V1StorageClass[], object[], RegExp | undefined]>([
        ["is there", "fast", classes, [], undefined],
        ["is the default", undefined, classes, [], undefined],
        ["is a word that volumes of hand have", "manual", classes, byHand("manual"), undefined],
        ["is none, as volumes of hand have it", undefined, [fast], byHand(), undefined],
        ["is not there", "gone", classes, byHand("manual"), /^kubernetes\.storageClass: got "gone", .*; it has fast, standard\. Name one/],
        ["is not said where there is no default", undefined, [fast], [], /^kubernetes\.storageClass: missing, .* no default .*; it has fast\. Name/],
        ["is nowhere", undefined, [], [], /it has none, so it makes no volumes/],
    ])("%s", (_, wanted, there, volumes, problem) => {
        const found = storageClassProblem(wanted, there, volumes);
        expect(found).toEqual(problem === undefined ? undefined : expect.stringMatching(problem));
    });
});

test.each<[string, RegExp | undefined]>([
    ["app: ImagePullBackOff: Back-off pulling image", /image's name and tag/],
    ["Unschedulable: 0/1 nodes are available: 1 Insufficient memory.", /lower the part's memory/],
    ["Unschedulable: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", /storageClass/],
    ['ProvisioningFailed: storageclass.storage.k8s.io "fast" not found', /storageClass/],
    ['FailedCreate: pods "shop-1" is forbidden: exceeded quota: small, requested: requests.memory=256Mi', /ResourceQuota/],
    ["app: CrashLoopBackOff: ended with 137 (OOMKilled)", /raise the part's memory/],
    ["storage: CrashLoopBackOff: ended with 78 (Error)", /65535 open files/],
    ["app: CrashLoopBackOff: ended with 1 (Error)", undefined],
])("what to do about %j", (trouble, advice) => {
    expect(adviceOn(trouble)).toEqual(advice === undefined ? undefined : expect.stringMatching(advice));
});

// What counts as a loss when a preview is made on an earlier release's state.
import { changeLines, dataHolders, losses, Step } from "../../helpers/upgrade";

const step = (op: string, type: string, name: string, inputs = {}, more: Partial<Step> = {}): Step => ({
    op,
    urn: `urn:pulumi:s::p::traced-environment:index:TracedEnvironment$${type}::${name}`,
    oldState: { type, inputs },
    ...more,
});

const VOLUME = "docker:index/volume:Volume";
const PASSWORD = "random:index/randomPassword:RandomPassword";

describe("losses", () => {
    test.each([
        ["a volume that is replaced", step("replace", VOLUME, "main-storage-data-0"), true],
        ["a volume that is deleted", step("delete", VOLUME, "main-storage-data-0"), true],
        ["a volume that changes in place", step("update", VOLUME, "main-storage-data-0"), false],
        ["a new volume", step("create", VOLUME, "main-storage-data-0"), false],
        ["a volume in memory", step("delete", VOLUME, "main-ingress-routes", { driverOpts: { type: "tmpfs" } }), false],
        ["a volume with files", step("replace", VOLUME, "main-collector-config", { name: "main-collector-config-0123abc" }), false],
        ["a password", step("replace", PASSWORD, "main-storage-writer-password"), true],
        ["a key of digests", step("replace", PASSWORD, "main-ingress-secrets-digest-key"), false],
        ["a StatefulSet", step("delete-replaced", "kubernetes:apps/v1:StatefulSet", "main-storage"), true],
        ["a claim", step("delete", "kubernetes:core/v1:PersistentVolumeClaim", "data"), true],
        ["a namespace", step("create-replacement", "kubernetes:core/v1:Namespace", "main"), true],
        ["a container", step("replace", "docker:index/container:Container", "main-storage-0"), false],
        ["a Deployment", step("replace", "kubernetes:apps/v1:Deployment", "main-ingress"), false],
    ])("%s", (_what, given, lost) => {
        expect(losses([given])).toEqual(lost ? [`${given.op} ${given.oldState!.type} ${given.urn.split("::")[3]}`] : []);
    });
});

test("the holders of data in a state are found by the same rule", () => {
    const resources = [VOLUME, "docker:index/container:Container"].map((type) => ({ type, urn: `urn:pulumi:s::p::${type}::x` }));
    expect(dataHolders(resources)).toEqual([`${VOLUME} x`]);
});

test("changes are told with what causes them, in a fixed order, and without providers", () => {
    const steps = [
        step("update", "kubernetes:core/v1:Service", "b", {}, { diffReasons: ["spec"] }),
        step("same", VOLUME, "c"),
        step("replace", "docker:index/container:Container", "a", {}, { replaceReasons: ["image", "envs"] }),
        step("update", "pulumi:providers:docker", "docker"),
    ];
    expect(changeLines(steps)).toEqual([
        "replace docker:index/container:Container a (envs, image)",
        "update kubernetes:core/v1:Service b (spec)",
    ]);
});

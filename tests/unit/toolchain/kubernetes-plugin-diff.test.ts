// What the kubernetes provider takes for a change, and which changes replace an object.
import { UNKNOWN, Value } from "../../../toolchain/property-values";
import {
    changes,
    parsePath,
    pathText,
    withoutIdle,
    withoutIgnored,
} from "../../../toolchain/kubernetes-plugin/diff";
import { replacingFields } from "../../../toolchain/kubernetes-plugin/immutable";
import { KubeObject } from "../../../toolchain/kubernetes-plugin/objects";
import { pruned } from "../../../toolchain/kubernetes-plugin/prune";
import { hasUnknown, normalized, parseQuantity, sameMeaning } from "../../../toolchain/kubernetes-plugin/values";

const IMMUTABLE = { enableConfigMapMutable: false, enableSecretMutable: false };
const MUTABLE = { enableConfigMapMutable: true, enableSecretMutable: true };

describe("quantities", () => {
    test.each<[Value, number | undefined]>([
        ["1Gi", 2 ** 30],
        ["1024Mi", 2 ** 30],
        ["500m", 0.5],
        ["1e3", 1000],
        ["2k", 2000],
        [2, 2],
        ["", undefined],
        ["1Gib", undefined],
        [true, undefined],
    ])("%p", (text, expected) => {
        expect(parseQuantity(text)).toBe(expected);
    });

    test.each<[string, (string | number)[], Value, Value, boolean]>([
        ["a limit", ["spec", "containers", 0, "resources", "limits", "memory"], "1Gi", "1024Mi", true],
        ["a request as a number", ["spec", "resources", "requests", "cpu"], 1, "1000m", true],
        ["another limit", ["spec", "resources", "limits", "memory"], "1Gi", "1G", false],
        ["an argument", ["spec", "containers", 0, "args", 0], "1Gi", "1024Mi", false],
        ["data under that name", ["data", "limits"], "1k", "1000", false],
        ["keys in another order", ["spec", "selector"], { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ])("mean the same in %s", (_what, path, a, b, expected) => {
        expect(sameMeaning(path, a, b)).toBe(expected);
    });
});

describe("normalized inputs", () => {
    test.each<[string, KubeObject, KubeObject]>([
        [
            "a Secret's strings become its data",
            { apiVersion: "v1", kind: "Secret", data: { a: "YQ==" }, stringData: { b: "b" } },
            { apiVersion: "v1", kind: "Secret", data: { a: "YQ==", b: "Yg==" } },
        ],
        [
            "strings that are not known yet stay so",
            { apiVersion: "v1", kind: "Secret", stringData: { b: UNKNOWN } },
            { apiVersion: "v1", kind: "Secret", data: { b: UNKNOWN } },
        ],
        [
            "broken lines in data are joined",
            { apiVersion: "v1", kind: "Secret", data: { a: "YWFh\nYWFh\n" } },
            { apiVersion: "v1", kind: "Secret", data: { a: "YWFhYWFh" } },
        ],
        [
            "what the server sets goes",
            { metadata: { name: "a", uid: "1", resourceVersion: "2", creationTimestamp: "now" } },
            { metadata: { name: "a" } },
        ],
        [
            "another kind's strings stay",
            { apiVersion: "example.com/v1", kind: "Secret", stringData: { b: "b" } },
            { apiVersion: "example.com/v1", kind: "Secret", stringData: { b: "b" } },
        ],
    ])("%s", (_what, inputs, expected) => {
        expect(normalized(inputs)).toEqual(expected);
    });

    test("know what is unknown at any depth", () => {
        expect(hasUnknown({ spec: { list: [{ a: UNKNOWN }] } })).toBe(true);
        expect(hasUnknown({ spec: { list: [{ a: "b" }] } })).toBe(false);
    });
});

describe("a live object pruned to its inputs", () => {
    test.each<[string, Value, Value, Value]>([
        ["defaults of the server go", { replicas: 1, paused: false }, { replicas: 1 }, { replicas: 1 }],
        ["drift stays", { replicas: 5 }, { replicas: 1 }, { replicas: 5 }],
        ["what is gone is gone", {}, { replicas: 1 }, {}],
        ["defaults in rows go", [{ name: "a", pull: "Always" }], [{ name: "a" }], [{ name: "a" }]],
        [
            "rows are found by name",
            [{ name: "injected" }, { name: "a", image: "2" }],
            [{ name: "a", image: "1" }],
            [{ name: "a", image: "2" }],
        ],
        ["rows of others go", [{ key: "a" }, { key: "b" }], [{ key: "a" }], [{ key: "a" }]],
        ["a row that is gone is gone", [{ name: "b" }], [{ name: "a" }, { name: "b" }], [{ name: "b" }]],
        ["another type is drift", "text", { a: 1 }, "text"],
    ])("%s", (_what, live, inputs, expected) => {
        expect(pruned({ spec: live }, { spec: inputs })).toEqual({ spec: expected });
    });

    test("a quantity is written as the input writes it", () => {
        const live = { spec: { resources: { limits: { memory: "1Gi", cpu: "2" } } } };
        const inputs = { spec: { resources: { limits: { memory: "1024Mi", cpu: "1" } } } };
        expect(pruned(live, inputs)).toEqual({ spec: { resources: { limits: { memory: "1024Mi", cpu: "2" } } } });
    });
});

describe("changes", () => {
    test.each<[string, KubeObject, KubeObject, Record<string, string>]>([
        ["none", { spec: { a: 1 } }, { spec: { a: 1 } }, {}],
        ["a new field", { spec: {} }, { spec: { a: 1 } }, { "spec.a": "added" }],
        ["a field that goes", { spec: { a: 1 } }, { spec: {} }, { "spec.a": "deleted" }],
        ["another value", { spec: { a: 1 } }, { spec: { a: 2 } }, { "spec.a": "updated" }],
        ["a value not known yet", { spec: { a: 1 } }, { spec: { a: UNKNOWN } }, { "spec.a": "updated" }],
        ["a map not known yet", { spec: { a: { b: 1 } } }, { spec: { a: UNKNOWN } }, { "spec.a": "updated" }],
        ["a row more", { spec: { l: [1] } }, { spec: { l: [1, 2] } }, { "spec.l[1]": "added" }],
        ["a row less", { spec: { l: [1, 2] } }, { spec: { l: [1] } }, { "spec.l[1]": "deleted" }],
        [
            "a row's field",
            { spec: { containers: [{ name: "a", image: "1" }] } },
            { spec: { containers: [{ name: "a", image: "2" }] } },
            { "spec.containers[0].image": "updated" },
        ],
        [
            "a key with dots",
            { metadata: { annotations: { "a.b/c": "1" } } },
            { metadata: { annotations: { "a.b/c": "2" } } },
            { 'metadata.annotations["a.b/c"]': "updated" },
        ],
        ["another type", { spec: { a: { b: 1 } } }, { spec: { a: [1] } }, { "spec.a": "updated" }],
    ])("%s", (_what, before, after, expected) => {
        const found = changes(before, after, []).map(({ path, how }) => [pathText(path), how]);
        expect(Object.fromEntries(found)).toEqual(expected);
    });

    test.each(["spec.replicas", "spec.containers[0].image", 'metadata.annotations["a.b/c"]', "spec[1][2].a-b"])(
        "path %s is read as it is written",
        (path) => {
            expect(pathText(parsePath(path))).toBe(path);
        },
    );

    test("that are to be ignored are left out, with all below them", () => {
        const found = changes({ spec: { a: { b: 1 }, c: 1 } }, { spec: { a: { b: 2 }, c: 2 } }, []);
        expect(withoutIgnored(found, ["spec.a"]).map(({ path }) => pathText(path))).toEqual(["spec.c"]);
    });

    test("that come to nothing on the server are left out, but never a field that goes", () => {
        const found = changes(
            { spec: { same: "a", other: 1, gone: 1, goneAlready: 1 } },
            { spec: { same: "A", other: 2, empty: {} } },
            [],
        );
        const live = { spec: { same: "a", other: 1, gone: 1 } };
        const then = { spec: { same: "a", other: 2, gone: 1 } };
        expect(withoutIdle(found, live, then).map(({ path, how }) => [pathText(path), how])).toEqual([
            ["spec.other", "updated"],
            ["spec.gone", "deleted"],
        ]);
    });
});

describe("what a change replaces", () => {
    const deployment = { apiVersion: "apps/v1", kind: "Deployment" };
    const set = { apiVersion: "apps/v1", kind: "StatefulSet" };
    const service = { apiVersion: "v1", kind: "Service" };
    const job = { apiVersion: "batch/v1", kind: "Job" };
    const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
    const configMap = { apiVersion: "v1", kind: "ConfigMap" };
    const secret = { apiVersion: "v1", kind: "Secret" };

    test.each<[string, KubeObject, string, boolean]>([
        ["a name", configMap, "metadata.name", true],
        ["a namespace", configMap, "metadata.namespace", true],
        ["a label", configMap, "metadata.labels.a", false],
        ["a Deployment's image", deployment, "spec.template.spec.containers[0].image", false],
        ["a Deployment's selector", deployment, "spec.selector.matchLabels.app", true],
        ["a StatefulSet's template", set, "spec.template.spec.containers[0].image", false],
        ["a StatefulSet's claims", set, "spec.volumeClaimTemplates[0].spec.resources.requests.storage", true],
        ["a StatefulSet's service", set, "spec.serviceName", true],
        ["a Service's port", service, "spec.ports[0].port", false],
        ["a Service's address", service, "spec.clusterIP", true],
        ["a Job's template", job, "spec.template.spec.containers[0].args[0]", true],
        ["a Job's deadline", job, "spec.activeDeadlineSeconds", false],
        ["a claim's size", claim, "spec.resources.requests.storage", false],
        ["a claim's class", claim, "spec.storageClassName", true],
        ["a ConfigMap's data", configMap, "data.file", true],
        ["a Secret's data", secret, "data.key", true],
        ["a Secret's type", secret, "type", true],
        [
            "a binding's role",
            { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
            "roleRef.name",
            true,
        ],
        ["another group's kind of that name", { apiVersion: "example.com/v1", kind: "Job" }, "spec.template", false],
    ])("%s", (_what, inputs, path, expected) => {
        const [before, after] = [put(path, 1), put(path, 2)];
        const [change] = changes(before, after, replacingFields(inputs, false, IMMUTABLE));
        expect(change.replaces).toBe(expected);
    });

    test.each<[string, KubeObject, boolean]>([
        ["a ConfigMap", configMap, false],
        ["an immutable ConfigMap", { ...configMap, immutable: true }, true],
        ["a Secret", secret, false],
        ["an immutable Secret", { ...secret, immutable: true }, true],
    ])("data of %s where data may be changed in place", (_what, inputs, expected) => {
        const [change] = changes({ data: { a: "1" } }, { data: { a: "2" } }, replacingFields(inputs, false, MUTABLE));
        expect(change.replaces).toBe(expected);
    });

    test("a patch is replaced only for the object that it patches", () => {
        expect(replacingFields(configMap, true, IMMUTABLE)).toEqual(["metadata.name", "metadata.namespace"]);
    });

    test("a whole spec that goes takes its immutable fields with it", () => {
        const [change] = changes({ spec: { clusterIP: "None" } }, {}, replacingFields(service, false, IMMUTABLE));
        expect(change.replaces).toBe(true);
    });

    function put(path: string, value: Value): KubeObject {
        return parsePath(path).reduceRight<Value>(
            (inner, step) => (typeof step === "number" ? [inner] : { [step]: inner }),
            value,
        ) as KubeObject;
    }
});

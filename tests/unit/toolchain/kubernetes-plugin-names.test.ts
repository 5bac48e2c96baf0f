// What the kubernetes provider takes from type tokens, names, ids and its own settings.
import { UNKNOWN } from "../../../toolchain/property-values";
import { withName, Autonaming, uniqueName } from "../../../toolchain/kubernetes-plugin/names";
import { idOf, kindOf, KubeObject, parseId } from "../../../toolchain/kubernetes-plugin/objects";
import { isNamespaced } from "../../../toolchain/kubernetes-plugin/scopes";
import { readSettings } from "../../../toolchain/kubernetes-plugin/settings";
import { isList, isPatch, parseToken } from "../../../toolchain/kubernetes-plugin/tokens";

const SEED = Buffer.from("seed");
const AUTONAMED = { "pulumi.com/autonamed": "true" };

describe("type tokens", () => {
    test.each([
        ["kubernetes:core/v1:ConfigMap", "", "v1", "ConfigMap"],
        ["kubernetes:apps/v1:Deployment", "apps", "v1", "Deployment"],
        ["kubernetes:networking.k8s.io/v1:Ingress", "networking.k8s.io", "v1", "Ingress"],
        ["kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "gateway.networking.k8s.io", "v1", "HTTPRoute"],
    ])("%s", (token, group, version, kind) => {
        expect(parseToken(token)).toEqual({ group, version, kind });
    });

    test.each([
        ["random:index/randomId:RandomId", /is no resource of Kubernetes: expected kubernetes:<group>/],
        ["kubernetes:apps:Deployment", /is no resource of Kubernetes/],
        ["kubernetes:helm.sh/v3:Release", /made from packages and does not serve kubernetes:helm.sh\/v3:Release/],
        ["kubernetes:yaml/v2:ConfigFile", /Install the official plugin/],
    ])("refuses %s", (token, message) => {
        expect(() => parseToken(token)).toThrow(message);
    });

    test.each([
        ["kubernetes:core/v1:ConfigMapPatch", "ConfigMap", true],
        ["kubernetes:core/v1:ConfigMap", "ConfigMap", false],
        ["kubernetes:example.com/v1:WidgetPatch", "Widget", true],
        ["kubernetes:example.com/v1:WidgetPatch", "WidgetPatch", false],
        ["kubernetes:core/v1:ConfigMapPatch", "", false],
    ])("%s of kind %p patches: %p", (token, kind, expected) => {
        expect(isPatch(token, kind)).toBe(expected);
    });

    test("lists", () => {
        expect(isList("kubernetes:core/v1:ConfigMapList", "ConfigMapList")).toBe(true);
        expect(isList("kubernetes:core/v1:ConfigMap", "ConfigMap")).toBe(false);
    });
});

describe("kinds and ids", () => {
    test.each([
        [{ apiVersion: "v1", kind: "Service" }, { group: "", version: "v1", kind: "Service" }],
        [{ apiVersion: "core/v1", kind: "Service" }, { group: "", version: "v1", kind: "Service" }],
        [{ apiVersion: "apps/v1", kind: "Deployment" }, { group: "apps", version: "v1", kind: "Deployment" }],
    ])("%j", (object, kind) => {
        expect(kindOf(object)).toEqual(kind);
    });

    test.each([
        ["shop/app", { namespace: "shop", name: "app" }],
        ["app", { namespace: "", name: "app" }],
    ])("id %s", (id, parts) => {
        expect(parseId(id)).toEqual(parts);
        const { namespace, name } = parts;
        expect(idOf({ metadata: { name, ...(namespace && { namespace }) } })).toBe(id);
    });

    test.each([
        ["", "ConfigMap", true],
        ["", "Namespace", false],
        ["apps", "Deployment", true],
        ["rbac.authorization.k8s.io", "ClusterRole", false],
        ["rbac.authorization.k8s.io", "Role", true],
        ["storage.k8s.io", "StorageClass", false],
        ["gateway.networking.k8s.io", "HTTPRoute", true],
        ["example.com", "Widget", true],
    ])("without a cluster, %s/%s is in a namespace: %p", async (group, kind, expected) => {
        expect(await isNamespaced({ group, version: "v1", kind }, undefined)).toBe(expected);
    });
});

describe("names", () => {
    const given: KubeObject = { metadata: { name: "given" } };
    const auto: KubeObject = { metadata: { name: "app-12345678", annotations: AUTONAMED } };
    const proposal: Autonaming = { mode: "propose", proposedName: "engine-1" };
    const digits = uniqueName("app-", SEED).slice("app-".length);

    test.each<[string, KubeObject, KubeObject | undefined, Autonaming | undefined, KubeObject]>([
        ["its own", given, undefined, proposal, given],
        ["its own, when it had another", given, auto, undefined, given],
        [
            "one that is not known yet",
            { metadata: { name: UNKNOWN } },
            undefined,
            undefined,
            { metadata: { name: UNKNOWN } },
        ],
        ["the one of before", {}, auto, proposal, auto],
        ["none, when it was named before and is not any more", {}, given, undefined, {}],
        [
            "the engine's",
            { metadata: { labels: { a: "b" } } },
            undefined,
            proposal,
            { metadata: { labels: { a: "b" }, name: "engine-1", annotations: AUTONAMED } },
        ],
        [
            "a new one",
            { metadata: { annotations: { a: "b" } } },
            undefined,
            undefined,
            { metadata: { name: `app-${digits}`, annotations: { a: "b", ...AUTONAMED } } },
        ],
        [
            "a new one beside annotations that are not known yet",
            { metadata: { annotations: UNKNOWN } },
            undefined,
            undefined,
            { metadata: { name: `app-${digits}`, annotations: UNKNOWN } },
        ],
    ])("%s", (_what, inputs, old, autonaming, expected) => {
        expect(withName(inputs, old, "app", SEED, autonaming)).toEqual(expected);
    });

    test("have eight digits: the same for the same seed, others without one", () => {
        expect(digits).toMatch(/^[0-9a-f]{8}$/);
        expect(uniqueName("app-", SEED)).toBe(`app-${digits}`);
        const none = new Uint8Array();
        expect(uniqueName("app-", none)).not.toBe(uniqueName("app-", none));
    });

    test("are not made up where that is switched off", () => {
        expect(() => withName({}, undefined, "app", SEED, { mode: "disable", proposedName: "" })).toThrow(
            /metadata.name is not set: expected a name/,
        );
    });
});

describe("settings", () => {
    const defaults = readSettings({}, {});

    test("have the official provider's defaults", () => {
        expect(defaults).toEqual({
            kubeconfig: "",
            context: "",
            cluster: "",
            namespace: "",
            deleteUnreachable: false,
            skipUpdateUnreachable: false,
            enableServerSideApply: true,
            enablePatchForce: false,
            upsertExistingObjects: false,
            enableConfigMapMutable: false,
            enableSecretMutable: false,
        });
    });

    test.each([
        ["the stack's", { deleteUnreachable: "true" }, {}, { deleteUnreachable: true }],
        ["the environment's", {}, { PULUMI_K8S_DELETE_UNREACHABLE: "true" }, { deleteUnreachable: true }],
        [
            "the stack's before the environment's",
            { deleteUnreachable: "false" },
            { PULUMI_K8S_DELETE_UNREACHABLE: "true" },
            { deleteUnreachable: false },
        ],
        ["server-side apply switched off", { enableServerSideApply: "false" }, {}, { enableServerSideApply: false }],
        ["a context and a namespace", { context: "a", namespace: "b" }, {}, { context: "a", namespace: "b" }],
    ])("%s", (_what, variables, env, expected) => {
        expect(readSettings(variables, env)).toEqual({ ...defaults, ...expected });
    });

    test("refuse what only the official provider does", () => {
        expect(() => readSettings({ renderYamlToDirectory: "out" }, {})).toThrow(/writes no YAML/);
    });
});

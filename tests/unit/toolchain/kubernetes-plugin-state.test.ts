// What the kubernetes provider keeps in a stack's state, who manages which fields, and when the cluster is another.
import { secret, UNKNOWN, Value } from "../../../toolchain/property-values";
import { leavingIgnored, takeover } from "../../../toolchain/kubernetes-plugin/managed-fields";
import { KubeObject } from "../../../toolchain/kubernetes-plugin/objects";
import { configChange } from "../../../toolchain/kubernetes-plugin/provider-config";
import { plain, withSecretsOf } from "../../../toolchain/kubernetes-plugin/secrets";
import { readState, writeState } from "../../../toolchain/kubernetes-plugin/state";

describe("secrets", () => {
    test.each<[string, KubeObject, KubeObject, KubeObject]>([
        ["none", { spec: { a: 1 } }, { spec: { a: 1 } }, { spec: { a: 1 } }],
        [
            "only the value that the inputs marked",
            { data: { a: "1", b: "2" } },
            { data: { a: secret("1"), b: "2" } },
            { data: { a: secret("1"), b: "2" } },
        ],
        [
            "a list with one in it, as a whole",
            { spec: { env: [{ value: "1" }], other: 1 } },
            { spec: { env: [{ value: secret("1") }], other: 1 } },
            { spec: { env: secret([{ value: "1" }]), other: 1 } },
        ],
        [
            "all data of a Secret",
            { apiVersion: "v1", kind: "Secret", data: { a: "YQ==" } },
            { apiVersion: "v1", kind: "Secret", data: { a: "YQ==" } },
            { apiVersion: "v1", kind: "Secret", data: secret({ a: "YQ==" }) },
        ],
        ["what the object does not have", { spec: {} }, { data: secret("1") }, { spec: {} }],
    ])("%s", (_what, object, marked, expected) => {
        expect(withSecretsOf(object, marked)).toEqual(expected);
    });

    test("are revealed, and what is null goes, for the server", () => {
        expect(plain({ a: secret({ b: "c", d: null }), e: null, f: [secret("g")] })).toEqual({
            a: { b: "c" },
            f: ["g"],
        });
    });
});

describe("a state", () => {
    const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data: { k: "dg==" } };
    const live = { ...inputs, metadata: { name: "a", uid: "1" } };

    test("is read as it is written", () => {
        const properties = writeState({ inputs, live, fieldManager: "m" }, inputs);
        expect(readState(properties)).toEqual({ inputs, live, fieldManager: "m" });
    });

    test("keeps a Secret's data secret, in the inputs too", () => {
        const properties = writeState({ inputs, live, fieldManager: "m" }, inputs);
        expect(properties.data).toEqual(secret({ k: "dg==" }));
        expect((properties.__inputs as KubeObject).data).toEqual(secret({ k: "dg==" }));
    });

    test("has the official provider's names", () => {
        expect(Object.keys(writeState({ inputs, live, fieldManager: "m" }, inputs))).toEqual(
            expect.arrayContaining(["__inputs", "__initialApiVersion", "__fieldManager"]),
        );
    });

    test("is empty where there is none", () => {
        expect(readState({})).toEqual({ inputs: {}, live: {}, fieldManager: "" });
    });
});

describe("managed fields", () => {
    const entry = (manager: string, operation: string, fields: Value): KubeObject => ({
        manager,
        operation,
        apiVersion: "v1",
        fieldsType: "FieldsV1",
        fieldsV1: fields,
    });
    const live = (...managedFields: KubeObject[]): KubeObject => ({
        metadata: { resourceVersion: "7", managedFields },
        spec: { replicas: 5, paused: true },
    });
    const created = entry("pulumi-kubernetes", "Update", { "f:spec": { "f:replicas": {}, "f:paused": {} } });

    test("of the creation become ours at the first apply, unless the object has changed", () => {
        const status = { ...entry("controller", "Update", { "f:status": {} }), subresource: "status" };
        expect(takeover(live(created, status), "ours")).toEqual([
            { op: "test", path: "/metadata/resourceVersion", value: "7" },
            {
                op: "replace",
                path: "/metadata/managedFields",
                value: [status, { ...created, manager: "ours", operation: "Apply" }],
            },
        ]);
    });

    test("are joined with those that are ours already", () => {
        const ours = entry("ours", "Apply", { "f:spec": { "f:a": {} } });
        const [, { value }] = takeover(live(ours, created), "ours") ?? [];
        expect(value).toEqual([
            { ...ours, fieldsV1: { "f:spec": { "f:a": {}, "f:replicas": {}, "f:paused": {} } } },
        ]);
    });

    test("of others stay theirs", () => {
        expect(takeover(live(entry("autoscaler", "Update", {})), "ours")).toBeUndefined();
    });

    test.each<[string, KubeObject, KubeObject]>([
        [
            "of others only are not applied",
            live(entry("autoscaler", "Update", { "f:spec": { "f:replicas": {} } })),
            { spec: { image: "a" } },
        ],
        [
            "of ours are applied as they are",
            live(entry("ours", "Apply", { "f:spec": { "f:replicas": {} } })),
            { spec: { image: "a", replicas: 5 } },
        ],
        [
            "shared with others are applied as they are",
            live(created, entry("autoscaler", "Update", { "f:spec": { "f:replicas": {} } })),
            { spec: { image: "a", replicas: 5 } },
        ],
        ["of nobody are applied as they are", live(), { spec: { image: "a", replicas: 5 } }],
    ])("ignored fields %s", (_what, object, expected) => {
        const inputs = { spec: { image: "a", replicas: 1 } };
        expect(leavingIgnored(inputs, object, [["spec", "replicas"]], "ours")).toEqual(expected);
    });
});

describe("another provider configuration", () => {
    const kubeconfig = (server: string, user = "a"): string =>
        [
            "current-context: here",
            "contexts:",
            `- { name: here, context: { cluster: c, user: ${user} } }`,
            "- { name: there, context: { cluster: d } }",
            `clusters: [{ name: c, cluster: { server: ${server} } }, { name: d, cluster: { server: "https://d" } }]`,
        ].join("\n");
    const here = { kubeconfig: kubeconfig("https://c") };

    test.each<[string, KubeObject, KubeObject, string[], string[]]>([
        ["the same", here, here, [], []],
        ["another user", here, { kubeconfig: kubeconfig("https://c", "b") }, ["kubeconfig"], []],
        ["another address", here, { kubeconfig: kubeconfig("https://e") }, ["kubeconfig"], ["kubeconfig"]],
        ["another context", here, { ...here, context: "there" }, ["context"], ["context"]],
        ["the current context by name", here, { ...here, context: "here" }, ["context"], []],
        ["another cluster", here, { ...here, cluster: "d" }, ["cluster"], ["cluster"]],
        ["a namespace", here, { ...here, namespace: "n" }, ["namespace"], []],
        ["not known yet", here, { kubeconfig: UNKNOWN }, ["kubeconfig"], ["kubeconfig"]],
        ["another path that is not there", { kubeconfig: "/a" }, { kubeconfig: "/b" }, ["kubeconfig"], []],
        [
            "another identifier",
            { ...here, clusterIdentifier: "1" },
            { ...here, clusterIdentifier: "2" },
            ["clusterIdentifier"],
            ["clusterIdentifier"],
        ],
        [
            "the same identifier, whatever the address",
            { ...here, clusterIdentifier: "1" },
            { kubeconfig: kubeconfig("https://e"), clusterIdentifier: "1" },
            ["kubeconfig"],
            [],
        ],
    ])("%s", (_what, olds, news, changed, replaces) => {
        expect(configChange(olds, news)).toEqual({ changed, replaces });
    });
});

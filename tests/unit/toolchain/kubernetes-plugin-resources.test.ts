// What the kubernetes provider asks an API server, and what it makes of the answers.
import { Api } from "../../../toolchain/kubernetes-plugin/api";
import { ANNOTATIONS, at, KubeObject, withValueAt } from "../../../toolchain/kubernetes-plugin/objects";
import * as resources from "../../../toolchain/kubernetes-plugin/resources";
import { readSettings } from "../../../toolchain/kubernetes-plugin/settings";
import { Properties, secret, UNKNOWN } from "../../../toolchain/property-values";
import { KubernetesApiServer } from "./kubernetes-api-server";

const CONFIG_MAP: resources.Resource = {
    urn: "urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::settings",
    token: "kubernetes:core/v1:ConfigMap",
};
const PATCH = { urn: `${CONFIG_MAP.urn}Patch`, token: "kubernetes:core/v1:ConfigMapPatch" };
const SECRET = { urn: "urn:pulumi:dev::shop::kubernetes:core/v1:Secret::login", token: "kubernetes:core/v1:Secret" };
const DEPLOYMENT = {
    urn: "urn:pulumi:dev::shop::kubernetes:apps/v1:Deployment::app",
    token: "kubernetes:apps/v1:Deployment",
};
const PATH = "/api/v1/namespaces/shop/configmaps/settings";
const SEED = Buffer.from("seed");

let server: KubernetesApiServer;
let context: resources.Context;
let warnings: string[];
let cancellation: AbortController;

beforeEach(async () => {
    server = new KubernetesApiServer();
    const address = await server.start();
    warnings = [];
    cancellation = new AbortController();
    context = {
        settings: readSettings({}, {}),
        api: new Api({ server: address, namespace: "shop", options: async () => ({}) }),
        unreachable: "",
        namespace: "shop",
        log: { warn: (_urn, message) => warnings.push(message), status: () => undefined },
        signal: cancellation.signal,
    };
});

afterEach(() => server.stop());

function configMap(data: KubeObject, name = "settings", annotations: KubeObject = {}): KubeObject {
    const metadata = { name, ...(Object.keys(annotations).length > 0 && { annotations }) };
    return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

function deployment(annotations: KubeObject = {}): KubeObject {
    const selector = { matchLabels: { app: "a" } };
    return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "app", annotations }, spec: { selector } };
}

const check = (resource: resources.Resource, inputs: Properties, olds?: Properties): Promise<Properties> =>
    resources.check(context, resource, inputs, olds, SEED, undefined);

/** Checks and makes a resource, and gives its state. */
async function make(resource: resources.Resource, inputs: Properties, timeout = 0): Promise<Properties> {
    return (await resources.create(context, resource, await check(resource, inputs), timeout, false)).properties;
}

async function compare(
    resource: resources.Resource,
    state: Properties,
    inputs: Properties,
    ignored: string[] = [],
): Promise<resources.Comparison> {
    const news = await check(resource, inputs, state.__inputs as Properties);
    return resources.diff(context, resource, state, news, ignored);
}

function writes(): string[] {
    return server.asked
        .filter(({ method }) => method !== "GET")
        .map(({ method, query }) => (query.dryRun === undefined ? method : `${method} (dry run)`));
}

describe("checking", () => {
    test("names the object and puts it into the provider's namespace", async () => {
        expect(await check(CONFIG_MAP, { apiVersion: "v1", kind: "ConfigMap", data: {} })).toEqual({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: {
                name: expect.stringMatching(/^settings-[0-9a-f]{8}$/),
                namespace: "shop",
                annotations: { [ANNOTATIONS.autonamed]: "true" },
            },
            data: {},
        });
    });

    test("leaves a cluster-wide object without a namespace", async () => {
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } };
        expect(await check({ urn: "urn", token: "kubernetes:core/v1:Namespace" }, namespace)).toEqual(namespace);
    });

    test("turns a Secret's strings into data, which is secret", async () => {
        const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, stringData: secret({ k: "v" }) };
        expect((await check(SECRET, inputs)).data).toEqual(secret({ k: "dg==" }));
    });

    test.each<[string, resources.Resource, KubeObject, RegExp]>([
        ["a patch without a name", PATCH, { apiVersion: "v1", kind: "ConfigMap" }, /needs metadata.name/],
        [
            "a name that the server would make",
            CONFIG_MAP,
            { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "a-" } },
            /generateName is not supported/,
        ],
        [
            "a list",
            { urn: "urn", token: "kubernetes:core/v1:ConfigMapList" },
            { apiVersion: "v1", kind: "ConfigMapList" },
            /can't be created/,
        ],
    ])("refuses %s", async (_what, resource, inputs, message) => {
        await expect(check(resource, inputs)).rejects.toThrow(message);
    });
});

describe("making", () => {
    test("a ConfigMap", async () => {
        const inputs = await check(CONFIG_MAP, configMap({ a: "1" }));
        const { id, properties } = await resources.create(context, CONFIG_MAP, inputs, 0, false);
        expect(id).toBe("shop/settings");
        expect(server.objects.get(PATH)).toMatchObject({ data: { a: "1" } });
        expect(properties).toMatchObject({ data: { a: "1" }, metadata: { uid: expect.any(String) } });
        expect(properties.__inputs).toEqual(inputs);
    });

    test("an object whose fields are the resource's own from the beginning", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        const fields = { "f:data": { "f:a": {} }, "f:metadata": {} };
        expect(at(server.objects.get(PATH), "metadata", "managedFields")).toEqual([
            { manager: state.__fieldManager, operation: "Apply", fieldsV1: fields },
        ]);
    });

    test("an object that others have changed since its creation", async () => {
        let changes = 2;
        server.refuses = ({ method }) =>
            method === "PATCH" && changes-- > 0 ? { code: 409, reason: "", message: "" } : undefined;
        await make(CONFIG_MAP, configMap({ a: "1" }));
        expect(at(server.objects.get(PATH), "metadata", "managedFields", 0, "operation")).toBe("Apply");
    });

    test("nothing in a preview, but asks what would be made", async () => {
        const inputs = await check(CONFIG_MAP, configMap({ a: "1" }));
        const { id, properties } = await resources.create(context, CONFIG_MAP, inputs, 0, true);
        expect(id).toBe("");
        expect(properties).toMatchObject({ data: { a: "1" } });
        expect(writes()).toEqual(["POST (dry run)"]);
        expect(server.objects.size).toBe(0);
    });

    test.each<[string, number, string, Properties]>([
        ["may not be asked", 403, "Forbidden", {}],
        ["has the object already", 409, "AlreadyExists", {}],
        ["has no such namespace yet", 404, "NotFound", { kind: "namespaces" }],
    ])("a preview goes on with the inputs where the server %s", async (_what, code, reason, details) => {
        server.refuses = ({ method }) => (method === "POST" ? { code, reason, message: "no", details } : undefined);
        const inputs = await check(CONFIG_MAP, configMap({ a: "1" }));
        expect((await resources.create(context, CONFIG_MAP, inputs, 0, true)).properties).toEqual(inputs);
    });

    test("a preview shows what the server finds wrong", async () => {
        server.refuses = ({ method }) =>
            method === "POST" ? { code: 422, reason: "Invalid", message: "data: Invalid value" } : undefined;
        const inputs = await check(CONFIG_MAP, configMap({ a: "1" }));
        await expect(resources.create(context, CONFIG_MAP, inputs, 0, true)).rejects.toThrow(
            "ConfigMap shop/settings: data: Invalid value",
        );
    });

    test("a preview asks nothing while values are not known yet", async () => {
        const inputs = await check(CONFIG_MAP, configMap({ a: UNKNOWN }));
        expect((await resources.create(context, CONFIG_MAP, inputs, 0, true)).properties).toEqual(inputs);
        expect(writes()).toEqual([]);
    });

    test.each<[string, number, string, string, Properties, RegExp]>([
        ["it exists", 409, "AlreadyExists", "exists", {}, /exists\. When this resource was renamed/],
        ["it is forbidden", 403, "Forbidden", "user can't create configmaps", {}, /: user can't create configmaps$/],
        ["a quota is used up", 403, "Forbidden", "exceeded quota: q", {}, /exceeded quota: q$/],
    ])("says so when %s", async (_what, code, reason, message, details, expected) => {
        server.refuses = ({ method }) => (method === "POST" ? { code, reason, message, details } : undefined);
        await expect(make(CONFIG_MAP, configMap({}))).rejects.toThrow(expected);
    });

    test("waits for a kind that is defined meanwhile, not for ever", async () => {
        const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a" } };
        const making = make({ urn: "urn", token: "kubernetes:example.com/v1:Widget" }, widget);
        setTimeout(() => cancellation.abort(), 100);
        await expect(making).rejects.toThrow(/cancelled/);
    });
});

describe("comparing", () => {
    test("finds nothing in the same inputs, whatever the server has added", async () => {
        server.controls = (object) => ({ ...object, immutable: false });
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        expect((await compare(CONFIG_MAP, state, configMap({ a: "1" }))).changes).toEqual([]);
    });

    test.each<[string, KubeObject, boolean]>([
        ["before, when its name is given", configMap({ a: "2" }), true],
        ["after, when its name is the provider's", { ...configMap({ a: "2" }), metadata: {} }, false],
    ])("deletes a ConfigMap %s", async (_what, inputs, first) => {
        const { data: _data, ...rest } = inputs;
        const state = await make(CONFIG_MAP, { ...rest, data: { a: "1" } });
        const comparison = await compare(CONFIG_MAP, state, inputs);
        expect(comparison.changes).toEqual([{ path: ["data", "a"], how: "updated", replaces: true }]);
        expect(comparison.deleteBeforeReplace).toBe(first);
    });

    test("a resource that is moved to another name is made before the old one goes", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        const comparison = await compare(CONFIG_MAP, state, configMap({ a: "1" }, "other"));
        expect(comparison.changes).toEqual([{ path: ["metadata", "name"], how: "updated", replaces: true }]);
        expect(comparison.deleteBeforeReplace).toBe(false);
    });

    test("asks the server of a change in place, and believes it when it comes to nothing", async () => {
        server.normalizes = (object) => withValueAt(object, ["spec", "empty"], undefined);
        const inputs = deployment({ [ANNOTATIONS.skipAwait]: "true" });
        const state = await make(DEPLOYMENT, inputs);
        const changed = async (field: string): Promise<string[]> => {
            const { changes } = await compare(DEPLOYMENT, state, withValueAt(inputs, ["spec", field], true));
            return changes.map(({ path }) => path.join("."));
        };
        expect(await changed("paused")).toEqual(["spec.paused"]);
        expect(await changed("empty")).toEqual([]);
        server.refuses = ({ query }) => (query.dryRun ? { code: 500, reason: "", message: "" } : undefined);
        expect(await changed("empty")).toEqual(["spec.empty"]);
    });

    test("leaves ignored fields out", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        expect((await compare(CONFIG_MAP, state, configMap({ a: "2" }), ["data"])).changes).toEqual([]);
    });

    test("knows what changes without a cluster", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        context = { ...context, api: undefined, unreachable: "connection refused" };
        expect((await compare(CONFIG_MAP, state, configMap({ a: "1" }))).changes).toEqual([]);
        expect((await compare(CONFIG_MAP, state, configMap({ a: "2" }))).changes).toHaveLength(1);
    });
});

describe("changing", () => {
    const settings = readSettings({ enableConfigMapMutable: "true" }, {});

    test("applies, and removes what the inputs do not have any more", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1", b: "2" }));
        const news = await check(CONFIG_MAP, configMap({ a: "3" }), state.__inputs as Properties);
        const properties = await resources.update({ ...context, settings }, CONFIG_MAP, state, news, [], 0, false);
        expect(server.objects.get(PATH)?.data).toEqual({ a: "3" });
        expect(properties.__fieldManager).toBe(state.__fieldManager);
        expect(properties.data).toEqual({ a: "3" });
    });

    test("does not force what others manage, unless it is told to", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        for (const [annotations, force] of [[{}, "false"], [{ [ANNOTATIONS.patchForce]: "true" }, "true"]] as const) {
            const news = await check(CONFIG_MAP, configMap({ a: "2" }, "settings", { ...annotations }));
            await resources.update(context, CONFIG_MAP, state, news, [], 0, false);
            expect(server.asked.at(-1)?.query).toMatchObject({ force, fieldManager: state.__fieldManager });
        }
    });

    test("says who else manages a field", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        server.refuses = ({ query }) =>
            query.force ? { code: 409, reason: "Conflict", message: 'conflict with "kubectl": .data.a' } : undefined;
        const news = await check(CONFIG_MAP, configMap({ a: "2" }));
        await expect(resources.update(context, CONFIG_MAP, state, news, [], 0, false)).rejects.toThrow(
            /conflict with "kubectl": .data.a. Leave the fields to it .* pulumi.com\/patchForce/,
        );
    });

    test("says so when the object is gone", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        server.objects.clear();
        const news = await check(CONFIG_MAP, configMap({ a: "2" }));
        await expect(resources.update(context, CONFIG_MAP, state, news, [], 0, false)).rejects.toThrow(
            /configmaps "settings" not found. When others have removed it, `pulumi refresh`/,
        );
    });
});

describe("waiting", () => {
    const AVAILABLE = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

    test("ends when the object is ready", async () => {
        const conditions = [{ type: "Available", status: "True" }];
        server.controls = (object) => ({ ...object, status: { ...AVAILABLE, conditions } });
        const state = await make(DEPLOYMENT, deployment());
        expect(at(state, "status", "availableReplicas")).toBe(1);
    });

    test("keeps the state of what does not become ready, with the pods' own reasons", async () => {
        server.put("/apis/apps/v1/namespaces/shop/replicasets/app-1", {
            metadata: { name: "app-1", ownerReferences: [{ uid: "1" }] },
        });
        const set = server.objects.get("/apis/apps/v1/namespaces/shop/replicasets/app-1");
        server.put("/api/v1/namespaces/shop/pods/app-1-x", {
            metadata: { name: "app-1-x", ownerReferences: [{ uid: at(set, "metadata", "uid")! }] },
            status: {
                containerStatuses: [
                    {
                        name: "web",
                        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
                        lastState: { terminated: { exitCode: 2, reason: "Error" } },
                    },
                ],
            },
        });
        server.put("/api/v1/namespaces/shop/events/e", {
            metadata: { name: "e" },
            type: "Warning",
            involvedObject: { uid: "1", kind: "Deployment", name: "app" },
            reason: "Unhappy",
            message: "so it is",
        });
        server.log = "no such table\n";
        server.controls = (object) => withValueAt(object, ["metadata", "uid"], "1");
        const failure = await make(DEPLOYMENT, deployment(), 1).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(resources.PartialError);
        const { id, reasons, properties } = failure as resources.PartialError;
        expect(id).toBe("shop/app");
        expect(properties.__inputs).toBeDefined();
        expect(reasons).toEqual([
            expect.stringMatching(
                /^Deployment shop\/app was created, but did not become ready: app was not ready after \d s$/,
            ),
            expect.stringMatching(/has not taken it up/),
            "pod app-1-x: container web waits: [CrashLoopBackOff] back-off",
            "pod app-1-x: container web ended before, 0 times: [Error] exit code 2",
            "deployment app: [Unhappy] so it is",
            "last lines of container web in pod app-1-x:\nno such table",
        ]);
    });

    test("is left out where that is annotated", async () => {
        await make(DEPLOYMENT, deployment({ [ANNOTATIONS.skipAwait]: "true" }));
        expect(writes()).toEqual(["POST", "PATCH"]);
        expect(server.asked.at(-1)?.method).toBe("PATCH");
    });

    test("ends when it is cancelled, and the state is kept", async () => {
        setTimeout(() => cancellation.abort(), 100);
        await expect(make(DEPLOYMENT, deployment())).rejects.toMatchObject({
            id: "shop/app",
            reasons: [expect.stringMatching(/Waiting for app was cancelled/)],
        });
    });
});

describe("reading", () => {
    test("gives what is there now, as far as the inputs have it", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        server.put(PATH, { ...configMap({ a: "2", other: "3" }), immutable: false });
        const inputs = state.__inputs as Properties;
        const result = await resources.read(context, CONFIG_MAP, "shop/settings", state, inputs);
        expect(result?.inputs.data).toEqual({ a: "2" });
        expect(result?.properties.data).toEqual({ a: "2", other: "3" });
    });

    test("gives nothing for what is gone", async () => {
        const state = await make(CONFIG_MAP, configMap({ a: "1" }));
        server.objects.clear();
        const inputs = state.__inputs as Properties;
        expect(await resources.read(context, CONFIG_MAP, "shop/settings", state, inputs)).toBeUndefined();
    });

    test("imports an object by its id, without what the server sets", async () => {
        server.put(PATH, { ...configMap({ a: "1" }), status: {} });
        const result = await resources.read(context, CONFIG_MAP, "shop/settings", {}, {});
        expect(result?.inputs).toEqual(configMap({ a: "1" }));
    });

    test("says of an object that is not ready why", async () => {
        const state = await make(DEPLOYMENT, deployment({ [ANNOTATIONS.skipAwait]: "true" }));
        const inputs = withValueAt(state.__inputs as KubeObject, ["metadata", "annotations"], {});
        await expect(resources.read(context, DEPLOYMENT, "shop/app", state, inputs)).rejects.toMatchObject({
            reasons: ["Deployment shop/app is not ready", expect.stringMatching(/has not taken it up/)],
        });
    });
});

describe("deleting", () => {
    test("waits until the object is gone", async () => {
        const state = await make(CONFIG_MAP, configMap({}));
        await resources.remove(context, CONFIG_MAP, state, 0);
        expect(server.objects.size).toBe(0);
        expect(server.asked.find(({ method }) => method === "DELETE")?.body.propagationPolicy).toBe("Foreground");
    });

    test("is done for what is gone already", async () => {
        const state = await make(CONFIG_MAP, configMap({}));
        server.objects.clear();
        await expect(resources.remove(context, CONFIG_MAP, state, 0)).resolves.toBeUndefined();
    });

    test("says what keeps an object", async () => {
        const state = await make(CONFIG_MAP, configMap({}));
        server.controls = (object) => ({
            ...object,
            metadata: { ...(object.metadata as KubeObject), keep: "yes", finalizers: ["example.com/keep"] },
        });
        await expect(resources.remove(context, CONFIG_MAP, state, 1)).rejects.toMatchObject({
            reasons: [
                expect.stringMatching(/was deleted, but is still there: settings was not gone after/),
                "finalizers: example.com/keep",
            ],
        });
    });

    test("follows the propagation that is annotated", async () => {
        const annotations = { [ANNOTATIONS.deletionPropagation]: "orphan" };
        const state = await make(CONFIG_MAP, configMap({}, "settings", annotations));
        await resources.remove(context, CONFIG_MAP, state, 0);
        expect(server.asked.find(({ method }) => method === "DELETE")?.body.propagationPolicy).toBe("Orphan");
    });
});

describe("a patch of an object of others", () => {
    beforeEach(() => server.put(PATH, configMap({ theirs: "1" })));

    test("sets its fields and gives them up at the end", async () => {
        const state = await make(PATCH, configMap({ ours: "2" }));
        expect(server.objects.get(PATH)?.data).toEqual({ theirs: "1", ours: "2" });
        await resources.remove(context, PATCH, state, 0);
        expect(server.objects.get(PATH)?.data).toEqual({ theirs: "1" });
    });

    test("is not made in a preview", async () => {
        const inputs = await check(PATCH, configMap({ ours: "2" }));
        expect((await resources.create(context, PATCH, inputs, 0, true)).properties).toEqual(inputs);
        expect(writes()).toEqual([]);
    });

    test("is changed in place", async () => {
        const state = await make(PATCH, configMap({ ours: "2" }));
        expect((await compare(PATCH, state, configMap({ ours: "3" }))).changes).toEqual([
            { path: ["data", "ours"], how: "updated", replaces: false },
        ]);
    });

    test("gives nothing up when the object is gone", async () => {
        const state = await make(PATCH, configMap({ ours: "2" }));
        server.objects.clear();
        await resources.remove(context, PATCH, state, 0);
        expect(server.objects.size).toBe(0);
    });

    test("keeps a field that the object requires, and says so", async () => {
        const state = await make(PATCH, configMap({ ours: "2" }));
        server.refuses = ({ method }) =>
            method === "PATCH" ? { code: 422, reason: "Invalid", message: "data: Required value" } : undefined;
        await expect(resources.remove(context, PATCH, state, 0)).rejects.toThrow(/set the option retainOnDelete/);
    });
});

describe("without a cluster", () => {
    let state: Properties;
    let inputs: Properties;

    beforeEach(async () => {
        state = await make(CONFIG_MAP, configMap({ a: "1" }));
        inputs = state.__inputs as Properties;
        context = { ...context, api: undefined, unreachable: "connect ECONNREFUSED 127.0.0.1:1" };
    });

    test("previews go on", async () => {
        expect((await resources.create(context, CONFIG_MAP, inputs, 0, true)).properties).toEqual(inputs);
        expect(await resources.update(context, CONFIG_MAP, state, inputs, [], 0, true)).toEqual(inputs);
    });

    test("nothing is made or changed, and the reason is told", async () => {
        const message = "configured Kubernetes cluster is unreachable: connect ECONNREFUSED 127.0.0.1:1";
        await expect(resources.create(context, CONFIG_MAP, inputs, 0, false)).rejects.toThrow(message);
        await expect(resources.update(context, CONFIG_MAP, state, inputs, [], 0, false)).rejects.toThrow(message);
    });

    test("reading and deleting fail with the way out", async () => {
        const message = /unreachable: connect .* set PULUMI_K8S_DELETE_UNREACHABLE=true/;
        await expect(resources.read(context, CONFIG_MAP, "shop/settings", state, inputs)).rejects.toThrow(message);
        await expect(resources.remove(context, CONFIG_MAP, state, 0)).rejects.toThrow(message);
        expect(warnings).toHaveLength(2);
    });

    test("resources leave the state where that is wanted", async () => {
        context = { ...context, settings: readSettings({ deleteUnreachable: "true" }, {}) };
        expect(await resources.read(context, CONFIG_MAP, "shop/settings", state, inputs)).toBeUndefined();
        await expect(resources.remove(context, CONFIG_MAP, state, 0)).resolves.toBeUndefined();
    });

    test("the state is taken as it is where that is wanted", async () => {
        context = { ...context, settings: readSettings({ skipUpdateUnreachable: "true" }, {}) };
        expect(await resources.read(context, CONFIG_MAP, "shop/settings", state, inputs)).toEqual({
            id: "shop/settings",
            properties: state,
            inputs,
        });
    });
});

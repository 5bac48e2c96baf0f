// What a state tells of a command that was killed while it made something.
import { LABELS } from "../../../components/support/labels";
import { onEngine } from "../../../scripts/stack/interrupted/docker";
import { idOf, inCluster } from "../../../scripts/stack/interrupted/kubernetes";
import { Operation, readInterrupted, Unfinished } from "../../../scripts/stack/interrupted/state";

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

const operation = (type: string, resourceType: string, inputs?: Record<string, unknown>) => ({ type, resource: { type: resourceType, inputs } });
const named = (type: string, resourceType: string, name: string) => operation(type, resourceType, { name });
const object = (apiVersion: string, kind: string, metadata: object) =>
    operation("creating", `kubernetes:${apiVersion}:${kind}`, { apiVersion, kind, metadata, spec: {} });

function state(operations?: unknown[]): string {
    const resources = [{ urn: "urn::stack" }, { urn: "urn::storage", type: CONTAINER, id: "abc" }];
    return JSON.stringify({
        version: 3,
        deployment: { manifest: { magic: "m" }, resources, ...(operations && { pending_operations: operations }) },
    });
}

type Read = (operation: Operation) => Unfinished | undefined;

describe("what was being made", () => {
    it.each<[string, Read, object, object]>([
        ["a container", onEngine, named("creating", CONTAINER, "main-shop-0-1a2b3c4"), { kind: "container", name: "main-shop-0-1a2b3c4", type: CONTAINER }],
        ["a network", onEngine, named("creating", "docker:index/network:Network", "edge"), { kind: "network", name: "edge", type: "docker:index/network:Network" }],
        [
            "a volume of files",
            onEngine,
            operation("creating", VOLUME, { name: "main-shop-config-1a2b3c4", labels: [{ label: LABELS.content, value: "1a2b3c4d5e" }] }),
            { kind: "volume", name: "main-shop-config-1a2b3c4", type: VOLUME },
        ],
        [
            "an object of a namespace",
            inCluster,
            object("apps/v1", "Deployment", { name: "main-shop-1a2b3c4", namespace: "shop" }),
            { kind: "Deployment", name: "main-shop-1a2b3c4", type: DEPLOYMENT, object: { apiVersion: "apps/v1", namespace: "shop" } },
        ],
        [
            "a namespace",
            inCluster,
            object("v1", "Namespace", { name: "shop" }),
            { kind: "Namespace", name: "shop", type: "kubernetes:v1:Namespace", object: { apiVersion: "v1" } },
        ],
    ])("%s is named, and taken out of the state", (_, read, made, expected) => {
        const { unfinished, without } = readInterrupted(state([made]), read);
        expect(unfinished).toEqual([expected]);
        expect(JSON.parse(without)).toEqual(JSON.parse(state([])));
    });

    it.each<[string, Read, object]>([
        ["a volume, which may hold data", onEngine, named("creating", VOLUME, "data")],
        ["what was being changed", onEngine, named("updating", CONTAINER, "main-shop-0")],
        ["what was being removed", onEngine, named("deleting", CONTAINER, "main-shop-0")],
        ["what has no name", onEngine, operation("creating", CONTAINER)],
        ["another program's", onEngine, named("creating", "aws:s3/bucket:Bucket", "main-shop-0")],
        ["a claim, which may hold data", inCluster, object("v1", "PersistentVolumeClaim", { name: "data", namespace: "shop" })],
        [
            "a patch, whose object is another's",
            inCluster,
            operation("creating", "kubernetes:core/v1:ConfigMapPatch", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "routes", namespace: "shop" } }),
        ],
        ["an object without a name", inCluster, object("apps/v1", "Deployment", {})],
        ["an object without metadata", inCluster, operation("creating", DEPLOYMENT, { apiVersion: "apps/v1", kind: "Deployment" })],
        ["another program's, in a cluster too", inCluster, named("creating", "aws:s3/bucket:Bucket", "main-shop-0")],
    ])("%s stays Pulumi's to judge", (_, read, other) => {
        const { unfinished, without } = readInterrupted(state([other]), read);
        expect(unfinished).toEqual([]);
        expect(JSON.parse(without)).toEqual(JSON.parse(state([other])));
    });

    it("is nothing where no command was killed", () => {
        expect(readInterrupted(state(), onEngine).unfinished).toEqual([]);
        expect(readInterrupted(JSON.stringify({ version: 3 }), onEngine).unfinished).toEqual([]);
    });

    it("is told from what the state knows already by its type and id", () => {
        expect([...readInterrupted(state(), onEngine).known]).toEqual([`${CONTAINER} abc`]);
    });

    it("has the id that its resource would have", () => {
        const read = (made: Operation) => idOf(inCluster(made)!);
        expect(read(object("apps/v1", "Deployment", { name: "main-shop", namespace: "shop" }))).toBe("shop/main-shop");
        expect(read(object("v1", "Namespace", { name: "shop" }))).toBe("shop");
    });
});

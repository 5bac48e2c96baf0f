// What stays of a stack when it is removed: found in its state, compared with its settings, and told.
import { notYetKept, staysText, volumesIn } from "../../../scripts/stack/keptData";

const volume = (logical: string, retainOnDelete?: boolean) => ({
    urn: `urn:pulumi:dev::p::traced-environment:index:ElasticsearchStorage$docker:index/volume:Volume::${logical}`,
    type: "docker:index/volume:Volume",
    ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
    outputs: { name: `p-dev-${logical}` },
});
const state = (...resources: object[]) => JSON.stringify({ version: 3, deployment: { resources } });
const settings = (storage: object, databases: object = {}) => ({
    config: { "p:storage": storage, "p:databases": databases },
});

describe("the volumes of a stack", () => {
    it("are found in its state, with whether they stay", () => {
        const other = { urn: "urn:pulumi:dev::p::docker:index/network:Network::n", type: "docker:index/network:Network" };
        expect(volumesIn(state(other, volume("main-storage-data-0", true), volume("main-storage-config")))).toEqual([
            { kind: "volume", logical: "main-storage-data-0", name: "p-dev-main-storage-data-0", stays: true },
            { kind: "volume", logical: "main-storage-config", name: "p-dev-main-storage-config", stays: false },
        ]);
    });

    it.each([state(), "{}", JSON.stringify({ deployment: {} })])("are none in %s", (text) => {
        expect(volumesIn(text)).toEqual([]);
    });
});

describe("what the settings keep", () => {
    const volumes = volumesIn(state(volume("main-storage-data-0"), volume("database-shop-data-0", true)));

    it("and the state does not is found", () => {
        expect(notYetKept(settings({ keepData: true }, { shop: { keepData: true } }), "p", volumes)).toEqual([
            "storage.keepData",
        ]);
    });

    it.each([
        ["the settings keep nothing", settings({ keepData: false }, { shop: {} })],
        ["there is no such volume", settings({}, { other: { keepData: true } })],
        ["there are no settings", {}],
    ])("is no matter when %s", (_, file) => {
        expect(notYetKept(file, "p", volumes)).toEqual([]);
    });
});

describe("what is told at the end", () => {
    const volumes = volumesIn(state(volume("main-storage-data-0", true), volume("main-storage-config")));

    it("names what stayed, and how it is removed", () => {
        expect(staysText(volumes, "dev", {})).toBe(
            [
                'Kept, and found again by the next "npm run up -- --stack dev":',
                "  volume p-dev-main-storage-data-0",
                "To remove the data for good: docker volume rm p-dev-main-storage-data-0",
            ].join("\n"),
        );
    });

    it("names the engine when it is another one than this machine's", () => {
        expect(staysText(volumes, "dev", { engine: "ssh://deploy@host" })).toContain("docker --host ssh://deploy@host volume rm");
    });

    it("is nothing when nothing stayed", () => {
        expect(staysText(volumesIn(state(volume("main-storage-data-0"))), "dev", {})).toBeUndefined();
    });
});

describe("in a cluster", () => {
    const namespace = (retainOnDelete: boolean) => ({
        urn: "urn:pulumi:k8s::p::t$kubernetes:core/v1:Namespace::main",
        type: "kubernetes:core/v1:Namespace",
        retainOnDelete,
        outputs: { metadata: { name: "p-k8s" } },
    });
    const set = (logical: string, whenDeleted: string, replicas = 1) => ({
        urn: `urn:pulumi:k8s::p::t$kubernetes:apps/v1:StatefulSet::${logical}`,
        type: "kubernetes:apps/v1:StatefulSet",
        outputs: {
            metadata: { name: `p-k8s-${logical}`, namespace: "p-k8s" },
            spec: {
                replicas,
                volumeClaimTemplates: [{ metadata: { name: "data" } }],
                persistentVolumeClaimRetentionPolicy: { whenDeleted },
            },
        },
    });
    const kept = [namespace(true), set("main-storage", "Retain", 2), set("database-shop", "Delete")];

    it("claims are found by the set that makes them, and stay as it says", () => {
        expect(volumesIn(state(...kept)).map(({ kind, name, stays }) => [kind, name, stays])).toEqual([
            ["namespace", "p-k8s", true],
            ["claim", "data-p-k8s-main-storage-0", true],
            ["claim", "data-p-k8s-main-storage-1", true],
            ["claim", "data-p-k8s-database-shop-0", false],
        ]);
    });

    it("nothing stays in a namespace that goes", () => {
        expect(volumesIn(state(namespace(false), set("main-storage", "Retain"))).map(({ stays }) => stays)).toEqual([false, false]);
    });

    it("what the settings keep and the state does not is found", () => {
        const volumes = volumesIn(state(...kept));
        expect(notYetKept(settings({ keepData: true }, { shop: { keepData: true } }), "p", volumes)).toEqual([
            "databases.shop.keepData",
        ]);
    });

    it("the namespace and the claims are named, and how they are removed", () => {
        const cluster = { context: "prod", kubeconfig: "/k" };
        expect(staysText(volumesIn(state(...kept)), "k8s", { cluster })).toBe(
            [
                'Kept, and found again by the next "npm run up -- --stack k8s":',
                "  namespace p-k8s",
                "  claim data-p-k8s-main-storage-0 in p-k8s",
                "  claim data-p-k8s-main-storage-1 in p-k8s",
                "To remove the data for good: kubectl --kubeconfig /k --context prod delete namespace p-k8s",
            ].join("\n"),
        );
        // The namespace was there before.
        expect(staysText(volumesIn(state(set("main-storage", "Retain"))), "k8s", { cluster: { context: "prod" } })).toContain(
            "kubectl --context prod --namespace p-k8s delete pvc data-p-k8s-main-storage-0",
        );
    });
});

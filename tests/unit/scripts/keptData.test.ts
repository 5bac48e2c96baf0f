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
            { logical: "main-storage-data-0", name: "p-dev-main-storage-data-0", stays: true },
            { logical: "main-storage-config", name: "p-dev-main-storage-config", stays: false },
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
        expect(staysText(volumes, "dev")).toBe(
            [
                'Kept, and found again by the next "npm run up -- --stack dev":',
                "  volume p-dev-main-storage-data-0",
                "To remove the data for good: docker volume rm p-dev-main-storage-data-0",
            ].join("\n"),
        );
    });

    it("names the engine when it is another one than this machine's", () => {
        expect(staysText(volumes, "dev", "ssh://deploy@host")).toContain("docker --host ssh://deploy@host volume rm");
    });

    it("is nothing when nothing stayed", () => {
        expect(staysText(volumesIn(state(volume("main-storage-data-0"))), "dev")).toBeUndefined();
    });
});

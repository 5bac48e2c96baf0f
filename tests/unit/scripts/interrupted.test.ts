// What a state tells of a command that was killed while it made something.
import { readInterrupted } from "../../../scripts/stack/interrupted";

const CONTAINER = "docker:index/container:Container";
const operation = (type: string, resourceType: string, name?: string) => ({
    type,
    resource: { urn: `urn::${name}`, type: resourceType, inputs: name === undefined ? undefined : { name } },
});

function state(operations?: unknown[]): string {
    const resources = [{ urn: "urn::stack" }, { urn: "urn::storage", id: "abc" }];
    return JSON.stringify({
        version: 3,
        deployment: { manifest: { magic: "m" }, resources, ...(operations && { pending_operations: operations }) },
    });
}

describe("what was being made", () => {
    it.each([
        ["a container", operation("creating", CONTAINER, "main-shop-0-1a2b3c4"), { kind: "container", name: "main-shop-0-1a2b3c4" }],
        ["a network", operation("creating", "docker:index/network:Network", "edge"), { kind: "network", name: "edge" }],
    ])("%s is named, and taken out of the state", (_, made, expected) => {
        const { unfinished, without } = readInterrupted(state([made]));
        expect(unfinished).toEqual([expected]);
        expect(JSON.parse(without)).toEqual(JSON.parse(state([])));
    });

    it.each([
        ["a volume, which may hold data", operation("creating", "docker:index/volume:Volume", "data")],
        ["what was being changed", operation("updating", CONTAINER, "main-shop-0")],
        ["what was being removed", operation("deleting", CONTAINER, "main-shop-0")],
        ["what has no name", operation("creating", CONTAINER)],
        ["another program's", operation("creating", "aws:s3/bucket:Bucket", "main-shop-0")],
    ])("%s stays Pulumi's to judge", (_, other) => {
        const { unfinished, without } = readInterrupted(state([other]));
        expect(unfinished).toEqual([]);
        expect(JSON.parse(without)).toEqual(JSON.parse(state([other])));
    });

    it("is nothing where no command was killed", () => {
        expect(readInterrupted(state()).unfinished).toEqual([]);
        expect(readInterrupted(JSON.stringify({ version: 3 })).unfinished).toEqual([]);
    });

    it("is told from what the state knows already by its id", () => {
        expect([...readInterrupted(state()).known]).toEqual(["abc"]);
    });
});

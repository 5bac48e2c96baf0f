// What goes and comes again: each part's pods deleted, one after the other, and each part taken away while `verify` looks.
import { broken, ClusterStack } from "../../cluster/support/environment";
import { eventually } from "../../engine/support/wait";

const PARTS = ["main-ingress", "main-shop", "main-storage", "database-shop", "main-collector", "main-query"];

const stack = new ClusterStack("test-recovery", 18234);

beforeAll(async () => {
    await stack.removeLeftovers();
    await stack.up();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

describe("a pod that is deleted", () => {
    /** Requests whose traces are whole. */
    const traced = async () => {
        const { apps } = await stack.verify();
        return apps.flatMap(({ traces }) => traces.map(({ traceId }) => traceId));
    };

    it.each(PARTS)("of %s comes again, and what was stored is read", async (part) => {
        const before = await traced();
        await stack.replace(await stack.pod(part));
        const again = await eventually(() => stack.verify("any"), ({ whole }) => whole, 90);
        expect(broken(again)).toEqual([]);
        expect(await stack.stored(before)).toBe(before.length);
    });
});

describe("verify names what is broken as on Docker", () => {
    it.each([
        ["main-ingress", "ingress-unreachable"],
        ["main-shop", "app-down"],
        ["main-collector", "collector-unreachable"],
        ["main-query", "query-unreachable"],
    ])("without %s: %s", async (part, hop) => {
        await stack.without(part, async () => {
            expect(broken(await stack.verify(1, "--deadline", "10"))).toMatchObject([{ hop }]);
        });
        expect(broken(await eventually(() => stack.verify("any"), ({ whole }) => whole, 90))).toEqual([]);
    });
});

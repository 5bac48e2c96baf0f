// The canary on a real engine: it asks through the ingress again and again, is healthy while traces are whole, and says
// what is missing.
import { docker } from "../../engine/support/command";
import { healthOf, logOf } from "../../engine/support/elasticsearch";
import { shopAlone } from "../../engine/support/shopAlone";
import { TestStack } from "../../engine/support/stack";
import { eventually } from "../../engine/support/wait";

const stack = new TestStack("test-canary-docker", { web: 18085, jaegerUi: 18691 });
shopAlone(stack);

beforeAll(async () => {
    await stack.removeLeftovers();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

describe("the canary", () => {
    const container = async () => (await stack.containers()).find(({ Name }) => Name.endsWith("-main-canary"))?.Id ?? "";

    it("is there when a run of it succeeded, and is healthy", async () => {
        stack.settings.canary = { interval: "3m" };
        await stack.up("--no-verify");
        expect(await logOf(await container())).toMatch(/^canary: shop: trace \w{32} is whole$/m);
        expect(await healthOf(await container())).toBe("healthy");
        expect(await stack.preview()).toEqual([]);
    });

    it("says what is missing while there is no collector, and that all is well when it is back", async () => {
        const collector = (await stack.container("-collector-0")).Id;
        await docker("stop", collector);
        const began = Date.now();
        const said = async () => {
            const since = new Date(began).toISOString();
            return (await docker("logs", "--since", since, await container())).join("\n");
        };
        try {
            // At its start it runs.
            await docker("restart", await container());
            const missing = /^canary: shop: missing: all spans of trace \w{32}; the ingress answered with HTTP 200$/m;
            expect(await eventually(said, (log) => missing.test(log))).toMatch(missing);
            expect(await healthOf(await container())).not.toBe("healthy");
        } finally {
            await docker("start", collector);
        }
        const log = await eventually(said, (seen) => seen.includes("run succeeded"), 90);
        expect(log).toMatch(/^canary: shop: trace \w{32} is whole$/m);
        expect(await eventually(async () => healthOf(await container()), (seen) => seen === "healthy")).toBe("healthy");
    });

    it("goes with its setting", async () => {
        delete stack.settings.canary;
        await stack.up("--no-verify");
        expect(await container()).toBe("");
    });
});

// Whether a cluster enforces NetworkPolicy, told by what came of two connections.
import { Instance, Runtime } from "../../../scripts/runtime";
import { attemptOf, enforcement, networkPolicyNote } from "../../../scripts/verify/networkPolicy";

describe("a complaint about a connection", () => {
    test.each([
        ["nc: timed out", "kept off"],
        ["nc: can't connect to remote host (10.244.0.9): Connection refused", "kept off"],
        ["TimeoutError: timed out", "kept off"],
        ['exec: "nc": executable file not found in $PATH', "unknown"],
        ["", "unknown"],
    ])("%j: %s", (complaint, attempt) => {
        expect(attemptOf(complaint)).toBe(attempt);
    });
});

test.each([
    ["opened", "kept off", "enforced"],
    ["opened", "opened", "not enforced"],
    ["kept off", "opened", "not enforced"],
    // Perhaps nothing is reached from there at all.
    ["kept off", "kept off", "unknown"],
    ["unknown", "kept off", "unknown"],
    ["opened", "unknown", "unknown"],
] as const)("what is allowed is %s, what is forbidden %s: %s", (allowed, forbidden, verdict) => {
    expect(enforcement(allowed, forbidden)).toBe(verdict);
});

describe("the note", () => {
    const instance = (component: string, address: string, further: Partial<Instance> = {}): Instance => ({
        ...{ id: component, name: `main-${component}`, component, running: true, restarting: false, trouble: undefined },
        ...{ address, ...further },
    });
    const cluster = (answers: Record<string, string>, instances: Instance[]) => {
        const asked: string[] = [];
        const runtime: Runtime = {
            noun: "pod",
            instances: async () => instances,
            warnings: async () => [],
            log: async () => "",
            run: async ({ id }, command) => {
                const where = command.find((word) => word.startsWith("10.0.0."))!;
                asked.push(`${id} ${command[0]} ${where}`);
                const complaint = answers[command[0]] ?? answers[where];
                if (complaint) {
                    throw new Error(complaint);
                }
                return "";
            },
        };
        return { runtime, asked };
    };
    const all = [instance("ingress", "10.0.0.1"), instance("collector", "10.0.0.2"), instance("storage", "10.0.0.3"), instance("app", "10.0.0.4")];

    test("names who opened what, where the storage answers the ingress", async () => {
        const { runtime, asked } = cluster({}, all);
        expect(await networkPolicyNote(runtime)).toMatch(/does not enforce NetworkPolicy: main-ingress opened port 9200 of main-storage/);
        expect(asked.sort()).toEqual(["ingress nc 10.0.0.2", "ingress nc 10.0.0.3"]);
    });

    test("is none where it is kept off", async () => {
        expect(await networkPolicyNote(cluster({ "10.0.0.3": "nc: timed out" }, all).runtime)).toBeUndefined();
    });

    test("asks an app by what it has where there is no ingress of ours", async () => {
        const { runtime, asked } = cluster({ nc: "executable file not found" }, all.slice(1));
        expect(await networkPolicyNote(runtime)).toMatch(/main-app opened port 9200/);
        expect(asked).toContain("app python3 10.0.0.3");
    });

    test.each([
        ["there is no storage of ours", all.filter(({ component }) => component !== "storage")],
        ["the storage is not well", all.map((each) => (each.component === "storage" ? { ...each, trouble: "not ready" } : each))],
    ])("is none where %s", async (_, instances) => {
        expect(await networkPolicyNote(cluster({}, instances).runtime)).toBeUndefined();
    });
});

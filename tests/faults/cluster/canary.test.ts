// The canary of an environment in a cluster: it runs by its schedule, and what its CronJob tells is what the alert looks at.
import { parse } from "yaml";

import { ClusterStack } from "../../cluster/support/environment";
import { runOnce } from "../../cluster/support/cronJob";
import { shopAlone } from "../../engine/support/shopAlone";
import { eventually } from "../../engine/support/wait";

const stack = new ClusterStack("test-canary", 18241);
shopAlone(stack);
stack.settings.canary = { interval: "3m" };

beforeAll(async () => {
    await stack.removeLeftovers();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

describe("the canary", () => {
    const canary = () => stack.cronJob("main-canary");

    it("succeeds, and its CronJob tells when: what the alert rule looks at", async () => {
        const { alertRules } = (await stack.up("--no-verify")).outputs as unknown as { alertRules: string };
        const { succeeded, completed, log } = await runOnce(await stack.api(), await canary());
        expect({ succeeded, log }).toEqual({ succeeded: true, log: expect.stringMatching(/^canary: shop: trace \w{32} is whole$/m) });
        const told = await eventually(canary, ({ status }) => (status.lastSuccessfulTime ?? "") >= completed!, 60);
        expect(told.status.lastSuccessfulTime! >= completed!).toBe(true);
        const { groups } = parse(alertRules) as { groups: { rules: { alert: string; expr: string }[] }[] };
        const rule = groups[0].rules.find(({ alert }) => alert === "TraceCanaryFailed");
        const { name, namespace } = told.metadata;
        const labels = `{namespace="${namespace}",cronjob="${name}"}`;
        expect(rule?.expr).toContain(`kube_cronjob_status_last_successful_time${labels} or kube_cronjob_created${labels}`);
    });

    it("fails without a collector, says what is missing, and its CronJob counts no success", async () => {
        await stack.without("main-collector", async () => {
            const before = (await canary()).status.lastSuccessfulTime;
            const { succeeded, log } = await runOnce(await stack.api(), await canary(), { RUN_SECONDS: "1", TRACE_SECONDS: "5" });
            expect({ succeeded, log }).toEqual({
                succeeded: false,
                log: expect.stringMatching(/^canary: shop: missing: all spans of trace \w{32}; the ingress answered with HTTP 200$/m),
            });
            expect((await canary()).status.lastSuccessfulTime).toBe(before);
        });
        expect(await runOnce(await stack.api(), await canary())).toMatchObject({ succeeded: true });
    });

    it("runs by its schedule", async () => {
        const told = await eventually(canary, ({ status }) => status.lastScheduleTime !== undefined, 200);
        expect(told.status.lastScheduleTime).toBeDefined();
    });
});

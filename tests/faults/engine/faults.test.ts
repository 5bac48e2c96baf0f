// Every fault of every process under load, one at a time, and the engine's restart; what each costs goes into a table.
import * as fs from "fs";
import * as path from "path";

import { docker, ROOT, run } from "../../engine/support/command";
import { FaultKind } from "../../engine/support/faults";
import { FaultReport, faultUnderLoad, SERVED_WITHOUT } from "../../engine/support/faultReport";
import { TestStack } from "../../engine/support/stack";

const REACHED = { web: 18082, jaegerUi: 18688, host: "shop.localhost" };
const PARTS = [
    "-shop-0",
    "-ingress-0",
    "-collector-0",
    "-storage-0",
    "-query-0",
    "-database-shop-0",
    "-shop-route",
];
const stack = new TestStack("test-faults", REACHED);
const reports: FaultReport[] = [];

/** The table, as a page of the documentation. */
function page(): string {
    const rows = reports.map(({ part, kind, requests, failed, strayOrders, tracesLost, storedTwice, wholeAfter }) =>
        [
            part.replace(/^-/, ""),
            kind,
            requests,
            failed.length,
            strayOrders,
            tracesLost,
            storedTwice,
            Number.isFinite(wholeAfter) ? wholeAfter.toFixed(0) : "not within 180",
        ].join(" | "),
    );
    return [
        "# Faults",
        "",
        "What single faults cost while 20 requests a second go on, half of them orders, with two instances of the shop.",
        "Written by `npm test -- --faults`, which makes each fault for real, by the process's id.",
        "",
        `Run on ${new Date().toISOString().slice(0, 10)} on the images of [matrix.md](matrix.md).`,
        "",
        "| process | fault | requests | failed | orders the client does not know of | traces lost | spans stored twice | whole again after s |",
        "|---|---|---|---|---|---|---|---|",
        ...rows.map((row) => `| ${row} |`),
        "",
        "A request counts as failed when it had no good answer within 30 s. A failed order may have been made: the",
        "answer was lost, not the order. A trace counts as lost when its request was answered and it lacks the",
        "ingress's or the app's span. Whole again means: every container is well, and a request is a whole trace.",
        "",
    ].join("\n");
}

beforeAll(async () => {
    await stack.removeLeftovers();
    await stack.up();
});

afterAll(async () => {
    fs.writeFileSync(path.join(ROOT, "docs/faults.md"), page());
    await stack.command("down", ["--keep-engine"], "any");
});

describe.each(Object.values(FaultKind))("%s", (kind) => {
    it.each(PARTS)("of %s: the environment is whole again within 90 s", async (part) => {
        const report = await faultUnderLoad(stack, REACHED, part, kind);
        reports.push(report);
        expect(report.wholeAfter).toBeLessThan(90);
        if (SERVED_WITHOUT.includes(part)) {
            expect(report.failed).toEqual([]);
        }
    });
});

it("storage away for 30 s: the app is served", async () => {
    const report = await faultUnderLoad(stack, REACHED, "-storage-0", "stopped for 30 s by the engine", async () => {
        const { Id } = await stack.container("-storage-0");
        await docker("stop", Id);
        await new Promise((resolve) => setTimeout(resolve, 30_000));
        await docker("start", Id);
    });
    reports.push(report);
    expect(report.failed).toEqual([]);
    expect(report.wholeAfter).toBeLessThan(90);
});

it("the engine is restarted: the environment is whole again within 90 s", async () => {
    const command = (name: string) =>
        // Without the variable, which names an engine that is not to be started.
        run(process.execPath, ["scripts/run.js", "engine", name], { env: { DOCKER_HOST: "" } });
    const report = await faultUnderLoad(stack, REACHED, "the engine", "restarted", async () => {
        await command("stop");
        await command("start");
    });
    reports.push(report);
    expect(report.wholeAfter).toBeLessThan(90);
});

// Three releases, a new route and a change of replicas under load for five minutes: no request fails, none is done twice.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { ROOT } from "../../engine/support/command";
import { startLoad } from "../../engine/support/load";
import { ordersMade } from "../../engine/support/orders";
import { TestStack } from "../../engine/support/stack";

const HOST = "shop.localhost";
const MINUTES = 5;
const stack = new TestStack("test-rollouts", { web: 18084, jaegerUi: 18690 });

beforeAll(async () => {
    await stack.removeLeftovers();
    await stack.up();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

/** A copy of the shop that makes another image. */
function release(number: number): string {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shop-"));
    fs.cpSync(path.join(ROOT, "examples/django-shop"), folder, { recursive: true });
    fs.appendFileSync(path.join(folder, "Dockerfile"), `LABEL release=${number}\n`);
    return folder;
}

it("loses no request and makes no order twice", async () => {
    const { shop } = stack.settings.apps;
    const started = Date.now();
    const load = startLoad({ port: 18084, host: HOST, rate: 20, atMost: 15 * 60 });
    const folders = [1, 2, 3].map(release);
    try {
        for (const folder of folders) {
            shop.build = folder;
            await stack.up("--no-verify");
        }
        const { tasks: _tasks, ...second } = shop;
        stack.settings.apps.second = {
            ...second,
            replicas: 1,
            route: { host: "second.localhost" },
            environment: { ALLOWED_HOSTS: "second.localhost" },
        };
        shop.replicas = 3;
        await stack.up("--no-verify");
        delete stack.settings.apps.second;
        shop.replicas = 2;
        await stack.up("--no-verify");
        while (Date.now() - started < MINUTES * 60_000) {
            await new Promise((resolve) => setTimeout(resolve, 1000));
        }
    } finally {
        folders.forEach((folder) => fs.rmSync(folder, { recursive: true }));
    }
    const result = await load.stop();
    process.stderr.write(`${result.sent} requests, ${result.orders.length} orders, ${result.instances.size} instances\n`);
    expect(result.failures).toEqual([]);
    expect(await ordersMade(stack, result)).toBe(result.orders.length);
    // Two at first, two of each release, and a third one for a while.
    expect(result.instances.size).toBe(9);
});

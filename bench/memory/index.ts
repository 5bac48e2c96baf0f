// Memory of each container of the development environment when nobody asks anything of it.
import { setTimeout as sleep } from "node:timers/promises";

import { containersOf, listContainers } from "../../scripts/stack/containers";
import { send } from "../../scripts/verify/http";
import { say, step } from "../../toolchain/progress";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { Engine, Stats } from "../platform/engine";
import { BenchStack, developmentSettings, Ports } from "../stack";
import { memoryReport, Idle } from "./report";

/** So that every worker has loaded its app and has sent spans. */
const REQUESTS = 40;
const HOST = "shop.localhost";
/** Until what starting and the requests took is given back, as far as it is at all. */
const IDLE_MS = 60_000;
const APART_MS = 5000;

export const memory: Benchmark = {
    title: "Memory at rest",
    summary: "memory of each container of the development environment at rest",
    platforms: ["docker"],
    measure,
};

async function measure({ platform, rounds, ports }: BenchmarkOptions): Promise<string> {
    const stack = await BenchStack.open(developmentSettings(platform, ports));
    try {
        await step("the development environment", () => stack.up());
        for (let request = 0; request < REQUESTS; request++) {
            await ask(ports);
        }
        await step("rests", () => sleep(IDLE_MS));
        const engine = new Engine(stack.env);
        const running = containersOf(stack.stack, await listContainers(stack.env)).filter(({ state }) => state === "running");
        const described = await engine.inspect(...running.map(({ name }) => name));
        const idle: Idle[] = running.map(({ name, component }, index) => ({
            name,
            role: component,
            limit: described[index].HostConfig.Memory,
            bytes: [],
        }));
        for (let round = 1; round <= rounds; round++) {
            await sleep(APART_MS);
            for (const each of idle) {
                each.bytes.push(withoutPageCache(await engine.stats(each.name)));
            }
            say(`  round ${round} of ${rounds}`);
        }
        return `${stack.parts}\n${memoryReport(idle)}`;
    } finally {
        await stack.removeAtEnd();
    }
}

async function ask({ web }: Ports): Promise<void> {
    const url = new URL(`http://${HOST}:${web}/api/products`);
    const connectTo = { address: "127.0.0.1", port: web };
    const answer = await send({ url, connectTo, timeoutMs: 10_000, keepBytes: 0 });
    if (answer.kind !== "answered" || answer.status !== 200) {
        throw new Error(`${url.href} gave ${JSON.stringify(answer)}: expected 200.`);
    }
}

/** What a container uses without the files that the kernel keeps for it while there is room; in bytes. */
export function withoutPageCache({ memory_stats: { usage = 0, stats = {} } }: Stats): number {
    // Files in memory (tmpfs) count as cache too, but can't be given back. Version 1 of the kernel's control groups
    // tells sums with `total_`, version 2 without.
    const cache = stats.file ?? stats.total_cache ?? 0;
    return usage - (cache - (stats.shmem ?? stats.total_shmem ?? 0));
}

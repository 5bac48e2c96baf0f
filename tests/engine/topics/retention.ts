// Retention on the real node: what goes, what stays, by age and by size; and that it says when it can't.
import { randomBytes } from "crypto";

import { docker } from "../support/command";
import { Elasticsearch, healthOf, logOf, Restore } from "../support/elasticsearch";
import { TestStack } from "../support/stack";
import { eventually } from "../support/wait";

const MEBIBYTE = 1024 * 1024;

/** A day so many days before today, as index names have it. */
function day(ago: number): string {
    return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

export function retentionTests(stack: TestStack): void {
    describe("retention", () => {
        let node: Elasticsearch;
        let prefix: string;
        let days: number;
        /** Its container, also while it is not well. */
        const container = async () =>
            (await stack.containers()).find(({ Name }) => Name.endsWith("-main-retention"))?.Id ?? "";
        const health = async () => healthOf(await container());
        let restore: Restore;

        beforeAll(async () => {
            node = await Elasticsearch.of(stack);
            restore = await node.withRoles({});
            prefix = (stack.settings.storage.indexPrefix as string | undefined) ?? stack.name;
            days = stack.settings.storage.retentionDays as number;
        });

        afterAll(() => restore());

        /** Indices by name with their sizes. */
        async function indices(): Promise<Map<string, number>> {
            const listed = await node.admin("GET", "/_cat/indices/*jaeger*?h=index,store.size&bytes=b");
            const lines = listed.split("\n").filter((line) => line.trim() !== "");
            return new Map(lines.map((line) => line.trim().split(/\s+/)).map(([name, size]) => [name, Number(size)]));
        }

        /** Makes an index with random text in it. */
        async function make(name: string, bytes: number): Promise<string> {
            await node.admin("PUT", `/${name}`, { settings: { number_of_replicas: 0 } });
            const text = randomBytes(Math.ceil((bytes * 3) / 4)).toString("base64");
            await node.admin("PUT", `/${name}/_doc/1?refresh=true`, { logs: [{ fields: [{ key: "text", value: text }] }] });
            return name;
        }

        it("deletes what is past in one run; what is younger, and another prefix's, stays", async () => {
            const past = [
                await make(`${prefix}-jaeger-span-${day(days + 1)}`, 10),
                await make(`${prefix}-jaeger-service-${day(days + 1)}`, 10),
                await make(`${prefix}-jaeger-span-${day(days + 400)}`, 10),
            ];
            const staying = [
                await make(`${prefix}-jaeger-span-${day(days)}`, 10),
                await make(`${prefix}-jaeger-span-${day(1)}`, 10),
                await make(`${prefix}-jaeger-span-archive`, 10),
                await make(`${prefix}-jaeger-jaeger-span-${day(days + 1)}`, 10),
                await make(`other-jaeger-span-${day(days + 1)}`, 10),
            ];
            const today = [...(await indices()).keys()].filter((name) => name.endsWith(day(0)));
            expect(today.length).toBeGreaterThan(0);

            // At its start it runs.
            await docker("restart", await container());
            const left = await eventually(indices, (seen) => past.every((name) => !seen.has(name)));
            expect([...left.keys()]).toEqual(expect.arrayContaining([...staying, ...today]));
            expect(past.filter((name) => left.has(name))).toEqual([]);
            const log = await eventually(
                async () => logOf(await container()),
                (text) => text.includes(past[0]) && text.trimEnd().endsWith("begins in 3600 s"),
            );
            expect(log).toContain(`deleted ${past[0]} (before ${day(days)})`);
            expect(await eventually(health, (seen) => seen === "healthy")).toBe("healthy");
            for (const name of staying) {
                await node.admin("DELETE", `/${name}`);
            }
        });

        it("keeps to the size: the oldest day goes first; it is unhealthy while it can't run", async () => {
            const total = [...(await indices()).values()].reduce((sum, size) => sum + size, 0);
            const limit = Math.ceil(total / MEBIBYTE) + 3;
            const older = await make(`${prefix}-jaeger-span-${day(2)}`, 4 * MEBIBYTE);
            const newer = await make(`${prefix}-jaeger-span-${day(1)}`, MEBIBYTE);
            Object.assign(stack.settings.storage, { maxSize: `${limit}MiB`, retentionInterval: "5s" });
            await stack.up("--no-verify");
            // The node tells sizes with a delay.
            const left = await eventually(indices, (seen) => !seen.has(older));
            expect([left.has(older), left.has(newer)]).toEqual([false, true]);
            await node.admin("DELETE", `/${newer}`);

            await restore();
            restore = await node.withWrongPassword("maintainer");
            expect(await eventually(health, (seen) => seen === "unhealthy")).toBe("unhealthy");
            expect(await logOf(await container())).toContain("listing the indices was refused with HTTP 401");
            await restore();
            expect(await eventually(health, (seen) => seen === "healthy")).toBe("healthy");

            delete stack.settings.storage.maxSize;
            delete stack.settings.storage.retentionInterval;
            await stack.up("--no-verify");
        });
    });
}

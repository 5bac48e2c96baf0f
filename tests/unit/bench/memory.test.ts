// Memory without the page cache, by either version of the kernel's control groups, and its part of the report.
import { withoutPageCache } from "../../../bench/memory";
import { memoryReport } from "../../../bench/memory/report";

const cpu_stats = { cpu_usage: { total_usage: 0 } };

it.each([
    ["version 1", { total_cache: 300 }, 700],
    ["version 1 that tells files in memory", { total_cache: 300, total_shmem: 50 }, 750],
    ["version 2", { file: 300, shmem: 50 }, 750],
])("memory without the page cache by %s", (_, stats, expected) => {
    expect(withoutPageCache({ cpu_stats, memory_stats: { usage: 1000, stats } })).toBe(expected);
});

it("the report has the largest container first, and the sum", () => {
    const mebibytes = (...values: number[]) => values.map((value) => value * 2 ** 20);
    const report = memoryReport([
        { name: "traced-environment-bench-0a1b2c-main-query-0", role: "query", limit: 256 * 2 ** 20, bytes: mebibytes(30, 31, 40) },
        { name: "traced-environment-bench-0a1b2c-main-storage-0", role: "storage", limit: 2 ** 30, bytes: mebibytes(800, 700, 900) },
    ]);
    const rows = report.split("\n").filter((line) => line.startsWith("| "));
    expect(rows.slice(2)).toEqual([
        expect.stringMatching(/^\| storage: main-storage-0 +\| +800 \(700-900\) \| +1024 \|$/),
        expect.stringMatching(/^\| query: main-query-0 +\| +31 \(30-40\) \| +256 \|$/),
        expect.stringMatching(/^\| all +\| +830 \(731-940\) \| +1280 \|$/),
    ]);
});

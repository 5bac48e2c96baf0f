// The report: parts measured anew take the place of those before, and what each part says of its figures.
import { perApp, previewReport } from "../../../bench/preview/report";
import { parseReport, renderReport } from "../../../bench/report";
import { comparisonReport, tuningReport } from "../../../bench/spans/report";

describe("the report", () => {
    const titles = ["One", "Two", "Three"];

    it("keeps what was not measured anew, in the order of the benchmarks", () => {
        const first = renderReport(titles, [], [
            { title: "Three", text: "third\n" },
            { title: "One", text: "first\n\n| a |\n" },
        ]);
        const second = renderReport(titles, parseReport(first), [{ title: "Two", text: "second" }]);
        expect(parseReport(second)).toEqual([
            { title: "One", text: "first\n\n| a |" },
            { title: "Two", text: "second" },
            { title: "Three", text: "third" },
        ]);
        expect(renderReport(titles, parseReport(second), [])).toBe(second);
    });

    it("drops parts that no benchmark makes any more", () => {
        expect(renderReport(titles, [{ title: "Old", text: "x" }], [])).not.toContain("Old");
    });
});

describe("the part about previews", () => {
    const measured = (apps: number, wall: number) => ({
        apps,
        resources: apps * 5,
        rounds: {
            loads: [1],
            results: [[{ wall, cpu: wall }], [{ wall: 2, cpu: 2 }], [{ wall: 1, cpu: 1 }]],
        },
    });

    it("has the ratio to each empty program, and what an app adds", () => {
        const sizes = [measured(1, 3), measured(10, 3.9), measured(50, 6)];
        expect(previewReport("docker", sizes)).toMatch(/\| 10 +\| +50 \| 3\.90 .* 1\.95 .* 3\.90 /);
        expect(perApp(sizes[0], sizes[1], "wall")).toBeCloseTo(0.1);
        expect(previewReport("docker", sizes)).toContain("from 10 to 50 apps 53 ms of wall time");
    });
});

describe("the parts about stored spans", () => {
    const cpu = { collector: 100, storage: 200 };
    const load = { spans: 1000, connections: 4, batch: 512 };
    const rounds = {
        loads: [1, 2],
        results: [
            [
                { rate: 1000, lost: 0, refused: 0, cpu },
                { rate: 2000, lost: 5, refused: 0, cpu },
            ],
            [
                { rate: 1500, lost: 0, refused: 1, cpu },
                { rate: 2200, lost: 0, refused: 0, cpu },
            ],
        ],
    };

    it("compare round by round and say what was lost", () => {
        const report = comparisonReport(load, 50_000, rounds);
        expect(report).toMatch(/ours .*1,850 \(1,500-2,200\) .*1\.30 \(1\.10-1\.50\) .*300 \(300-300\) .*1\.00 .* 0 .* 1 /);
        expect(report).toMatch(/stock configuration .* 5 /);
    });

    it("name what was changed", () => {
        expect(tuningReport(load, [{ name: "ours" }, { name: "5 shards" }], rounds)).toMatch(/5 shards .*1\.30 .*300/);
    });
});

// The steps of a run on a cold machine, read from its output.
import { coldReport } from "../../../bench/cold";
import { parseColdRun } from "../../../bench/cold/log";

const LOG = `== up 23:59:50
23:59:50 > traced-environment@0.1.0 up
23:59:50 ▸ dependencies (npm ci)
23:59:51 ▸ pulumi 3.246.0
23:59:59   … pulumi 3.246.0: waits for go build, which fetches the modules and compiles them (8 s)
00:00:05 ✓ dependencies (15 s)
00:00:06 ✓ pulumi 3.246.0 (15 s)
00:00:06 ▸ Docker engine
00:00:06 ✓ Docker engine (0 s)
00:00:40 ✓ shop: a request that is sampled makes one whole trace: whole
00:00:42   jaegerUi: http://127.0.0.1:16686
== up2 00:00:50
00:00:50 > traced-environment@0.1.0 up
00:00:51 ▸ pulumi 3.246.0
00:00:52 ✓ pulumi 3.246.0 (1 s)
`;

describe("a run on a cold machine", () => {
    it("has its steps and when its first trace was whole, past midnight too, without the run after it", () => {
        expect(parseColdRun(LOG)).toEqual({
            steps: [
                { title: "dependencies (npm ci)", from: 0, took: 15 },
                { title: "pulumi 3.246.0", from: 1, took: 15 },
                { title: "Docker engine", from: 16, took: 0 },
            ],
            untilTrace: 50,
            all: 52,
        });
    });

    it("that brought no trace is refused", () => {
        expect(() => parseColdRun("09:53:33 ▸ pulumi\n")).toThrow("no line of a whole trace");
    });

    it("is reported without its short steps", () => {
        const report = coldReport(parseColdRun(LOG));
        expect(report).toMatch(/\| pulumi 3\.246\.0 +\| +1 \| +15 \|/);
        expect(report).not.toContain("Docker engine");
        expect(report).toMatch(/first whole trace +\| +\| +50 \|/);
    });
});

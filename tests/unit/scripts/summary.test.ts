// What a test run comes to.
import { exitCode, JestReport, jestResult, summaryText, total } from "../../../scripts/tests/summary";
import { standInImages, standIns } from "../../../scripts/tests/toolchain";

const report = (passed: number, failed: number, crashed: number, statuses: string[] = []): JestReport => ({
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: crashed,
    testResults: [{ name: "a.test.ts", assertionResults: statuses.map((status, i) => ({ fullName: `t${i}`, status })) }],
});

describe("jestResult", () => {
    test.each([
        ["all well", report(3, 0, 0), 0, { passed: 3, failed: 0 }],
        ["failures", report(3, 2, 0), 1, { passed: 3, failed: 2 }],
        ["a file that can't be loaded", report(3, 2, 1), 1, { passed: 3, failed: 3 }],
        ["no report", undefined, 1, { passed: 0, failed: 1 }],
        ["a bad end without a failure", report(3, 0, 0), 1, { passed: 3, failed: 1 }],
        ["no test at all", report(0, 0, 0), 0, { passed: 0, failed: 1 }],
    ])("%s", (_, given, code, expected) => {
        expect(jestResult(given, code)).toMatchObject(expected);
    });

    test("skipped tests are told", () => {
        expect(jestResult(report(1, 0, 0, ["passed", "pending", "todo"]), 0).notRun).toEqual(["t1: skipped", "t2: skipped"]);
    });
});

describe("the end of a run", () => {
    const sum = total([{ passed: 3, failed: 0 }, { passed: 4, failed: 1, notRun: ["a"] }, { passed: 0, failed: 0, notRun: ["b"] }]);

    test("is the sum, after what was not run", () => {
        expect(summaryText(sum)).toBe("\nNot run here (2):\n- a\n- b\n\n7 passed, 1 failed\n");
    });

    test.each([
        [{ passed: 1, failed: 0 }, 0],
        [{ passed: 1, failed: 1 }, 1],
        [{ passed: 0, failed: 0 }, 1],
    ])("%j ends with code %i", (result, code) => {
        expect(exitCode(result)).toBe(code);
    });
});

test("stand-ins are told as what was not run", () => {
    const taken = [
        { name: "pulumi", version: "3.246.0", source: "path" as const },
        { name: "pulumi-resource-random", version: "4.21.2", source: "packages" as const },
    ];
    expect(standIns({ taken })).toEqual(["the vendor's pulumi-resource-random: 4.21.2 made from packages ran instead"]);
    expect(standInImages({ refs: { jaeger: "127.0.0.1:5055/jaeger:2.2.0" } })).toEqual([
        "the vendor's image of jaeger: 127.0.0.1:5055/jaeger:2.2.0 ran instead",
    ]);
});

// What a test run comes to: sums over its parts, what could not be run here, and the last line that CI reads.

/** What one part of a test run came to. */
export interface PartResult {
    passed: number;
    failed: number;
    /** What could not be run here, and why. */
    notRun?: readonly string[];
}

/** The part of Jest's JSON report that is read here. */
export interface JestReport {
    numPassedTests: number;
    numFailedTests: number;
    numRuntimeErrorTestSuites: number;
    testResults: readonly {
        name: string;
        assertionResults: readonly { fullName: string; status: string }[];
    }[];
}

/** The sum of all parts. */
export function total(parts: readonly PartResult[]): Required<PartResult> {
    return {
        passed: parts.reduce((sum, part) => sum + part.passed, 0),
        failed: parts.reduce((sum, part) => sum + part.failed, 0),
        notRun: parts.flatMap((part) => part.notRun ?? []),
    };
}

/** The end of the output: what could not be run, then the line that CI reads. */
export function summaryText({ passed, failed, notRun }: Required<PartResult>): string {
    const list = notRun.length === 0 ? [] : ["", `Not run here (${notRun.length}):`, ...notRun.map((each) => `- ${each}`)];
    return [...list, "", `${passed} passed, ${failed} failed`, ""].join("\n");
}

/** 0 only when something was tested and nothing has failed. */
export function exitCode({ passed, failed }: PartResult): number {
    return failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * What a run of Jest came to. A test file that could not be loaded is one failure, and so is a Jest that ended badly
 * without telling of any: it crashed, or found no test.
 */
export function jestResult(report: JestReport | undefined, code: number): PartResult {
    if (!report) {
        return { passed: 0, failed: 1 };
    }
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    return {
        passed: report.numPassedTests,
        failed: failed === 0 && (code !== 0 || report.numPassedTests === 0) ? 1 : failed,
        notRun: report.testResults.flatMap(({ assertionResults }) =>
            assertionResults.filter(({ status }) => UNRUN.has(status)).map(({ fullName }) => `${fullName}: skipped`),
        ),
    };
}

const UNRUN = new Set(["pending", "skipped", "todo", "disabled"]);

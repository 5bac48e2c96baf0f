// The checks of a test run: each is counted, also when several end while another is waited for.
import { runChecks } from "../../../scripts/tests/checks";

const check = (name: string, milliseconds: number, code: number) => ({
    name,
    command: [process.execPath, "-e", `setTimeout(() => process.exit(${code}), ${milliseconds})`],
});

describe("checks that run side by side", () => {
    it("are all counted", async () => {
        const checks = [check("long", 600, 0), check("short", 10, 0), check("middle", 100, 0), check("bad", 10, 3)];
        expect(await runChecks(checks, process.cwd())).toEqual({ passed: 3, failed: 1 });
    });
});

// Tasks: how a run says in its log how it ended, and which of the names the next run takes.
import { failure, RECORD, recordedRun, wantedTurn } from "../../../../../components/platform/docker/task";
import { run } from "./shell";

/** The log of a run: what it is made of, when it began, and how it ended if it was not cut short. */
const log = (madeOf: string, began: number, exitCode?: number) => [
    `begin of task ${madeOf} ${began}`,
    "applying 0001",
    ...(exitCode === undefined ? [] : [`end of task ${exitCode}`]),
];

describe("the run that a log records", () => {
    const begin = "begin of task 1a2b 1700000000";
    const run = { madeOf: "1a2b", began: 1_700_000_000 };
    const header = "\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u001c";

    test.each<[string, string[], ReturnType<typeof recordedRun>]>([
        ["nothing", [], undefined],
        ["no begin", ["applying 0001", "end of task 0"], undefined],
        ["a begin without a time", ["begin of task 1a2b"], undefined],
        ["a run that was cut short", [begin, "applying 0001", "killed"], run],
        ["success", [begin, "applying 0001", "end of task 0"], { ...run, exitCode: 0 }],
        ["failure", [begin, "end of task 137"], { ...run, exitCode: 137 }],
        ["an end on the program's last line", [begin, "no newlineend of task 0"], { ...run, exitCode: 0 }],
        ["lines behind the engine's header", [header + begin, `${header}end of task 0`], { ...run, exitCode: 0 }],
        ["an empty line behind", [begin, "end of task 0", ""], { ...run, exitCode: 0 }],
        ["two ends, of which the last counts", [begin, "end of task 1", "end of task 0"], { ...run, exitCode: 0 }],
        ["two begins, of which the first counts", [begin, "begin of task other 1", "end of task 0"], { ...run, exitCode: 0 }],
        ["a code that is missing", [begin, "end of task"], run],
        ["words after the code", [begin, "end of task 0 was reached"], run],
    ])("%s", (_, lines, expected) => {
        expect(recordedRun(lines)).toEqual(expected);
    });
});

describe("a recorded run", () => {
    const recorded = (...command: string[]) => {
        const { status, stdout } = run(["/bin/sh", "-c", RECORD, "task", "1a2b", ...command]);
        return { status, lines: stdout.split("\n") };
    };

    test.each([0, 1, 3, 127, 255])("ends with the program's exit code %i and says so", (code) => {
        const before = Math.floor(Date.now() / 1000);
        const { status, lines } = recorded("/bin/sh", "-c", `echo working; exit ${code}`);
        expect(status).toBe(code);
        expect(lines[1]).toBe("working");
        const ended = recordedRun(lines);
        expect(ended).toEqual({ madeOf: "1a2b", began: expect.any(Number), exitCode: code });
        expect(ended?.began).toBeGreaterThanOrEqual(before);
        expect(ended?.began).toBeLessThanOrEqual(Date.now() / 1000);
    });

    test("says so also when the program's last line has no end", () => {
        expect(recordedRun(recorded("printf", "%s", "no newline").lines)).toMatchObject({ exitCode: 0 });
    });

    test("of a program that is not there has failed", () => {
        const { status, lines } = recorded("/no/such/program");
        expect(status).toBe(127);
        expect(recordedRun(lines)).toMatchObject({ exitCode: 127 });
    });

    test("of a program that is killed has failed", () => {
        expect(recordedRun(recorded("/bin/sh", "-c", "kill -KILL $$").lines)).toMatchObject({ exitCode: 137 });
    });

    test("that is killed itself has begun and not ended", () => {
        const { lines } = recorded("/bin/sh", "-c", "kill -KILL $PPID");
        expect(recordedRun(lines)).toEqual({ madeOf: "1a2b", began: expect.any(Number) });
    });

    test("passes the program's arguments on as they are", () => {
        const show = "console.log(JSON.stringify(process.argv.slice(1)))";
        const { lines } = recorded(process.execPath, "-e", show, "--", "a b", "$made_of", "it's", "");
        expect(JSON.parse(lines[1])).toEqual(["a b", "$made_of", "it's", ""]);
    });
});

describe("the turn that is wanted", () => {
    const none = undefined;

    test.each<[string, (string[] | undefined)[], number]>([
        ["the first, when nothing ran", [none, none, none], 0],
        ["the same, when it was made of the same and succeeded", [log("new", 10, 0), none, none], 0],
        ["another, when it was made of something else", [log("old", 10, 0), none, none], 1],
        ["another, when it failed", [log("new", 10, 1), none, none], 1],
        ["another, when it was cut short", [log("new", 10), none, none], 1],
        ["another, when it left no log", [[], none, none], 1],
        ["the last of those that are left, when it succeeded", [log("new", 10, 1), log("new", 20, 0), none], 1],
        ["whatever its place", [log("new", 20, 0), none, log("new", 10, 1)], 0],
        ["that of the good run, when one before was cut short", [log("new", 10), log("new", 20, 0), none], 1],
        ["that of the good run, when another one left no log", [[], log("new", 20, 0), none], 1],
        ["another, when a failed run came after the good one", [log("new", 10, 0), log("new", 20, 1), none], 2],
        ["another, when one that was cut short came after the good one", [log("new", 10, 0), log("new", 20), none], 2],
        [
            "another, when something else ran after it: going back is a change",
            [log("new", 10, 0), log("old", 20, 0), none],
            2,
        ],
        ["the first that is free", [log("old", 20, 0), none, log("old", 10, 1)], 1],
    ])("is %s", (_, logs, turn) => {
        expect(wantedTurn("new", logs)).toBe(turn);
    });

    test("is an error when all names are taken, which says what to do", () => {
        expect(() => wantedTurn("new", [log("new", 1, 1), log("new", 2, 1)])).toThrow(
            /Every name of this task's containers is taken.*Run `pulumi refresh`, or remove/,
        );
    });

    test("is that of the run that succeeded also when all names are taken", () => {
        expect(wantedTurn("new", [log("new", 1, 1), log("new", 2, 0)])).toBe(1);
    });
});

describe("the error of a failed task", () => {
    test("says what happened, shows the end of the log, and how to go on", () => {
        expect(failure("shop-migrate", 1, "applying 0001\nno such table\n")).toBe(
            [
                'The task "shop-migrate" failed with exit code 1. What waits for it was not changed. Its log ends:',
                "    applying 0001",
                "    no such table",
                "Mend the cause and run `pulumi up` again: the task is then run again.",
            ].join("\n"),
        );
    });

    test("shows no more than the last 40 lines", () => {
        const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
        const shown = failure("migrate", 1, lines.join("\n")).split("\n").slice(1, -1);
        expect(shown).toEqual(lines.slice(60).map((line) => `    ${line}`));
    });
});

// The commands of the documentation: each is run in a test that is named, its options are those that the command takes.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { runCommand } from "../../../scripts/commands";
import { splitArguments } from "../../../scripts/commands/pulumi";
import { run as verify } from "../../../scripts/verify/cli";
import { mayBeSecret } from "../../../infra/secrets";
import { NAMESPACE } from "../../../infra/settings";
import { schemaAt } from "../../../infra/unknownKeys";
import { commandsOf, NOT_RUN, ownCommand, RUN, tableProblems } from "./commands";
import { EXAMPLES, PAGES, read, ROOT } from "./pages";

const shown = [...new Set([...PAGES, ...EXAMPLES].flatMap((page) => commandsOf(read(page))))];

/** Whether a command of this package takes these words: asked for help, it reads them and does nothing else. */
async function takes(name: string, words: readonly string[]): Promise<boolean> {
    const printed = [jest.spyOn(process.stdout, "write"), jest.spyOn(process.stderr, "write")];
    printed.forEach((spy) => spy.mockReturnValue(true));
    const { exitCode } = process;
    try {
        if (name === "verify") {
            return (await verify([...words, "--help"])) === 0;
        }
        await runCommand(name, [...words, "--help"]);
        return process.exitCode === 0;
    } finally {
        process.exitCode = exitCode;
        printed.forEach((spy) => spy.mockRestore());
    }
}

describe("the commands in the documentation", () => {
    it("are in one of the tables, by the test that runs them or by why none does", () => {
        expect(tableProblems(shown, RUN, NOT_RUN)).toEqual([]);
    });

    const own = shown.flatMap((command) => ownCommand(command) ?? []);

    it.each(own.filter(({ name }) => name !== "pulumi").map(({ name, words }) => [name, words]))(
        "npm run %s takes %j",
        async (name, words) => {
            expect(await takes(name as string, words as string[])).toBe(true);
        },
    );

    it.each(own.filter(({ name }) => name === "pulumi").map(({ words }) => [words]))("npm run pulumi takes %j", (words) => {
        const { command, rest } = splitArguments(words);
        expect(["stack init", "stack output", "config set"]).toContain(command.join(" "));
        for (const key of rest.filter((word) => word.startsWith(`${NAMESPACE}:`))) {
            const path = key.slice(NAMESPACE.length + 1).split(".");
            expect({ key, known: schemaAt(path) !== undefined, secret: mayBeSecret(path) }).toEqual({
                key,
                known: true,
                secret: rest.includes("--secret"),
            });
        }
    });
});

/** Those that change nothing are run as they stand. */
const TELLING = shown.filter((command) => / -- status$/.test(command));

describe("a command that only tells something", () => {
    it.each(TELLING)("%s", async (command) => {
        const { stdout } = await promisify(execFile)("sh", ["-ec", command], { cwd: ROOT });
        expect(stdout).toMatch(/^(Docker engine at|image registry at|Kubernetes cluster) /m);
    });
});

describe("what is wrong with the tables", () => {
    it("is found", () => {
        const command = "npm run up";
        const row = (file: string, text: string) => [[command, file, text]] as const;
        const good = row("package.json", '"up":');
        expect(tableProblems([command], good, {})).toEqual([]);
        expect(tableProblems([command], [], { [command]: "none" })).toEqual([]);
        expect(tableProblems([command, "npm run more"], good, {})).toEqual(["in no table: npm run more"]);
        expect(tableProblems([], good, {})).toEqual([`on no page: ${command}`]);
        expect(tableProblems([command], good, { [command]: "none" })).toEqual([`twice: ${command}`]);
        expect(tableProblems([command], row("package.json", "no such text"), {})).toEqual([`not run by package.json: ${command}`]);
        expect(tableProblems([command], row("no/such.test.ts", ""), {})).toEqual([`not run by no/such.test.ts: ${command}`]);
        expect(tableProblems([command], [], { [command]: " " })).toEqual([`without a reason: ${command}`]);
    });

    it("is no matter of lines, comments and lists", () => {
        const page = "```sh\n# so\nnpm run up \\\n    -- --json\n```\n\n- in a list\n\n  ```sh\n  npm test\n  ```\n";
        expect(commandsOf(page)).toEqual(["npm run up -- --json", "npm test"]);
    });

    it("is an option that the command does not take", async () => {
        expect(await takes("up", ["--stack", "staging"])).toBe(true);
        expect(await takes("up", ["--wipe"])).toBe(false);
        expect(await takes("verify", ["--colour"])).toBe(false);
        expect(await takes("engine", ["restart"])).toBe(false);
        expect(await takes("nothing", [])).toBe(false);
    });
});

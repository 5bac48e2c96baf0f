// `npm run preview`: shows what `npm run up` would change.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { Arguments, UsageError } from "../arguments";
import { openStack, Stack } from "../stack";
import { clearAbandonedLock, initStack } from "../stack/operations";
import { openProject } from "../stack/project";
import { checkStorageClass } from "../stack/storageClass";
import { summarize, summarizeFailure } from "../summary";
import { Command } from "./command";
import { EXPECT_NO_CHANGES, JSON_RESULT, REFRESH, STACK } from "./options";

const PASSED = ["diff", "refresh", "expect-no-changes", "json"];

export const preview: Command = {
    usage: {
        name: "preview",
        summary: "Shows what npm run up would change, and changes nothing.",
        options: {
            stack: STACK,
            diff: { description: "shows each changed property" },
            refresh: REFRESH,
            "expect-no-changes": EXPECT_NO_CHANGES,
            json: JSON_RESULT,
            summary: { description: "prints Markdown for a reviewer, or writes it to the file; all else goes to standard error" },
        },
        file: "file of the summary",
    },
    async run(args) {
        if (args.word !== undefined && !args.has("summary")) {
            throw new UsageError(`"${args.word}" is not expected here: a file stands only after --summary.`);
        }
        if (args.has("summary") && args.has("json")) {
            throw new UsageError("--summary and --json are two results: expected one of them.");
        }
        return args.has("summary") ? summarized(args) : (await previewed(await ready(args), args)).code;
    },
};

async function ready(args: Arguments): Promise<Stack> {
    const stack = await openStack(args.value("stack")!, "images");
    await checkStorageClass(stack);
    if (stack.local) {
        await initStack(stack);
        await clearAbandonedLock(stack);
    }
    return stack;
}

function previewed(stack: Stack, args: Arguments) {
    return stack.pulumi(["preview"], flagsOf(args));
}

function flagsOf(args: Arguments): string[] {
    return ["--non-interactive", ...PASSED.filter((flag) => args.has(flag)).map((flag) => `--${flag}`)];
}

/** A preview that fails has its summary too, of what is known by then. */
async function summarized(args: Arguments): Promise<number> {
    const name = `${openProject().name}/${args.value("stack")}`;
    // The events hold all that the stack's outputs hold: they are for this user alone, and only until they are read.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-preview-"));
    const log = path.join(folder, "events.jsonl");
    try {
        const stack = await ready(args);
        // Pulumi has the option for its own Automation API, and shows it to nobody without this.
        stack.env.PULUMI_DEBUG_COMMANDS = "true";
        const options = { output: "stderr", keepErrors: true } as const;
        const { code, stderr } = await stack.pulumi(["preview"], [...flagsOf(args), "--event-log", log], options);
        const events = fs.existsSync(log) ? fs.readFileSync(log, "utf8") : "";
        write(events === "" ? summarizeFailure(lastWords(stderr, code), name) : summarize(events, name), args.word);
        return code;
    } catch (error) {
        if (!(error instanceof UsageError)) {
            write(summarizeFailure(error instanceof Error ? error.message : String(error), name), args.word);
        }
        throw error;
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/** What Pulumi said when it ended before it looked at the stack. */
function lastWords(stderr: string, code: number): string {
    const at = stderr.search(/^error: /m);
    return at < 0 ? `Pulumi ended with ${code} and said nothing.` : stderr.slice(at).replace(/^error: /, "").trim();
}

function write(summary: string, file: string | undefined): void {
    if (file === undefined) {
        process.stdout.write(summary);
    } else {
        fs.writeFileSync(file, summary);
    }
}

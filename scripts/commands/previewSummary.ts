// `node scripts/run.js preview-summary`: makes the summary of a preview that somebody else has made.
import * as fs from "node:fs";

import { summarize } from "../summary";
import { Command } from "./command";

export const previewSummary: Command = {
    usage: {
        name: "preview-summary",
        call: "node scripts/run.js preview-summary",
        summary:
            "Prints a preview as Markdown: of the engine's events (an event log), or of what pulumi preview --json printed.",
        options: {},
        file: "file; without it standard input",
    },
    async run(args) {
        process.stdout.write(summarize(args.word === undefined ? await standardInput() : fs.readFileSync(args.word, "utf8")));
        return 0;
    },
};

async function standardInput(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) {
        chunks.push(Buffer.from(chunk as Uint8Array));
    }
    return Buffer.concat(chunks).toString("utf8");
}

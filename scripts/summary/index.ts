// The door: a preview's text in, its summary as Markdown out.
import { summaryOf } from "./markdown";
import { Preview } from "./preview";
import { readPreview } from "./read";

/** The summary of the engine's events, or of what `pulumi preview --json` printed. */
export function summarize(text: string): string {
    return summaryOf(readPreview(text));
}

/** The summary of a preview that ended before the engine said anything. */
export function summarizeFailure(message: string): string {
    const preview: Preview = {
        ...{ source: "events", steps: [], findings: [], config: {}, counts: {}, failed: true, secrets: [] },
        diagnostics: [{ severity: "error", message }],
    };
    return summaryOf(preview);
}

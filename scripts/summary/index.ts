// The door: a preview's text in, its summary as Markdown out.
import { summaryOf } from "./markdown";
import { Preview } from "./preview";
import { readPreview } from "./read";

/**
 * The summary of the engine's events, or of what `pulumi preview --json` printed.
 *
 * @param name what stands in the heading when no resource tells it, `<project>/<stack>`
 */
export function summarize(text: string, name?: string): string {
    return summaryOf({ name, ...readPreview(text) });
}

/** The summary of a preview that ended before the engine said anything. */
export function summarizeFailure(message: string, name?: string): string {
    const preview: Preview = {
        ...{ source: "events", steps: [], findings: [], config: {}, counts: {}, failed: true, secrets: [] },
        diagnostics: [{ severity: "error", message }],
    };
    return summaryOf({ name, ...preview });
}

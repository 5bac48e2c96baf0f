// A report as text for people, and as JSON for programs.
import { printable } from "./text";
import { Check, Report } from "./verify";
import { Canvas, rowsOf, waterfall } from "./waterfall";

/** The marks of verdicts. */
export const MARKS = { whole: "✓", broken: "✗", undecided: "?" } as const;

/** What each check asks. */
export const QUESTIONS = {
    path: "a request that is sampled makes one whole trace",
    instances: "each instance is traced",
    ordinary: "ordinary requests are traced, from the ingress on",
} as const;

/** A verdict in words, with the hop when it is broken. */
export function verdictText({ verdict, hop }: Pick<Check, "verdict" | "hop">): string {
    return hop ? `${verdict} at ${hop}` : verdict;
}

/** The report as text: each app's waterfalls, then a line per check with its evidence. */
export function textReport(report: Report, canvas: Canvas): string {
    const paint = (text: string, verdict: keyof typeof MARKS) => {
        const colour = { whole: 32, broken: 31, undecided: 33 }[verdict];
        return canvas.colour ? `\u001b[${colour}m${text}\u001b[0m` : text;
    };
    const apps = report.apps
        .map(({ service, url, checks, traces }) => {
            const drawn = traces.map(({ instance, spans }) => {
                const title = instance === undefined ? [] : [`served by ${printable(instance)}`];
                return [...title, waterfall(spans, canvas), ""].join("\n");
            });
            const verdicts = checks.flatMap(({ name, verdict, hop, summary, evidence, mend }) => [
                [
                    `${paint(MARKS[verdict], verdict)} ${service}`,
                    QUESTIONS[name],
                    verdictText({ verdict, hop }),
                ].join(": "),
                `    ${printable(summary)}`,
                ...evidence.map((each) => `    - ${printable(each)}`),
                ...(mend === "" ? [] : [`    What to do: ${mend}`]),
            ]);
            return [`${service}  ${url}`, "", ...drawn, ...verdicts].join("\n");
        })
        .join("\n\n");
    return [apps, ...report.notes.map((note) => paint(`! ${printable(note)}`, "undecided"))].join("\n\n");
}

/** The report for programs; fields are added, never changed, while `version` is 1. */
export function jsonReport(report: Report): object {
    return {
        version: 1,
        at: report.at.toISOString(),
        environment: report.environment,
        whole: report.whole,
        notes: report.notes,
        apps: report.apps.map(({ service, url, checks, traces }) => ({
            service,
            url,
            checks: checks.map(({ name, verdict, hop, summary, evidence, mend }) => ({
                name,
                verdict,
                hop: hop ?? null,
                summary,
                evidence,
                mend,
            })),
            traces: traces.map(({ instance, spans }) => ({
                traceId: spans[0]?.traceId ?? null,
                instance: instance ?? null,
                spans: rowsOf(spans).map(({ span, depth, startMs, durationMs, share }) => ({
                    spanId: span.spanId,
                    parentSpanId: span.parentSpanId ?? null,
                    depth,
                    service: span.service,
                    instance: span.instance ?? null,
                    name: span.name,
                    kind: span.kind,
                    startMs,
                    durationMs,
                    share,
                    error: span.error,
                })),
            })),
        })),
    };
}

// Reads what `npm run up` printed, each line after its time of day: how long each step took (pure).

/** A step, as the command's output names it. */
export interface Step {
    title: string;
    /** Seconds from the first line of the log. */
    from: number;
    /** Seconds that it took. */
    took: number;
}

/** A run of `npm run up`. */
export interface ColdRun {
    steps: Step[];
    /** Seconds from the first line to that of the first whole trace. */
    untilTrace: number;
    /** Seconds to the last line of the run. */
    all: number;
}

const LINE = /^(\d\d):(\d\d):(\d\d) ?(.*)$/;
const DAY = 24 * 60 * 60;
/** Where another run follows in the same log. */
const NEXT_RUN = /^> .* up$/;

/** The first run in a log; throws when it did not end with a whole trace. */
export function parseColdRun(log: string): ColdRun {
    const lines = firstRun(
        log.split("\n").flatMap((text) => {
            const match = LINE.exec(text);
            const [hours, minutes, seconds] = (match ?? []).slice(1, 4).map(Number);
            return match ? [{ at: hours * 3600 + minutes * 60 + seconds, text: match[4] }] : [];
        }),
    );
    const start = lines[0]?.at ?? 0;
    // A run may go past midnight.
    const since = (at: number) => (at - start + DAY) % DAY;
    const begun = new Map<string, number>();
    const steps: Step[] = [];
    for (const { at, text } of lines) {
        const begin = /^▸ (.+)$/.exec(text);
        const end = /^✓ (.+) \((\d+) s\)$/.exec(text);
        if (begin) {
            begun.set(begin[1], since(at));
        } else if (end) {
            // The line of the beginning may say more.
            const title = [...begun.keys()].find((each) => each === end[1] || each.startsWith(`${end[1]} (`));
            if (title !== undefined) {
                steps.push({ title, from: begun.get(title)!, took: Number(end[2]) });
            }
        }
    }
    const trace = lines.find(({ text }) => /^✓ .* makes one whole trace: whole$/.test(text));
    if (!trace) {
        throw new Error(
            "The log has no line of a whole trace: expected the output of `npm run up`, each line after its time of " +
                "day as 09:53:33.",
        );
    }
    return { steps, untilTrace: since(trace.at), all: since(lines[lines.length - 1].at) };
}

function firstRun<Line extends { text: string }>(lines: readonly Line[]): Line[] {
    const second = lines.findIndex(({ text }, index) => index > 5 && NEXT_RUN.test(text));
    return second < 0 ? [...lines] : lines.slice(0, second);
}

// What the toolchain tells while it works: one line when a step starts, what it waits for, one when it ends.

/** Names what a running step waits for at the moment. */
export type WaitingFor = (what: string) => void;

const REMINDER_MS = 15_000;

/** Writes one line to stderr. */
export function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

/**
 * Runs one step of long work and shows it: "▸ title" at its start, a line every 15 s with what it still waits
 * for, "✓ title (12 s)" or "✗ title (12 s)" at its end. What the work throws is passed on.
 */
export async function step<T>(title: string, work: (waitingFor: WaitingFor) => Promise<T>): Promise<T> {
    const start = Date.now();
    const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
    let waitsFor = "";
    say(`▸ ${title}`);
    const reminder = setInterval(() => {
        say(`  … ${title}: ${waitsFor === "" ? "still at work" : `waits for ${waitsFor}`} (${seconds()})`);
    }, REMINDER_MS);
    try {
        const result = await work((what) => {
            waitsFor = what;
        });
        say(`✓ ${title} (${seconds()})`);
        return result;
    } catch (error) {
        say(`✗ ${title} (${seconds()})`);
        throw error;
    } finally {
        clearInterval(reminder);
    }
}

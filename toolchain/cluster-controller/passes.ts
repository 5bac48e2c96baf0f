// Work that is done again after each change, one time after the other.
import { say } from "../progress";

/** Changes come in groups; one pass does for all that come within this time. */
const PAUSE_MS = 30;
const RETRY_MS = 1_000;

/** Passes of one kind of work. One that fails says why and is tried again. */
export class Passes {
    private timer: NodeJS.Timeout | undefined;
    private working: Promise<void> = Promise.resolve();
    private running = false;

    constructor(private readonly work: () => Promise<void>) {}

    /** Begins with the first pass; what was asked for before did nothing. */
    start(): void {
        this.running = true;
        this.soon();
    }

    /** Asks for a pass. */
    soon(delayMs = PAUSE_MS): void {
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            this.working = this.working.then(() => this.pass());
        }, delayMs);
    }

    /** Resolves when no pass is at work; none begins any more. */
    async stop(): Promise<void> {
        this.running = false;
        await this.working;
    }

    private async pass(): Promise<void> {
        if (!this.running) {
            return;
        }
        try {
            await this.work();
        } catch (error) {
            say((error as Error).message);
            this.soon(RETRY_MS);
        }
    }
}

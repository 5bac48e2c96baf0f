// Waits until an instance beside the stack's own can do its work.
import { setTimeout as sleep } from "node:timers/promises";

import { Beside } from "./platform";

const TIMEOUT_MS = 60_000;

/** Asks until the answer is a good one; rejects with the end of the instance's log when there is none in time. */
export async function waitUntilAnswers(instance: Beside, url: string): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while (Date.now() < deadline) {
        try {
            if ((await fetch(url, { signal: AbortSignal.timeout(1000) })).ok) {
                return;
            }
        } catch {
            // It is not there yet.
        }
        await sleep(100);
    }
    throw new Error(`${url} did not answer within ${TIMEOUT_MS / 1000} s. Its log ends:\n${await instance.log()}`);
}

// Waits until a container can do its work.
import { setTimeout as sleep } from "node:timers/promises";

import { Engine } from "./engine";

const TIMEOUT_MS = 60_000;

/** Asks until the answer is a good one; rejects with the end of the container's log when there is none in time. */
export function waitUntilAnswers(engine: Engine, container: string, url: string): Promise<void> {
    const answers = async () => {
        try {
            return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
        } catch {
            // It is not there yet.
            return false;
        }
    };
    return waitUntil(answers, engine, container, `${url} did not answer`);
}

/** Looks until the container's own check succeeds; rejects with the end of its log when it does not in time. */
export function waitUntilHealthy(engine: Engine, container: string): Promise<void> {
    const healthy = async () => (await engine.inspect(container))[0].State.Health?.Status === "healthy";
    return waitUntil(healthy, engine, container, "The container did not become healthy");
}

async function waitUntil(
    reached: () => Promise<boolean>,
    engine: Engine,
    container: string,
    failure: string,
): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while (Date.now() < deadline) {
        if (await reached()) {
            return;
        }
        await sleep(100);
    }
    throw new Error(`${failure} within ${TIMEOUT_MS / 1000} s. Its log ends:\n${await engine.logs(container)}`);
}

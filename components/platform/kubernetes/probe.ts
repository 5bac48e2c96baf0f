// Probes of a container, asked by the node: over HTTP with the host that the app expects.
import * as kubernetes from "@pulumi/kubernetes";

import { Probe, Settling } from "../workload";

/** Seconds from one question to the next while an instance starts, where a question costs no process. */
const STARTING_INTERVAL = 1;

function handler(probe: Probe): kubernetes.types.input.core.v1.Probe {
    if (probe.command) {
        return { exec: { command: probe.command } };
    }
    if (probe.tcp !== undefined) {
        return { tcpSocket: { port: probe.tcp } };
    }
    if (!probe.http) {
        throw new Error("a probe needs `http`, `tcp` or `command`");
    }
    const { port, path, host = "127.0.0.1" } = probe.http;
    // Without a host of its own the app is asked as it asks itself: by the pod's address it may refuse to answer.
    return { httpGet: { port, path, httpHeaders: [{ name: "Host", value: host }] } };
}

/**
 * Asks a line of a shell until it succeeds once, then the command alone. What tells that it did vanishes with the
 * process: the mark carries the time at which that began.
 */
export const SETTLED_ONCE = [
    'mark="/tmp/settled-$(sed "s/.*) //" /proc/1/stat | cut -d " " -f 20)"',
    '[ -e "$mark" ] || { sh -c "$1" && : > "$mark"; } || { echo "waits until it has settled"; exit 1; }',
    'shift; exec "$@"',
].join("\n");

/** The probe of an instance that has to settle. */
export function settledProbe(probe: Probe, { command }: Settling): Probe {
    if (!probe.command) {
        throw new Error("only a probe by a command can wait until something has settled");
    }
    return {
        ...probe,
        command: ["/bin/sh", "-c", SETTLED_ONCE, "settled", command, ...probe.command],
        // The line may take its time.
        timeout: Math.max(probe.timeout, 5),
    };
}

/** A probe that counts from the first second on. */
export function probeOf(probe: Probe): kubernetes.types.input.core.v1.Probe {
    return {
        ...handler(probe),
        periodSeconds: probe.interval,
        timeoutSeconds: probe.timeout,
        failureThreshold: probe.retries,
    };
}

/** The same question while the instance starts: until it is answered once, no other probe counts. */
export function startupProbe(probe: Probe): kubernetes.types.input.core.v1.Probe {
    const period = probe.command ? probe.interval : STARTING_INTERVAL;
    return {
        ...handler(probe),
        periodSeconds: period,
        timeoutSeconds: probe.timeout,
        failureThreshold: Math.ceil(Math.max(probe.startPeriod, probe.interval * probe.retries) / period),
    };
}

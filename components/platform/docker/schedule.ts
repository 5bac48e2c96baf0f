// A scheduled task as a container that runs it again and again, and is healthy while runs succeed.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { CHECK_INTERVAL, ScheduledTask, Scope } from "../workload";
import { networking, tmpfs } from "./container";
import { plainVariables } from "./environment";
import { healthcheck } from "./probe";
import { prepareProcess } from "./process";

/**
 * Where the time of the last success is, in memory: after a restart the first run tells anew. In a folder that every
 * image has: one that the engine makes for the mount belongs to root from the second start on.
 */
const FOLDER = "/tmp";
const LAST_SUCCESS = `${FOLDER}/last-success`;

/** Seconds until a run that failed is tried again, when the next one is not due before. */
const RETRY = 10;

/**
 * Runs a command at once and then each interval, counted from beginning to beginning by the clock: a host that slept
 * catches up when it wakes. A stop does not wait for it.
 *
 * Its arguments: the file that gets the time of the last success, the interval, the delay after a failure, the command.
 */
export const LOOP = [
    'last_success="$1"; interval="$2"; retry="$3"; shift 3',
    '[ "$retry" -le "$interval" ] || retry="$interval"',
    "trap 'exit 0' TERM INT",
    "while :; do",
    'began="$(date +%s)"; "$@" & wait $!; code=$?',
    'if [ "$code" -eq 0 ]; then',
    'date +%s > "$last_success"; delay="$interval"; echo "run succeeded, the next one begins in $interval s"',
    'else delay="$retry"; echo "run failed with exit code $code, it is tried again in $retry s"; fi',
    'while now="$(date +%s)"; [ "$now" -ge "$began" ]; do',
    'rest=$((began + delay - now)); [ "$rest" -gt 0 ] || break; [ "$rest" -lt 30 ] || rest=30',
    "sleep $rest & wait $!",
    "done",
    "done",
].join("\n");

/** Tells when a run succeeded last, and fails when that is too long ago. Its arguments: the file, the seconds. */
export const FRESH = [
    'last="$(cat "$1" 2> /dev/null)" || { echo "no run has succeeded since the start"; exit 1; }',
    'age=$(($(date +%s) - last)); echo "the last run that succeeded was $age s ago, the limit is $2 s"',
    '[ "$age" -le "$2" ]',
].join("\n");

/** Makes the container; it is there once a run succeeded. */
export function scheduleTask(task: ScheduledTask, scope: Scope): pulumi.Resource {
    const { physical, image, mounts, networks, common } = prepareProcess(task, scope);
    const limit = String(task.misses * task.interval);
    return new docker.Container(
        task.name,
        {
            ...common,
            name: physical,
            image,
            entrypoints: [
                ...((common.entrypoints as string[] | undefined) ?? []),
                ...["/bin/sh", "-c", LOOP, "schedule", LAST_SUCCESS, String(task.interval), String(RETRY)],
            ],
            command: task.command,
            envs: plainVariables(task.environment ?? {}, physical),
            volumes: mounts.map((mount) => mount.volume),
            tmpfs: tmpfs([{ path: FOLDER, mebibytes: 1 }, ...(task.scratch ?? [])]),
            ...networking(networks.map((network) => ({ name: network }))),
            healthcheck: healthcheck(
                {
                    command: ["/bin/sh", "-c", FRESH, "fresh", LAST_SUCCESS, limit],
                    interval: CHECK_INTERVAL,
                    timeout: 5,
                    retries: 1,
                    // What it calls may start at the same time.
                    startPeriod: 120,
                },
                "none",
            ),
            wait: true,
            waitTimeout: task.readyTimeout,
            restart: "unless-stopped",
            destroyGraceSeconds: 5,
            stopTimeout: 5,
        },
        {
            parent: scope.parent,
            // Its name is fixed; a run that is cut short is repeated by the successor.
            deleteBeforeReplace: true,
            // As for a workload's instances: else a changed check would not come into force.
            replaceOnChanges: ["healthcheck", "#initerror"],
            dependsOn: pulumi
                .output(task.dependsOn ?? [])
                .apply((before) => [
                    ...(before as pulumi.Resource[]),
                    ...mounts.map((mount) => mount.filledBy),
                ]),
        },
    );
}

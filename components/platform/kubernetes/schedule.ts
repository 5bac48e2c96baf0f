// A scheduled task as a CronJob, and a first run at once.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { ScheduledTask, Scope } from "../workload";
import { metadata, nameOf } from "./metadata";
import { CLUSTER_TAKES } from "./pod";
import { endingPod, makeJob } from "./task";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An interval in cron's notation; undefined when cron has none for it. */
export function cronSchedule(seconds: number): string | undefined {
    if (seconds % MINUTE === 0 && seconds < HOUR && HOUR % seconds === 0) {
        return seconds === MINUTE ? "* * * * *" : `*/${seconds / MINUTE} * * * *`;
    }
    if (seconds % HOUR === 0 && DAY % seconds === 0) {
        return seconds === HOUR ? "0 * * * *" : seconds === DAY ? "0 0 * * *" : `0 */${seconds / HOUR} * * *`;
    }
    return undefined;
}

/** Makes the CronJob; it is there once a run succeeded. */
export function scheduleTask(task: ScheduledTask, scope: Scope): pulumi.Resource {
    const schedule = cronSchedule(task.interval);
    if (schedule === undefined) {
        throw userError(
            `"${task.name}" can't run every ${task.interval} s on Kubernetes: its schedules have minutes that divide an ` +
                "hour, and hours that divide a day. Give an interval such as 30m, 1h or 6h.",
        );
    }
    const pod = endingPod(task, scope);
    const first = makeJob(`${task.name}-first`, task, pod, task.readyTimeout + CLUSTER_TAKES, scope);
    return new kubernetes.batch.v1.CronJob(
        task.name,
        {
            metadata: metadata(task, scope, { name: nameOf(task, scope) }),
            spec: {
                schedule,
                // A run that takes longer than the interval is not joined by another.
                concurrencyPolicy: "Forbid",
                startingDeadlineSeconds: Math.min(task.interval, HOUR),
                successfulJobsHistoryLimit: 1,
                failedJobsHistoryLimit: 1,
                jobTemplate: {
                    spec: { backoffLimit: 2, activeDeadlineSeconds: task.interval, template: pod.template },
                },
            },
        },
        { parent: scope.parent, dependsOn: [first] },
    );
}

// A task as a container that runs to its end: once per change of what it is made of, and again after a failure.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { joinName, shortHash } from "../../support/names";
import { Scope, Task } from "../workload";
import { networking } from "./container";
import { plainVariables } from "./environment";
import { prepareProcess } from "./workload";

/** Ends a task's log with its exit code, so that the next run can tell a failed task from one that is done. */
const MARKER = "task ended with exit code";
const RECORDING = ["/bin/sh", "-c", `"$@"; code=$?; echo "${MARKER} $code"; exit $code`, "task"];

/** How many failed runs of the same task are told apart; what comes after replaces nothing and says so. */
const MAX_ATTEMPTS = 99;

/** The exit code that a task's log ends with; undefined when it was cut short or never ran. */
export function recordedExitCode(log: readonly string[]): number | undefined {
    for (const line of [...log].reverse()) {
        const match = new RegExp(`${MARKER} (\\d+)`).exec(line);
        if (match) {
            return Number(match[1]);
        }
    }
    return undefined;
}

/**
 * The number of the run that is wanted: that of the run that succeeded, or one more than the last that failed.
 * Pulumi's state says that a container was made, not that what ran in it succeeded, so the engine is asked.
 */
export async function wantedAttempt(readLog: (attempt: number) => Promise<readonly string[] | undefined>): Promise<number> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        const log = await readLog(attempt);
        if (log === undefined || recordedExitCode(log) === 0) {
            return attempt;
        }
    }
    return MAX_ATTEMPTS;
}

/** What the error of a failed task says. */
export function failure(task: string, exitCode: number, log: string): string {
    const lines = log.trimEnd().split("\n");
    return [
        `The task "${task}" failed with exit code ${exitCode}. The app was not changed. Its log ends:`,
        ...lines.slice(-40).map((line) => `    ${line}`),
        "Mend the cause and run `pulumi up` again: the task is then run again.",
    ].join("\n");
}

/** Runs the task; the result is there once it succeeded. */
export function runTask(task: Task, scope: Scope): pulumi.Output<pulumi.Resource[]> {
    const { physical, image, mounts, networks, common } = prepareProcess(
        { ...task, entrypoint: [...RECORDING, ...(task.entrypoint ?? [])] },
        scope,
    );
    const envs = pulumi.all(plainVariables(task.environment ?? {}, physical));
    const madeOf = pulumi
        .all([image, envs, pulumi.all(task.command), pulumi.all(mounts.map((mount) => pulumi.output(mount.volume.volumeName)))])
        .apply((parts) => joinName([physical, shortHash(JSON.stringify(parts))]));
    const name = madeOf.apply(async (base) => {
        const attempt = await wantedAttempt(async (number) => {
            try {
                const { logsListStrings } = await docker.getLogs(
                    // The provider cuts eight characters off each line to discard headers, also off lines without one.
                    { name: `${base}-${number}`, tail: "20", discardHeaders: false },
                    { parent: scope.parent, async: true },
                );
                return logsListStrings;
            } catch {
                return undefined; // No container of this name: this run has not been tried.
            }
        });
        return `${base}-${attempt}`;
    });
    const container = new docker.Container(
        task.name,
        {
            ...common,
            name,
            command: task.command,
            envs,
            volumes: mounts.map((mount) => mount.volume),
            ...networking(networks.map((network) => ({ name: network }))),
            attach: true,
            logs: true,
            mustRun: false,
            restart: "no",
        },
        {
            parent: scope.parent,
            // Its name carries what it is made of; the old run goes only when the new one is done.
            deleteBeforeReplace: false,
            // What a program prints is not known to be free of secrets.
            additionalSecretOutputs: ["containerLogs"],
            customTimeouts: { create: "30m" },
            dependsOn: pulumi
                .output(task.dependsOn ?? [])
                .apply((before) => [...(before as pulumi.Resource[]), ...mounts.map((mount) => mount.filledBy)]),
        },
    );
    return pulumi
        .all([container.exitCode, pulumi.unsecret(container.containerLogs)])
        .apply(([exitCode, log]) => {
            if (exitCode !== undefined && exitCode !== 0) {
                throw new pulumi.ResourceError(failure(task.name, exitCode, log ?? ""), container, true);
            }
            return [container];
        });
}

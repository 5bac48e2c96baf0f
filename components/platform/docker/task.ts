// A task as a container that runs to its end: once per change of what it is made of, and again after a failure.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { joinName, shortHash } from "../../support/names";
import { Scope, Task } from "../workload";
import { networking } from "./container";
import { plainVariables } from "./environment";
import { prepareProcess } from "./workload";

/** Ends a task's log with what it was made of, when it ended and how, so that the next run can tell if it is done. */
const MARKER = "end of task";
const RECORD = `made_of="$1"; shift; "$@"; code=$?; echo "${MARKER} $made_of $(date +%s) $code"; exit $code`;

/**
 * A task's containers take turns among these names: while the next one runs, the last one may still be there, and an
 * update that failed leaves both.
 */
const TURNS = [0, 1, 2, 3, 4, 5];

/** How a run of a task ended. */
export interface EndedRun {
    madeOf: string;
    /** Seconds since 1970. */
    at: number;
    exitCode: number;
}

/** The end that a task's log records; undefined when it was cut short. */
export function recordedEnd(log: readonly string[]): EndedRun | undefined {
    for (const line of [...log].reverse()) {
        const match = new RegExp(`${MARKER} (\\S+) (\\d+) (\\d+)`).exec(line);
        if (match) {
            return { madeOf: match[1], at: Number(match[2]), exitCode: Number(match[3]) };
        }
    }
    return undefined;
}

/**
 * The turn that is wanted: that of the last run, if it was made of the same and succeeded; else one that is free.
 * Pulumi's state says that a container was made, not that what ran in it succeeded, so the engine is asked.
 *
 * @param logs the log of each turn's container; undefined where there is none
 */
export function wantedTurn(madeOf: string, logs: readonly (readonly string[] | undefined)[]): number {
    const runs = logs.flatMap((log, turn) => {
        // A run that was cut short has no end: it counts as the last one, and as failed.
        const end = log && (recordedEnd(log) ?? { madeOf: "", at: Infinity, exitCode: -1 });
        return end ? [{ turn, ...end }] : [];
    });
    const last = runs.sort((x, y) => y.at - x.at)[0];
    if (last?.madeOf === madeOf && last.exitCode === 0) {
        return last.turn;
    }
    const free = logs.findIndex((log) => log === undefined);
    if (free < 0) {
        throw new pulumi.RunError(
            "Every name of this task's containers is taken by a run that was not cleaned up. " +
                "Run `pulumi refresh`, or remove the stopped containers of the task.",
        );
    }
    return free;
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
    const { physical, image, mounts, networks, common } = prepareProcess(task, scope);
    const envs = pulumi.all(plainVariables(task.environment ?? {}, physical));
    const madeOf = pulumi
        .all([image, envs, pulumi.all(task.command), pulumi.all(mounts.map((mount) => pulumi.output(mount.volume.volumeName)))])
        .apply((parts) => shortHash(JSON.stringify(parts)));
    const name = madeOf.apply(async (hash) => {
        const logs = await Promise.all(TURNS.map((turn) => readLog(joinName([physical, String(turn)]), scope)));
        return joinName([physical, String(wantedTurn(hash, logs))]);
    });
    const container = new docker.Container(
        task.name,
        {
            ...common,
            name,
            entrypoints: [...((common.entrypoints as string[] | undefined) ?? []), "/bin/sh", "-c", RECORD, "task", madeOf],
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
            // The last run goes only when the next one is done.
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

/** The end of a container's log; undefined when there is no such container. */
async function readLog(container: string, scope: Scope): Promise<string[] | undefined> {
    try {
        const { logsListStrings } = await docker.getLogs(
            // The provider cuts eight characters off each line to discard headers, also off lines without one.
            { name: container, tail: "5", discardHeaders: false },
            { parent: scope.parent, async: true },
        );
        return logsListStrings;
    } catch {
        return undefined;
    }
}

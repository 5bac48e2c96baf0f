// A task as a container that runs to its end: once per change of what it is made of, and again after a failure.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { joinName } from "../../support/names";
import { Scope, Task } from "../workload";
import { networking } from "./container";
import { plainVariables } from "./environment";
import { prepareProcess } from "./process";

/** A task's log begins with what it is made of and when it began, and ends with how it ended. */
const BEGIN = "begin of task";
const END = "end of task";
export const RECORD = [
    `made_of="$1"; shift; echo "${BEGIN} $made_of $(date +%s)"`,
    `"$@"; code=$?; echo "${END} $code"; exit $code`,
].join("; ");

/**
 * A task's containers take turns among these names: while the next one runs, the last one may still be there, and an
 * update that failed leaves both.
 */
const TURNS = [0, 1, 2, 3, 4, 5];

/** A run of a task, as its log records it. */
export interface RecordedRun {
    madeOf: string;
    /** When it began, in seconds since 1970. */
    began: number;
    /** How it ended; undefined when it was cut short. */
    exitCode?: number;
}

/** The run that a log records; undefined when it did not even begin. */
export function recordedRun(log: readonly string[]): RecordedRun | undefined {
    const begin = log
        .map((line) => new RegExp(`${BEGIN} (\\S+) (\\d+)$`).exec(line))
        .find((match) => match !== null);
    const end = [...log]
        .reverse()
        .map((line) => new RegExp(`${END} (\\d+)$`).exec(line))
        .find((match) => match !== null);
    return (
        begin && { madeOf: begin[1], began: Number(begin[2]), ...(end ? { exitCode: Number(end[1]) } : {}) }
    );
}

/**
 * The turn that is wanted: that of the last run, if it was made of the same and succeeded; else one that is free.
 * Pulumi's state says that a container was made, not that what ran in it succeeded, so the engine is asked.
 *
 * @param logs the log of each turn's container; undefined where there is none
 */
export function wantedTurn(madeOf: string, logs: readonly (readonly string[] | undefined)[]): number {
    const runs = logs.flatMap((log, turn) => {
        const recorded = log && recordedRun(log);
        return recorded ? [{ turn, ...recorded }] : [];
    });
    const last = runs.sort((x, y) => y.began - x.began)[0];
    if (last?.madeOf === madeOf && last.exitCode === 0) {
        return last.turn;
    }
    const free = logs.findIndex((log) => log === undefined);
    if (free < 0) {
        throw userError(
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
        `The task "${task}" failed with exit code ${exitCode}. What waits for it was not changed. Its log ends:`,
        ...lines.slice(-40).map((line) => `    ${line}`),
        "Mend the cause and run `pulumi up` again: the task is then run again.",
    ].join("\n");
}

/**
 * Runs the task; the result is there once it succeeded.
 *
 * @param data volumes of others that it looks at
 */
export function runTask(
    task: Task,
    scope: Scope,
    data: readonly docker.types.input.ContainerVolume[] = [],
): pulumi.Output<pulumi.Resource[]> {
    const { physical, mounts, networks, common, madeOf } = prepareProcess(task, scope, { data });
    const name = madeOf.apply(async (hash) => {
        const logs = await Promise.all(
            TURNS.map((turn) => readLog(joinName([physical, String(turn)]), scope)),
        );
        return joinName([physical, String(wantedTurn(hash, logs))]);
    });
    const container = new docker.Container(
        task.name,
        {
            ...common,
            name,
            entrypoints: [
                ...((common.entrypoints as string[] | undefined) ?? []),
                "/bin/sh",
                "-c",
                RECORD,
                "task",
                madeOf,
            ],
            command: task.command,
            envs: plainVariables(task.environment ?? {}, physical),
            volumes: [...mounts.map((mount) => mount.volume), ...data],
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
            customTimeouts: { create: `${task.timeout}s` },
            dependsOn: pulumi
                .output(task.dependsOn ?? [])
                .apply((before) => [
                    ...(before as pulumi.Resource[]),
                    ...mounts.map((mount) => mount.filledBy),
                ]),
        },
    );
    return pulumi
        .all([container.exitCode, pulumi.unsecret(container.containerLogs)])
        .apply(([exitCode, log]) => {
            if (exitCode !== undefined && exitCode !== 0) {
                throw userError(failure(task.name, exitCode, log ?? ""), container);
            }
            return [container];
        });
}

/** A container's log; undefined when there is no such container. */
async function readLog(container: string, scope: Scope): Promise<string[] | undefined> {
    try {
        const { logsListStrings } = await docker.getLogs(
            // The provider cuts eight characters off each line to discard headers, also off lines without one.
            { name: container, discardHeaders: false },
            { parent: scope.parent, async: true },
        );
        return logsListStrings;
    } catch {
        return undefined;
    }
}

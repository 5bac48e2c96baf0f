// A task as a Job: made anew when what it is made of changes, and run again after a failure.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { joinName, shortHash } from "../../support/names";
import { Process, Scope, Task } from "../workload";
import { metadata, nameOf } from "./metadata";
import { podTemplate, serviceAccount } from "./pod";
import { networkPolicies } from "./policy";

/** One that failed counts as not made: the next update runs it again. */
const RUN_AGAIN = { "pulumi.com/replaceUnready": "true" };

/** The pod of a process that runs to its end. */
export interface EndingPod {
    template: kubernetes.types.input.core.v1.PodTemplateSpec;
    /** What must be there before it. */
    before: pulumi.Resource[];
}

/** Makes what the pod of a process that runs to its end needs. */
export function endingPod(process: Process, scope: Scope): EndingPod {
    const account = serviceAccount(process, scope);
    const policies = networkPolicies(process, {}, scope);
    return {
        template: podTemplate(process, account, scope, { replacesEntrypoint: true, restartPolicy: "Never" }),
        before: [account, ...policies],
    };
}

/**
 * Runs a pod to its end, once per change of what it is made of.
 *
 * @param timeout seconds a create waits for its end
 */
export function makeJob(
    logical: string,
    process: Process,
    { template, before }: EndingPod,
    timeout: number,
    scope: Scope,
): kubernetes.batch.v1.Job {
    // A Job can't be changed: what it is made of is part of its name.
    const name = pulumi
        .output(template)
        .apply((known) => joinName([nameOf(process, scope), shortHash(JSON.stringify(known))]));
    return new kubernetes.batch.v1.Job(
        logical,
        {
            metadata: metadata(process, scope, { name, annotations: RUN_AGAIN }),
            spec: { backoffLimit: 0, template },
        },
        {
            parent: scope.parent,
            deleteBeforeReplace: true,
            customTimeouts: { create: `${timeout}s` },
            dependsOn: pulumi
                .output(process.dependsOn ?? [])
                .apply((resources) => [...(resources as pulumi.Resource[]), ...before]),
        },
    );
}

/** Runs the task; the result is there once it succeeded. */
export function runTask(task: Task, scope: Scope): pulumi.Output<pulumi.Resource[]> {
    const job = makeJob(task.name, task, endingPod(task, scope), task.timeout, scope);
    return job.urn.apply(() => [job as pulumi.Resource]);
}

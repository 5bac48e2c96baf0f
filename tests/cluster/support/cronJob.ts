// A CronJob of the cluster, run once by hand as `kubectl create job --from` does it.
import { Api, KubernetesObject } from "../../../toolchain/cluster/api";
import { eventually } from "../../engine/support/wait";

/** A CronJob, as far as the tests look. */
export interface CronJob extends KubernetesObject {
    metadata: { name: string; namespace: string; uid: string; creationTimestamp: string; labels: Record<string, string> };
    spec: { schedule: string; jobTemplate: { spec: JobSpec } };
    status: { lastScheduleTime?: string; lastSuccessfulTime?: string };
}

interface JobSpec {
    backoffLimit?: number;
    template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } };
}

interface Job {
    metadata: { name: string };
    status: { completionTime?: string; conditions?: { type: string; status: string }[] };
}

/** How a run ended. */
export interface Run {
    succeeded: boolean;
    /** When, if it succeeded. */
    completed: string | undefined;
    log: string;
}

/** Runs a CronJob once, to its end, with some variables changed. */
export async function runOnce(api: Api, cronJob: CronJob, variables: Readonly<Record<string, string>> = {}): Promise<Run> {
    const { name, namespace, uid, labels } = cronJob.metadata;
    const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const spec = structuredClone(cronJob.spec.jobTemplate.spec);
    // One that fails is looked at, not tried again.
    spec.backoffLimit = 0;
    spec.template.spec.containers[0].env = spec.template.spec.containers[0].env?.map((each) => ({
        ...each,
        ...(each.name in variables ? { value: variables[each.name] } : {}),
    }));
    const made = await api.json<Job>(jobs, {
        method: "POST",
        body: {
            metadata: {
                ...{ generateName: `${name.slice(0, 40)}-by-hand-`, labels },
                annotations: { "cronjob.kubernetes.io/instantiate": "manual" },
                ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name, uid, controller: true }],
            },
            spec,
        },
    });
    const is = ({ status }: Job, type: string) => status.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
    const job = await eventually(
        () => api.json<Job>(`${jobs}/${made.metadata.name}`),
        (seen) => is(seen, "Complete") || is(seen, "Failed"),
        180,
    );
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const { items } = await api.json<{ items: { metadata: { name: string } }[] }>(
        `${pods}?labelSelector=${encodeURIComponent(`job-name=${made.metadata.name}`)}`,
    );
    const logs = await Promise.all(items.map(({ metadata }) => api.text(`${pods}/${metadata.name}/log`)));
    return { succeeded: is(job, "Complete"), completed: job.status.completionTime, log: logs.join("") };
}

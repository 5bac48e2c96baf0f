// Changes that a cluster would refuse half-way, or carry out with a loss: refused before, by name, with the way out.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { parseQuantity } from "./quantity";

type Claim = kubernetes.types.input.core.v1.PersistentVolumeClaim;
type StatefulSet = kubernetes.types.input.apps.v1.StatefulSet;

/** Where a StatefulSet says of which class its volumes are: its template of claims can't be changed. */
export const STORAGE_CLASS = "traced-environment/storage-class";

/** An object as a hook gets it: with plain values. */
type Plain<T> = pulumi.Unwrap<T> | undefined;

const requested = (claim: Plain<Claim>) =>
    (claim?.spec?.resources?.requests as Record<string, string> | undefined)?.storage ?? "0";

/** What is wrong with the change of a claim, if anything. */
export function claimProblem(before: Plain<Claim>, after: Plain<Claim>): string | undefined {
    const [old, wanted] = [requested(before), requested(after)];
    return (parseQuantity(wanted) ?? 0) < (parseQuantity(old) ?? 0)
        ? `the volume of the claim "${after?.metadata?.name}" can't shrink from ${old} to ${wanted}. Set its size to ${old} ` +
              "or more; or make a backup, destroy the stack without `keepData`, and restore it into a new one"
        : undefined;
}

/** What is wrong with the change of a StatefulSet, if anything. */
export function setProblem(before: Plain<StatefulSet>, after: Plain<StatefulSet>): string | undefined {
    const name = after?.metadata?.name;
    const way = "make a backup, destroy the stack without `keepData`, and restore it into a new one";
    const [oldClass, wantedClass] = [before, after].map((set) => set?.metadata?.annotations?.[STORAGE_CLASS]);
    if (oldClass !== undefined && oldClass !== wantedClass) {
        return `the volumes of "${name}" can't move from the class "${oldClass}" to "${wantedClass}". Set the class back; or ${way}`;
    }
    const [old, wanted] = [before?.spec?.replicas, after?.spec?.replicas];
    if (old !== wanted) {
        return `"${name}" can't go from ${old} to ${wanted} nodes while it holds data. Set the number back; or ${way}`;
    }
    const [missing] = withoutClaim(before, after);
    return missing === undefined
        ? undefined
        : `"${name}" was made without the volume "${missing}", and can't get it while it is there. Take the setting back, set ` +
              "`keepData` and run `npm run up`; then run `npm run down`, set it, and run `npm run up`: the data are found again";
}

/** The volumes that the pods of a changed set want and that no claim of the set, nor its pods, have. */
function withoutClaim(before: Plain<StatefulSet>, after: Plain<StatefulSet>): string[] {
    const pod = after?.spec?.template?.spec;
    const there = [...(pod?.volumes ?? []), ...(before?.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata)];
    const names = new Set(there.map((each) => each?.name));
    const mounted = (pod?.containers ?? []).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
    return mounted.filter((each) => !names.has(each));
}

/** Whether the engine knows hooks: Pulumi's mocks, which people test their programs with, do not. */
function knowsHooks(): boolean {
    const monitor = pulumi.runtime.getMonitor() as { registerResourceHook?: unknown } | undefined;
    return monitor?.registerResourceHook !== undefined;
}

/** A hook that fails, already at preview, when something is wrong with a change. */
export function refusing<T>(
    logical: string,
    problem: (before: Plain<T>, after: Plain<T>) => string | undefined,
): pulumi.ResourceHookBinding | undefined {
    if (!knowsHooks()) {
        return undefined;
    }
    const hook = new pulumi.ResourceHook(
        `${logical}-change`,
        ({ oldInputs, newInputs }) => {
            const reason = problem(oldInputs as Plain<T>, newInputs as Plain<T>);
            if (reason !== undefined) {
                throw userError(`${logical}: ${reason}.`);
            }
        },
        { onDryRun: true },
    );
    return { beforeUpdate: [hook] };
}

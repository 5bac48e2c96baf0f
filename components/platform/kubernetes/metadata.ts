// What every object of ours has in common: its namespace, its name, its labels.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { LABELS } from "../../support/labels";
import { joinName, objectName } from "../../support/names";
import { labelsOf } from "../labels";
import { Process, Scope } from "../workload";

/** A list that is left out when it is empty: the cluster drops an empty one, which would look like a change ever after. */
export function unlessEmpty<Item>(list: readonly Item[]): Item[] | undefined {
    return list.length === 0 ? undefined : [...list];
}

/** The name of a process's objects. */
export function nameOf(process: Pick<Process, "name">, scope: Scope): string {
    return objectName(scope.environmentId, process.name);
}

/** The name by which the instances of a workload find one another. */
export function peersName(process: Pick<Process, "name">, scope: Scope): string {
    return `${nameOf(process, scope)}-peers`;
}

/** The name by which callers find each instance of a workload. */
export function instancesName(process: Pick<Process, "name">, scope: Scope): string {
    return `${nameOf(process, scope)}-instances`;
}

/** The namespace of a process. */
export function namespaceOf(process: Pick<Process, "name">, scope: Scope): pulumi.Output<string> {
    return pulumi.output(scope.kubernetes?.namespace).apply((namespace) => {
        if (!namespace) {
            throw userError(`${process.name}: kubernetes.namespace: missing; give the name of a namespace that exists`);
        }
        return namespace;
    });
}

/** A text as the value of a label: at most 63 letters, digits, `-`, `_` and `.`. */
export function labelValue(text: string): string {
    return /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/.test(text) ? text : joinName([text]);
}

/** The labels by which the pods of a process are selected; they never change. */
export function selectorOf(process: Pick<Process, "name">, scope: Scope): Record<string, string> {
    return {
        [LABELS.instance]: labelValue(process.name),
        [LABELS.partOf]: labelValue(`${pulumi.getProject()}-${pulumi.getStack()}`),
        ...(scope.environmentId ? { [LABELS.environmentId]: scope.environmentId } : {}),
    };
}

/** All labels of a process's objects, sorted. */
export function allLabels(
    process: Pick<Process, "name" | "role" | "labels">,
    scope: Scope,
): pulumi.Output<Record<string, string>> {
    return labelsOf(process, scope).apply((labels) => {
        const values = Object.entries(labels).map(([key, value]) => [key, labelValue(value)]);
        const all = { ...Object.fromEntries(values), ...selectorOf(process, scope) } as Record<string, string>;
        return Object.fromEntries(
            Object.keys(all)
                .sort()
                .map((key) => [key, all[key]]),
        );
    });
}

/** The metadata of one object; without a name Pulumi finds one. */
export function metadata(
    process: Pick<Process, "name" | "role" | "labels">,
    scope: Scope,
    more: { name?: pulumi.Input<string>; annotations?: Record<string, string> } = {},
): kubernetes.types.input.meta.v1.ObjectMeta {
    return { namespace: namespaceOf(process, scope), labels: allLabels(process, scope), ...more };
}

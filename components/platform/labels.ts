// The labels of everything that a platform makes.
import * as pulumi from "@pulumi/pulumi";

import { LABELS } from "../support/labels";
import { Process, Scope } from "./workload";

/** Labels that say what a container, volume or network belongs to. */
export function labelsOf(
    process: Pick<Process, "name" | "role" | "labels">,
    { environmentId }: Pick<Scope, "environmentId">,
): pulumi.Output<Record<string, string>> {
    return pulumi.output(process.labels ?? {}).apply(
        (own): Record<string, string> => ({
            [LABELS.component]: process.role,
            [LABELS.instance]: process.name,
            [LABELS.managedBy]: "pulumi",
            [LABELS.partOf]: `${pulumi.getProject()}-${pulumi.getStack()}`,
            ...(environmentId ? { [LABELS.environmentId]: environmentId } : {}),
            ...own,
        }),
    );
}

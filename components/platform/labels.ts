// The labels of everything that a platform makes.
import * as pulumi from "@pulumi/pulumi";

import { LABELS, SCRAPE } from "../support/labels";
import { MetricsPort, Process, Scope } from "./workload";

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

/** What says where something is scraped; nothing of what has no metrics. */
export function scrapeMarks(metrics: MetricsPort | undefined): Record<string, string> {
    return metrics
        ? { [SCRAPE.path]: metrics.path, [SCRAPE.port]: String(metrics.port), [SCRAPE.scrape]: "true" }
        : {};
}

// The namespace of an environment: it refuses pods that could harm the cluster.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../../support/names";
import { Namespace, Scope } from "../workload";
import { allLabels } from "./metadata";

/** The labels by which Pod Security admission holds the pods of a namespace to a standard. */
const RESTRICTED = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "latest",
};

/** Makes the namespace, and gives its name. */
export function makeNamespace({ name, called, keep, labels }: Namespace, scope: Scope): pulumi.Output<string> {
    return new kubernetes.core.v1.Namespace(
        name,
        {
            metadata: {
                name: called ?? physicalName(scope.environmentId),
                labels: allLabels({ name, role: "environment", labels }, scope).apply((all) => ({
                    ...all,
                    ...RESTRICTED,
                })),
            },
        },
        { parent: scope.parent, retainOnDelete: keep },
    ).metadata.name;
}

// A container's environment: plain values, references to secrets, and fields of the pod by the downward API.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { INSTANCE_FIELD } from "../../support/placeholders";
import { EnvironmentValue, INSTANCE_NAME } from "../workload";

/** The fields of a pod by the variable that holds each: other variables refer to them as `$(<variable>)`. */
const FIELDS = {
    INSTANCE_NAME: "metadata.name",
    INSTANCE_NAMESPACE: "metadata.namespace",
    INSTANCE_NODE: "spec.nodeName",
    INSTANCE_UID: "metadata.uid",
} as const;

/**
 * What is known of a pod, by OpenTelemetry's names.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/k8s/
 */
export const INSTANCE_ATTRIBUTES = {
    "k8s.namespace.name": "$(INSTANCE_NAMESPACE)",
    "k8s.node.name": "$(INSTANCE_NODE)",
    "k8s.pod.name": INSTANCE_NAME,
    "k8s.pod.uid": "$(INSTANCE_UID)",
} as const;

/** A text in which the cluster finds no reference: it reads `$(NAME)` in variables and commands, and `$$` as `$`. */
export function literal(text: string): string {
    return text.replace(/\$(?=[($])/g, "$$$$");
}

/** A text in which only the fields of the instance are references. */
export function withFields(text: string): string {
    return text
        .split(INSTANCE_FIELD)
        .map((part) => (INSTANCE_FIELD.test(part) ? part : literal(part)))
        .join("");
}

/** The names of the variables that are secret. */
export function secretNames(environment: Readonly<Record<string, EnvironmentValue>>): string[] {
    return Object.keys(environment)
        .sort()
        .filter((name) => environment[name].secret !== undefined);
}

/**
 * The variables, sorted by name; before them the fields of the pod, for a reference is resolved only when what it names
 * stands before it.
 *
 * @param secret the name of the Secret whose keys are the secret variables
 * @param peers the host name of all instances together
 */
export function variables(
    environment: Readonly<Record<string, EnvironmentValue>>,
    secret: pulumi.Input<string> | undefined,
    peers?: string,
): kubernetes.types.input.core.v1.EnvVar[] {
    const usesFields = Object.values(environment).some(({ perInstance }) => perInstance !== undefined);
    const fields: kubernetes.types.input.core.v1.EnvVar[] = usesFields
        ? Object.entries(FIELDS).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } }))
        : [];
    if (peers !== undefined) {
        fields.push({ name: "INSTANCE_PEERS", value: peers });
    }
    const given = Object.keys(environment)
        .sort()
        .map((name): kubernetes.types.input.core.v1.EnvVar => {
            const { value, perInstance, secret: isSecret } = environment[name];
            if (isSecret !== undefined) {
                return { name, valueFrom: { secretKeyRef: { name: secret, key: name } } };
            }
            return perInstance !== undefined
                ? { name, value: pulumi.output(perInstance).apply(withFields) }
                : { name, value: pulumi.output(value ?? "").apply(literal) };
        });
    return [...fields, ...given];
}

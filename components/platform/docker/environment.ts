// A container's environment: plain values by the engine, secret ones by a file that a launcher reads.
import * as pulumi from "@pulumi/pulumi";

import { EnvironmentValue, FileMount, INSTANCE_NAME } from "../workload";

/** The folder of the secret environment, and its one file. */
const SECRET_FOLDER = "/run/secrets/environment";
const SECRET_FILE = "exports.sh";

/** Reads the secret environment, then becomes the process itself (same process id, same signals). */
export const LAUNCHER: readonly string[] = [
    "/bin/sh",
    "-c",
    `. ${SECRET_FOLDER}/${SECRET_FILE} && exec "$@"`,
    "launcher",
];

/** A value as one word of a shell. */
export function quoted(value: string): string {
    return `'${value.replace(/'/g, `'\\''`)}'`;
}

/** The lines a shell reads to get the variables, sorted by name. */
export function exportLines(variables: Readonly<Record<string, string>>): string {
    return Object.keys(variables)
        .sort()
        .map((name) => `export ${name}=${quoted(variables[name])}\n`)
        .join("");
}

/** The plain variables of one instance as `NAME=value`, sorted by name. */
export function plainVariables(
    environment: Readonly<Record<string, EnvironmentValue>>,
    instance: pulumi.Input<string>,
): pulumi.Output<string>[] {
    return Object.keys(environment)
        .sort()
        .filter((name) => environment[name].secret === undefined)
        .map((name) => {
            const { value, perInstance } = environment[name];
            return perInstance !== undefined
                ? pulumi
                      .all([perInstance, instance])
                      .apply(([text, identity]) => `${name}=${text.split(INSTANCE_NAME).join(identity)}`)
                : pulumi.interpolate`${name}=${value ?? ""}`;
        });
}

/** The mount that carries the secret variables; undefined when there are none. */
export function secretMount(environment: Readonly<Record<string, EnvironmentValue>>): FileMount | undefined {
    const secrets: Record<string, pulumi.Input<string>> = {};
    for (const [name, { secret }] of Object.entries(environment)) {
        if (secret !== undefined) {
            secrets[name] = secret;
        }
    }
    if (Object.keys(secrets).length === 0) {
        return undefined;
    }
    const content = pulumi.secret(pulumi.output(secrets).apply((values) => exportLines(values)));
    return { name: "environment", path: SECRET_FOLDER, files: { [SECRET_FILE]: { content, secret: true } } };
}

// Files of a pod: immutable ConfigMaps and Secrets, mounted together as one folder.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { EnvironmentValue, FileMount, Process, Scope, WorkloadFile } from "../workload";
import { secretNames } from "./environment";
import { metadata } from "./metadata";

/** Readable by the one user of the pod, whoever that is. */
const READ_ONLY = 0o444;

/** Where a mount's files lie before they are copied into a folder that can be written. */
export const DECLARED = "/declared";

/** What a pod has of one mount. */
export interface MountedFiles {
    volumes: kubernetes.types.input.core.v1.Volume[];
    mount: kubernetes.types.input.core.v1.VolumeMount;
    /** Where the files come from, for a step that copies them; only of a folder that can be written. */
    source?: kubernetes.types.input.core.v1.VolumeMount;
}

/** A path as the key of a ConfigMap or a Secret. */
export function keyOf(path: string): string {
    return path.replace(/[^A-Za-z0-9._-]/g, ".");
}

/** A text as the value of a Secret. */
function encoded(text: string): string {
    return Buffer.from(text, "utf8").toString("base64");
}

/** Contents by key, as one output. */
function contentsOf(files: Readonly<Record<string, pulumi.Input<string>>>): pulumi.Output<Record<string, string>> {
    return pulumi.output(
        Object.fromEntries(
            Object.keys(files)
                .sort()
                .map((path) => [keyOf(path), files[path]]),
        ),
    ) as pulumi.Output<Record<string, string>>;
}

/**
 * How both are made. A changed content makes a new one beside the old: pods that still run keep theirs until it is their
 * turn. Pulumi finds their names: one made of the content would be taken when a change that failed is taken back, until
 * the object that goes then is gone.
 */
function besideTheOld(scope: Scope): pulumi.CustomResourceOptions {
    return { parent: scope.parent, deleteBeforeReplace: false, replaceOnChanges: ["data"] };
}

/** Makes the Secret of some contents, and gives its name. */
export function makeSecret(
    part: string,
    contents: Readonly<Record<string, pulumi.Input<string>>>,
    process: Pick<Process, "name" | "role" | "labels">,
    scope: Scope,
): pulumi.Output<string> {
    return new kubernetes.core.v1.Secret(
        `${process.name}-${part}`,
        {
            metadata: metadata(process, scope),
            immutable: true,
            data: pulumi
                .secret(contentsOf(contents))
                .apply((files) => Object.fromEntries(Object.entries(files).map(([key, text]) => [key, encoded(text)]))),
        },
        { ...besideTheOld(scope), additionalSecretOutputs: ["data"] },
    ).metadata.name;
}

/** Makes the ConfigMap of some contents, and gives its name. */
function makeConfigMap(
    part: string,
    contents: Readonly<Record<string, pulumi.Input<string>>>,
    process: Pick<Process, "name" | "role" | "labels">,
    scope: Scope,
): pulumi.Output<string> {
    return new kubernetes.core.v1.ConfigMap(
        `${process.name}-${part}`,
        { metadata: metadata(process, scope), immutable: true, data: contentsOf(contents) },
        besideTheOld(scope),
    ).metadata.name;
}

/** Makes what carries the files of a mount, and the volume that shows them. */
export function mountFiles(
    mount: FileMount,
    process: Pick<Process, "name" | "role" | "labels">,
    scope: Scope,
): MountedFiles {
    const paths = (secret: boolean) =>
        Object.keys(mount.files)
            .sort()
            .filter((path) => (mount.files[path].secret ?? false) === secret);
    const contents = (some: string[]) => Object.fromEntries(some.map((path) => [path, mount.files[path].content]));
    const items = (some: string[]) => some.map((path) => ({ key: keyOf(path), path }));
    const [plain, secret] = [paths(false), paths(true)];
    const sources = [
        ...(plain.length > 0
            ? [
                  {
                      configMap: {
                          name: makeConfigMap(mount.name, contents(plain), process, scope),
                          items: items(plain),
                      },
                  },
              ]
            : []),
        ...(secret.length > 0
            ? [
                  {
                      secret: {
                          name: makeSecret(`${mount.name}-secret`, contents(secret), process, scope),
                          items: items(secret),
                      },
                  },
              ]
            : []),
    ];
    const declared = { name: mount.name, projected: { defaultMode: READ_ONLY, sources } };
    if (!mount.writable) {
        return { volumes: [declared], mount: { name: mount.name, mountPath: mount.path, readOnly: true } };
    }
    const writable = `${mount.name}-writable`;
    return {
        volumes: [declared, { name: writable, emptyDir: { medium: "Memory", sizeLimit: "16Mi" } }],
        mount: { name: writable, mountPath: mount.path },
        source: { name: mount.name, mountPath: `${DECLARED}/${mount.name}`, readOnly: true },
    };
}

/** The Secret with the secret variables; undefined when there are none. */
export function secretVariables(
    environment: Readonly<Record<string, EnvironmentValue>>,
    process: Pick<Process, "name" | "role" | "labels">,
    scope: Scope,
): pulumi.Output<string> | undefined {
    const names = secretNames(environment);
    return names.length === 0
        ? undefined
        : makeSecret(
              "environment",
              Object.fromEntries(names.map((name) => [name, environment[name].secret as pulumi.Input<string>])),
              process,
              scope,
          );
}

/** The one file as the data of a patch. */
export function dataOf({ content, secret }: WorkloadFile, file: pulumi.Input<string>) {
    return pulumi.all([file, content]).apply(([name, text]) => ({ [name]: secret ? encoded(text) : text }));
}

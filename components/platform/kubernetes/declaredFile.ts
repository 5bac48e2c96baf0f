// A file in a watched folder: one key of the folder's ConfigMap or Secret, owned by who declares it.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { field } from "../../support/inputs";
import { joinName } from "../../support/names";
import { DeclaredFile, FolderReference, Scope, WatchedFolder, Workload } from "../workload";
import { dataOf } from "./files";
import { metadata, nameOf } from "./metadata";

/** What an own file is called. */
function ownName(workload: Workload, file: string): string {
    return `${workload.name}-${file.replace(/\.\w+$/, "")}`;
}

/**
 * Declares a file by server-side apply: the key belongs to this resource alone, all others stay as they are, and when it
 * goes the key goes.
 */
export function declareFile(file: DeclaredFile, scope: Scope): pulumi.Resource {
    const of = (key: keyof FolderReference) =>
        field(file.folder, key).apply((value) => {
            if (!value) {
                throw userError(
                    `${file.name}: the contract names no ${key} of Kubernetes to declare the file in. ` +
                        "Give the ingress endpoint of an ingress on the same cluster.",
                );
            }
            return value as string;
        });
    const target = { metadata: { namespace: of("namespace"), name: of(file.secret ? "secret" : "configMap") } };
    const data = dataOf(file, file.file);
    const options = { parent: scope.parent };
    return file.secret
        ? new kubernetes.core.v1.SecretPatch(file.name, { ...target, data: pulumi.secret(data) }, options)
        : new kubernetes.core.v1.ConfigMapPatch(file.name, { ...target, data }, options);
}

/** A watched folder of a workload, with the workload's own files in it. */
export interface PlacedFolder {
    reference: FolderReference;
    volume: kubernetes.types.input.core.v1.Volume;
    mount: kubernetes.types.input.core.v1.VolumeMount;
    /** What must be there before the first instance. */
    ownFiles: pulumi.Resource[];
}

/** Makes what carries the files of a watched folder. A change of theirs replaces no pod. */
export function placeFolder(folder: WatchedFolder, workload: Workload, scope: Scope): PlacedFolder {
    const named = (name: string) => metadata(workload, scope, { name });
    const name = joinName([nameOf(workload, scope), folder.name]);
    const logical = `${workload.name}-${folder.name}`;
    // What lies in them belongs to others, who must not lose it: both are made empty and never replaced.
    const options = { parent: scope.parent, ignoreChanges: ["data"] };
    const configMap = new kubernetes.core.v1.ConfigMap(logical, { metadata: named(name) }, options);
    const secret = new kubernetes.core.v1.Secret(`${logical}-secret`, { metadata: named(name) }, options);
    const reference: FolderReference = {
        namespace: configMap.metadata.namespace,
        configMap: configMap.metadata.name,
        secret: secret.metadata.name,
    };
    const ownFiles = Object.entries(folder.files ?? {}).map(([file, declared]) =>
        declareFile(
            { name: ownName(workload, file), file, ...declared, folder: reference, user: workload.user },
            scope,
        ),
    );
    return {
        reference,
        ownFiles,
        volume: {
            name: folder.name,
            projected: {
                defaultMode: 0o444,
                sources: [{ configMap: { name: reference.configMap } }, { secret: { name: reference.secret } }],
            },
        },
        mount: { name: folder.name, mountPath: folder.path, readOnly: true },
    };
}

// The objects of a cluster that a program registers, as manifests.
import { stringify } from "yaml";

import { Registered, unmarked } from "./mocks";

/** An object of a cluster. */
export interface Manifest {
    apiVersion: string;
    kind: string;
    metadata: { name?: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
    spec?: any;
    data?: Record<string, string>;
    [other: string]: any;
}

/** What of the registered resources is an object of a cluster, by its logical name. */
export function manifestsOf(
    registered: readonly Registered[],
): { type: string; logical: string; manifest: Manifest }[] {
    return registered
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type, name, inputs }) => ({
            type: type.split(":")[2],
            logical: name,
            manifest: unmarked(inputs) as Manifest,
        }));
}

/** The manifests for a golden file: sorted, contents of Secrets left out, for they change with each key. */
export function manifestText(registered: readonly Registered[]): string {
    return manifestsOf(registered)
        .map(({ type, logical, manifest }) => {
            const data =
                manifest.kind === "Secret"
                    ? { data: Object.fromEntries(Object.keys(manifest.data ?? {}).map((key) => [key, "(secret)"])) }
                    : {};
            return `# ${type} ${logical}\n${stringify({ ...manifest, ...data }, { lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: true })}`;
        })
        .sort()
        .join("---\n");
}

// The names of objects that a program leaves unnamed.
import { createHash, randomBytes } from "node:crypto";

import { Value } from "../property-values";
import { ANNOTATIONS, annotationOf, at, isMap, KubeObject, nameOf, withValueAt } from "./objects";

/** What the engine says about the name of a new resource. */
export interface Autonaming {
    mode: "propose" | "enforce" | "disable";
    proposedName: string;
}

const SUFFIX_LENGTH = 8;

/** A prefix with eight hexadecimal digits after it: the same ones for the same seed. */
export function uniqueName(prefix: string, seed: Uint8Array): string {
    const seeded = (): Buffer => createHash("sha256").update(prefix).update(seed).digest();
    const bytes = seed.length > 0 ? seeded() : randomBytes(SUFFIX_LENGTH);
    return `${prefix}${bytes.toString("hex").slice(0, SUFFIX_LENGTH)}`;
}

/** Whether the object has a name, which may be one that is not known yet. */
export function isNamed(object: KubeObject): boolean {
    return nameOf(object) !== "";
}

/** Whether the provider has given the object its name. */
export function isAutonamed(object: KubeObject): boolean {
    return annotationOf(object, ANNOTATIONS.autonamed) === "true";
}

/** The inputs with a name: their own, that of the state before, or a new one. */
export function withName(
    inputs: KubeObject,
    old: KubeObject | undefined,
    resourceName: string,
    seed: Uint8Array,
    autonaming: Autonaming | undefined,
): KubeObject {
    if (isNamed(inputs)) {
        return inputs;
    }
    if (old) {
        return isAutonamed(old) ? withAutoname(inputs, nameOf(old)) : inputs;
    }
    if (autonaming?.mode === "disable") {
        throw new Error("Autonaming is disabled and metadata.name is not set: expected a name");
    }
    return withAutoname(inputs, autonaming?.proposedName || uniqueName(`${resourceName}-`, seed));
}

function withAutoname(inputs: KubeObject, name: string): KubeObject {
    const metadata: Value | undefined = inputs.metadata;
    const named = withValueAt(inputs, ["metadata", "name"], name);
    // Into annotations that are not known yet nothing can be written.
    const annotations = at(metadata, "annotations");
    return annotations === undefined || isMap(annotations)
        ? withValueAt(named, ["metadata", "annotations", ANNOTATIONS.autonamed], "true")
        : named;
}

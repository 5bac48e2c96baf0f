// Kubernetes objects as plain values, and the few things that every part of the plugin asks them.
import { Properties, Value } from "../property-values";

/** An object as the API server reads and writes it. */
export type KubeObject = Properties;

/** Group, version and kind; the core group is the empty string. */
export interface ObjectKind {
    group: string;
    version: string;
    kind: string;
}

/** Annotations by which a program steers the provider, and one that the provider itself sets. */
export const ANNOTATIONS = {
    autonamed: "pulumi.com/autonamed",
    deletionPropagation: "pulumi.com/deletionPropagationPolicy",
    patchFieldManager: "pulumi.com/patchFieldManager",
    patchForce: "pulumi.com/patchForce",
    replaceUnready: "pulumi.com/replaceUnready",
    skipAwait: "pulumi.com/skipAwait",
    timeoutSeconds: "pulumi.com/timeoutSeconds",
    waitFor: "pulumi.com/waitFor",
} as const;

/** Whether a value is a map, as opposed to a list, a scalar or nothing. */
export function isMap(value: Value | undefined): value is { [key: string]: Value } {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys and indices; undefined where there is none. */
export function at(value: Value | undefined, ...path: readonly (string | number)[]): Value | undefined {
    let current: Value | undefined = value;
    for (const step of path) {
        if (Array.isArray(current)) {
            current = current[step as number];
        } else if (isMap(current)) {
            current = Object.hasOwn(current, step) ? current[step] : undefined;
        } else {
            return undefined;
        }
    }
    return current;
}

/** The text at a path; the empty string where there is none. */
export function textAt(value: Value | undefined, ...path: readonly (string | number)[]): string {
    const found = at(value, ...path);
    return typeof found === "string" ? found : "";
}

/** The number at a path, or another one where there is none. */
export function numberAt(otherwise: number, value: Value | undefined, ...path: readonly string[]): number {
    const found = at(value, ...path);
    return typeof found === "number" ? found : otherwise;
}

/** The list of maps at a path; empty where there is none. */
export function mapsAt(value: Value | undefined, ...path: readonly string[]): { [key: string]: Value }[] {
    const found = at(value, ...path);
    return Array.isArray(found) ? found.filter(isMap) : [];
}

/** An object with another value at a path of keys; maps that are missing on the way are made. */
export function withValueAt(object: KubeObject, path: readonly string[], value: Value | undefined): KubeObject {
    const [key, ...rest] = path;
    if (rest.length > 0) {
        const inner = object[key];
        return { ...object, [key]: withValueAt(isMap(inner) ? inner : {}, rest, value) };
    }
    if (value !== undefined) {
        return { ...object, [key]: value };
    }
    return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** An object without what lies at a path, if anything does. */
export function without(object: KubeObject, ...path: readonly string[]): KubeObject {
    return at(object, ...path) === undefined ? object : withValueAt(object, path, undefined);
}

export function nameOf(object: KubeObject): string {
    return textAt(object, "metadata", "name");
}

export function namespaceOf(object: KubeObject): string {
    return textAt(object, "metadata", "namespace");
}

export function annotationOf(object: KubeObject, annotation: string): string {
    return textAt(object, "metadata", "annotations", annotation);
}

/** Whether an annotation says "true". */
export function isAnnotated(object: KubeObject, annotation: string): boolean {
    return annotationOf(object, annotation) === "true";
}

/** Group, version and kind as the object itself names them. */
export function kindOf(object: KubeObject): ObjectKind {
    const parts = textAt(object, "apiVersion").split("/");
    const [group, version] = parts.length === 1 ? ["", parts[0]] : parts;
    return { group: group === "core" ? "" : group, version, kind: textAt(object, "kind") };
}

/** The `apiVersion` of objects of that group and version. */
export function apiVersionOf({ group, version }: Pick<ObjectKind, "group" | "version">): string {
    return group === "" ? version : `${group}/${version}`;
}

/** Whether one object names another as its owner. */
export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
    const uid = textAt(owner, "metadata", "uid");
    return mapsAt(object, "metadata", "ownerReferences").some((reference) => reference.uid === uid);
}

/** The condition of a type in an object's status. */
export function conditionOf(object: KubeObject, type: string): { [key: string]: Value } | undefined {
    return mapsAt(object, "status", "conditions").find((condition) => condition.type === type);
}

/** The engine's id of an object: `namespace/name`, or the name alone when it is in no namespace. */
export function idOf(object: KubeObject): string {
    const namespace = namespaceOf(object);
    return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** Namespace and name from an id. */
export function parseId(id: string): { namespace: string; name: string } {
    const [first, second] = id.split("/");
    return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

// Who manages which fields of an object, as server-side apply notes it.
import { Properties, Value } from "../property-values";
import { at, isMap, KubeObject, mapsAt, textAt, without, withValueAt } from "./objects";

/** The manager of objects at their creation, which is no apply. */
export const CREATOR = "pulumi-kubernetes";

/** Managers whose fields become ours at the first apply: earlier versions of the provider, and kubectl's users. */
const PREDECESSORS: readonly { manager: string; operation: string }[] = [
    { manager: CREATOR, operation: "Update" },
    { manager: "pulumi-kubernetes.exe", operation: "Update" },
    { manager: "pulumi-resource-kubernetes", operation: "Update" },
    { manager: "before-first-apply", operation: "Update" },
    { manager: "kubectl", operation: "Update" },
    { manager: "kubectl", operation: "Apply" },
];

/**
 * The JSON patch that hands the fields of predecessors to our manager as applied ones; undefined when there is
 * nothing to hand over. It fails when the object has changed meanwhile.
 */
export function takeover(live: KubeObject, fieldManager: string): Properties[] | undefined {
    const entries = mapsAt(live, "metadata", "managedFields");
    const isOurs = (entry: Properties): boolean => entry.manager === fieldManager && entry.operation === "Apply";
    const taken = entries.filter((entry) => !isOurs(entry) && isPredecessor(entry));
    if (taken.length === 0) {
        return undefined;
    }
    const ours = entries.find(isOurs);
    const fields = [ours, ...taken].reduce<Value>((all, entry) => merged(all, entry?.fieldsV1 ?? {}), {});
    const entry = { ...(ours ?? taken[0]), manager: fieldManager, operation: "Apply", fieldsV1: fields };
    const { subresource: _subresource, ...applied } = entry as Properties;
    const others = entries.filter((each) => !isOurs(each) && !isPredecessor(each));
    return [
        { op: "test", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
        { op: "replace", path: "/metadata/managedFields", value: [...others, applied] },
    ];
}

/**
 * The inputs for an apply that leaves ignored fields as they are: without those that only others manage, such as
 * the replicas that an autoscaler sets, and with the live value of the rest.
 */
export function leavingIgnored(
    inputs: KubeObject,
    live: KubeObject,
    ignored: readonly (readonly (string | number)[])[],
    fieldManager: string,
): KubeObject {
    const names = [fieldManager, CREATOR];
    return ignored.reduce<KubeObject>((result, path) => {
        // What lies in a list is named by its key there; the engine has put the old value into the inputs.
        if (!path.every((step) => typeof step === "string")) {
            return result;
        }
        const managers = managersOf(live, path);
        if (managers.length > 0 && !managers.some((manager) => names.includes(manager))) {
            return without(result, ...path);
        }
        const value = at(live, ...path);
        return value === undefined ? result : withValueAt(result, path, value);
    }, inputs);
}

function managersOf(live: KubeObject, path: readonly string[]): string[] {
    const steps = path.map((step) => `f:${step}`);
    return mapsAt(live, "metadata", "managedFields")
        .filter((entry) => at(entry.fieldsV1, ...steps) !== undefined)
        .map((entry) => textAt(entry, "manager"));
}

function isPredecessor(entry: Properties): boolean {
    return (
        entry.subresource === undefined &&
        PREDECESSORS.some(({ manager, operation }) => manager === entry.manager && operation === entry.operation)
    );
}

function merged(a: Value, b: Value): Value {
    if (!isMap(a) || !isMap(b)) {
        return b;
    }
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return Object.fromEntries(keys.map((key) => [key, key in a ? merged(a[key], b[key] ?? a[key]) : b[key]]));
}

// When two values of a field mean the same: Kubernetes writes quantities, numbers and encoded bytes its own way.
import { sameValue, UNKNOWN, Value } from "../property-values";
import { isMap, KubeObject, without, withValueAt } from "./objects";

/** Fields of a spec whose values, at any depth below them, are quantities such as `1Gi` or `500m`. */
const QUANTITIES = new Set([
    "averageValue",
    "capacity",
    "divisor",
    "hard",
    "limits",
    "overhead",
    "requests",
    "sizeLimit",
]);

const QUANTITY = /^([+-]?[0-9.]+)(m|u|n|k|Ki|[MGTPE]i?|[eE][+-]?[0-9]+)?$/;

const FACTORS: Readonly<Record<string, number>> = {
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
};

/** Metadata that only the server sets. */
const READ_ONLY = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/** A quantity as a number; undefined for what is no quantity. */
export function parseQuantity(value: Value | undefined): number | undefined {
    const match = QUANTITY.exec(typeof value === "number" ? String(value) : typeof value === "string" ? value : "");
    if (!match) {
        return undefined;
    }
    const [, digits, suffix = ""] = match;
    const factor = FACTORS[suffix] ?? Number(`1${suffix}`);
    const result = Number(digits) * factor;
    return Number.isNaN(result) ? undefined : result;
}

/** Whether two values of the field at a path mean the same to the server. */
export function sameMeaning(path: readonly (string | number)[], a: Value | undefined, b: Value | undefined): boolean {
    if (sameValue(a, b)) {
        return true;
    }
    if (path[0] === "spec" && path.some((step) => typeof step === "string" && QUANTITIES.has(step))) {
        const [left, right] = [parseQuantity(a), parseQuantity(b)];
        return left !== undefined && right !== undefined && Math.abs(left - right) <= Math.abs(left) * 1e-12;
    }
    return false;
}

/** The inputs as the server stores them, as far as that is known without asking it. */
export function normalized(inputs: KubeObject): KubeObject {
    const result = READ_ONLY.reduce((object, field) => without(object, "metadata", field), inputs);
    return result.kind === "Secret" && result.apiVersion === "v1" ? normalizedSecret(result) : result;
}

/** Whether any value in it is not known yet. */
export function hasUnknown(value: Value | undefined): boolean {
    if (Array.isArray(value)) {
        return value.some(hasUnknown);
    }
    return isMap(value) ? Object.values(value).some(hasUnknown) : value === UNKNOWN;
}

// The server turns `stringData` into `data`, and encodes `data` anew.
function normalizedSecret(secret: KubeObject): KubeObject {
    const { stringData, data } = secret;
    if (stringData !== undefined && !isMap(stringData)) {
        return secret;
    }
    if (isMap(data) || isMap(stringData)) {
        const encoded = Object.entries(isMap(data) ? data : {}).map(([key, value]) => [key, recoded(value)]);
        const fromStrings = Object.entries(stringData ?? {}).map(([key, value]) => [key, encode(value)]);
        const all = Object.fromEntries([...encoded, ...fromStrings]);
        return withValueAt(without(secret, "stringData"), ["data"], all);
    }
    return secret;
}

function encode(value: Value): Value {
    return typeof value === "string" && value !== UNKNOWN ? Buffer.from(value).toString("base64") : value;
}

function recoded(value: Value): Value {
    if (typeof value !== "string" || value === UNKNOWN || !/^[A-Za-z0-9+/=\s]*$/.test(value)) {
        return value;
    }
    return Buffer.from(value, "base64").toString("base64");
}

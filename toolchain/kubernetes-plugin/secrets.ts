// Which values of an object are secrets: those that the inputs marked, and all data of a Secret.
import { isSecret, Properties, reveal, secret, Value } from "../property-values";
import { isMap, KubeObject } from "./objects";

/** Inputs with secrets marked where the program marked them. */
export function withSecretsOf(object: KubeObject, marked: Properties): Properties {
    if (object.kind === "Secret" && (object.apiVersion === "v1" || object.apiVersion === undefined)) {
        return {
            ...mark(object, marked),
            ...(object.data !== undefined && { data: secret(object.data) }),
            ...(object.stringData !== undefined && { stringData: secret(object.stringData) }),
        };
    }
    return mark(object, marked);
}

/** Whether a value is a secret or has one in it. */
export function hasSecret(value: Value | undefined): boolean {
    if (isSecret(value)) {
        return true;
    }
    if (Array.isArray(value)) {
        return value.some(hasSecret);
    }
    return isMap(value) && Object.values(value).some(hasSecret);
}

// Maps are gone into, so that one secret does not hide the rest of an object. A list with a secret in it is secret
// as a whole, since the server may order it otherwise.
function mark(object: { [key: string]: Value }, marked: { [key: string]: Value }): { [key: string]: Value } {
    return Object.fromEntries(
        Object.entries(object).map(([key, value]) => {
            const wanted = marked[key];
            if (!hasSecret(wanted) || isSecret(value)) {
                return [key, value];
            }
            return [key, !isSecret(wanted) && isMap(wanted) && isMap(value) ? mark(value, wanted) : secret(value)];
        }),
    );
}

/** The plain object in properties that may have secrets in them, without what is null. */
export function plain(properties: Properties): KubeObject {
    return withoutNulls(reveal(properties)) as KubeObject;
}

function withoutNulls(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map(withoutNulls);
    }
    if (!isMap(value)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, inner]) => inner !== null)
            .map(([key, inner]) => [key, withoutNulls(inner)]),
    );
}

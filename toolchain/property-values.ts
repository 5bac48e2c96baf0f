// Property values as the engine sends them: plain JSON with marks for secrets and for values not known yet.

/** A property value; secrets are objects that carry the engine's mark. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** Properties of a resource by name. */
export type Properties = Record<string, Value>;

// The engine's wire format. The SDK has the same constants in runtime/rpc, but loads most of itself with it.
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270";

/** What stands for a value that is known only after the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Marks a value as a secret, which the engine then encrypts in the state and hides in its output. */
export function secret(value: Value): Value {
    return isSecret(value) ? value : { [MARK]: SECRET_MARK, value };
}

/** Whether a value is marked as a secret. */
export function isSecret(value: Value | undefined): value is { [key: string]: Value } {
    return (
        typeof value === "object" && value !== null && !Array.isArray(value) && value[MARK] === SECRET_MARK
    );
}

/** The value without the marks of secrets in it, at any depth. */
export function reveal(value: Value): Value {
    if (isSecret(value)) {
        return reveal(value.value);
    }
    if (Array.isArray(value)) {
        return value.map(reveal);
    }
    return typeof value === "object" && value !== null ? revealAll(value) : value;
}

/** All properties without the marks of secrets. */
export function revealAll(properties: Properties): Properties {
    return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, reveal(value)]));
}

/** Whether two values are the same, whatever the order of keys. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
    return canonical(a) === canonical(b);
}

function canonical(value: Value | undefined): string {
    return JSON.stringify(value ?? null, (_key, inner: Value) =>
        typeof inner === "object" && inner !== null && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
            : inner,
    );
}

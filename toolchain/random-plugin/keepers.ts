// Keepers: a map of strings that a random value is kept by, until one of them changes.
import { isMap } from "../resource-plugin/input-types";
import type { InputType, ResourceKind } from "../resource-plugin/resource-kind";
import { sameValue, Value } from "../property-values";

export const KEEPERS: InputType = {
    is: (value) => isMap(value) && Object.values(value).every((inner) => inner === null || typeof inner === "string"),
    words: "a map from names to strings",
};

/** Any change draws a new value, but that of keepers which keep nothing: those without a value. */
export const drawsAnew: ResourceKind["replaces"] = (input, before, after) =>
    input !== "keepers" || !sameValue(withoutNulls(before), withoutNulls(after));

function withoutNulls(keepers: Value | undefined): Value {
    return Object.fromEntries(Object.entries(keepers ?? {}).filter(([, value]) => value !== null));
}

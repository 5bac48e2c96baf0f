// What a change of inputs means for a random value: a new one, nearly always.
import { Properties, revealAll, sameValue, Value } from "../property-values";
import { isAbsent } from "./check";
import type { ResourceKind } from "./resource-kind";

/** A changed input: how it changed, and whether the value has to be drawn anew for it. */
export interface Change {
    property: string;
    how: "added" | "deleted" | "updated";
    replaces: boolean;
}

/** The changes from a state to new inputs. Writing out a default is no change. */
export function changes(kind: ResourceKind, state: Properties, news: Properties): Change[] {
    const before = kind.withDefaults(onlyInputs(kind, revealAll(state)));
    const after = kind.withDefaults(onlyInputs(kind, revealAll(news)));
    return Object.keys(kind.inputs)
        .filter((property) => !sameValue(before[property], after[property]))
        .map((property) => ({
            property,
            how: isAbsent(before[property]) ? "added" : isAbsent(after[property]) ? "deleted" : "updated",
            replaces: kind.inputs[property] !== "keepers" || !sameKeepers(before[property], after[property]),
        }));
}

// Keepers without a value keep nothing: adding or removing them draws no new value.
function sameKeepers(before: Value | undefined, after: Value | undefined): boolean {
    return sameValue(withoutNulls(before), withoutNulls(after));
}

function withoutNulls(keepers: Value | undefined): Value {
    return Object.fromEntries(Object.entries(keepers ?? {}).filter(([, value]) => value !== null));
}

function onlyInputs(kind: ResourceKind, properties: Properties): Properties {
    return Object.fromEntries(
        Object.entries(properties).filter(([name, value]) => name in kind.inputs && !isAbsent(value)),
    );
}

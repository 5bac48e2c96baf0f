// What a change of inputs means for a value in the state: a new one, nearly always.
import { Properties, revealAll, sameValue } from "../property-values";
import { isAbsent } from "./check";
import type { ResourceKind } from "./resource-kind";

/** A changed property: how it changed, and whether the resource has to be made anew for it. */
export interface Change {
    property: string;
    how: "added" | "deleted" | "updated";
    replaces: boolean;
}

/** The changes from a state to new inputs. Writing out a default is no change. */
export function changes(kind: ResourceKind, state: Properties, news: Properties): Change[] {
    const old = revealAll(state);
    const before = kind.withDefaults(onlyInputs(kind, old));
    const after = kind.withDefaults(onlyInputs(kind, revealAll(news)));
    const outlived = kind.outlived?.({ ...old, ...after });
    return [
        ...Object.keys(kind.inputs)
            .filter((property) => !sameValue(before[property], after[property]))
            .map((property) => ({
                property,
                how: isAbsent(before[property])
                    ? ("added" as const)
                    : isAbsent(after[property])
                      ? ("deleted" as const)
                      : ("updated" as const),
                replaces: kind.replaces(property, before[property], after[property]),
            })),
        ...(outlived === undefined ? [] : [{ property: outlived, how: "updated" as const, replaces: true }]),
    ];
}

function onlyInputs(kind: ResourceKind, properties: Properties): Properties {
    return Object.fromEntries(
        Object.entries(properties).filter(([name, value]) => name in kind.inputs && !isAbsent(value)),
    );
}

// Checking a resource's inputs: known names and right types first, then the rules of its kind.
import { Properties, revealAll, UNKNOWN, Value } from "../property-values";
import type { Failure, ResourceKind } from "./resource-kind";

/** All that is wrong with the inputs, each with the property's name; empty when they are right. */
export function checkInputs(kind: ResourceKind, given: Properties): Failure[] {
    const inputs = revealAll(given);
    const failures = [
        ...missing(kind, inputs),
        ...Object.keys(inputs).flatMap((name) => typeFailures(kind, inputs, name)),
    ];
    const known = Object.entries(inputs).filter(([, value]) => value !== UNKNOWN);
    return failures.length > 0 ? failures : kind.rules(Object.fromEntries(known));
}

/** Whether an input was left out. */
export function isAbsent(value: Value | undefined): value is null | undefined {
    return value === undefined || value === null;
}

function missing(kind: ResourceKind, inputs: Properties): Failure[] {
    return kind.required
        .filter((property) => isAbsent(inputs[property]))
        .map((property) => ({
            property,
            reason: `is required; expected ${kind.inputs[property].words}`,
        }));
}

function typeFailures(kind: ResourceKind, inputs: Properties, property: string): Failure[] {
    const value = inputs[property];
    if (isAbsent(value) || value === UNKNOWN || property.startsWith("__")) {
        return [];
    }
    const type = kind.inputs[property];
    if (!type) {
        const known = Object.keys(kind.inputs).join(", ");
        return [{ property, reason: `is not an input of this resource; its inputs are ${known}` }];
    }
    // The value itself is not shown: an input may be a secret.
    return type.is(value) ? [] : [{ property, reason: `expected ${type.words}${got(value)}` }];
}

function got(value: Value): string {
    if (typeof value === "number" || (typeof value === "object" && !Array.isArray(value))) {
        return "";
    }
    return Array.isArray(value) ? ", got a list" : `, got a ${typeof value}`;
}

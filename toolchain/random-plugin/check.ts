// Checking a resource's inputs: known names and right types first, then the rules of its kind.
import { Properties, revealAll, UNKNOWN, Value } from "../property-values";
import type { Failure, InputType, ResourceKind } from "./resource-kind";

const EXPECTED: Record<InputType, { is: (value: Value) => boolean; words: string }> = {
    text: { is: (value) => typeof value === "string", words: "a string" },
    switch: { is: (value) => typeof value === "boolean", words: "true or false" },
    count: {
        is: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
        words: "a whole number, 0 or more",
    },
    keepers: { is: isMapOfStrings, words: "a map from names to strings" },
};

/** All that is wrong with the inputs, each with the property's name; empty when they are right. */
export function checkInputs(kind: ResourceKind, given: Properties): Failure[] {
    const inputs = revealAll(given);
    const failures = [
        ...missing(kind, inputs),
        ...Object.keys(inputs).flatMap((name) => typeFailures(kind, inputs, name)),
    ];
    return failures.length > 0 || Object.values(inputs).includes(UNKNOWN) ? failures : kind.rules(inputs);
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
            reason: `is required; expected ${EXPECTED[kind.inputs[property]].words}`,
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
    const expected = EXPECTED[type];
    // The value itself is not shown: an input may be a secret.
    return expected.is(value) ? [] : [{ property, reason: `expected ${expected.words}${got(value)}` }];
}

function got(value: Value): string {
    if (typeof value === "number" || (typeof value === "object" && !Array.isArray(value))) {
        return "";
    }
    return Array.isArray(value) ? ", got a list" : `, got a ${typeof value}`;
}

function isMapOfStrings(value: Value): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every((inner) => inner === null || typeof inner === "string")
    );
}

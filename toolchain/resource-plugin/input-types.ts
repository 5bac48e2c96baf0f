// The types that inputs have.
import { UNKNOWN, Value } from "../property-values";
import type { InputType } from "./resource-kind";

export const TEXT: InputType = { is: (value) => typeof value === "string", words: "a string" };

export const SWITCH: InputType = { is: (value) => typeof value === "boolean", words: "true or false" };

export const COUNT: InputType = {
    is: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    words: "a whole number, 0 or more",
};

export const TEXTS: InputType = {
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
    words: "a list of strings",
};

/** Whether a value is a map. */
export function isMap(value: Value): value is { [key: string]: Value } {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of a list that are known already; none where there is no list. */
export function known(list: Value | undefined): string[] {
    return Array.isArray(list) ? list.filter((each): each is string => typeof each === "string" && each !== UNKNOWN) : [];
}

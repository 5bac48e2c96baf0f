// Drawing a random text from sets of characters, as RandomPassword and RandomString do.
import { randomInt } from "node:crypto";

import type { Properties } from "../property-values";
import { COUNT, SWITCH, TEXT } from "../resource-plugin/input-types";
import type { Failure, InputType } from "../resource-plugin/resource-kind";
import { KEEPERS } from "./keepers";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const NUMERIC = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** The inputs that say how long a text is and of which characters. */
export const TEXT_INPUTS: Readonly<Record<string, InputType>> = {
    keepers: KEEPERS,
    length: COUNT,
    lower: SWITCH,
    minLower: COUNT,
    minNumeric: COUNT,
    minSpecial: COUNT,
    minUpper: COUNT,
    number: SWITCH,
    numeric: SWITCH,
    overrideSpecial: TEXT,
    special: SWITCH,
    upper: SWITCH,
};

/** A whole number from 0 up to, but not including, the bound; each equally likely. */
export type Draw = (bound: number) => number;

/** The inputs with their defaults; `number` is the old name of `numeric`, and each follows the other. */
export function textWithDefaults(inputs: Properties): Properties {
    const numeric = inputs.numeric ?? inputs.number ?? true;
    const { overrideSpecial, ...rest } = inputs;
    return {
        lower: true,
        minLower: 0,
        minNumeric: 0,
        minSpecial: 0,
        minUpper: 0,
        special: true,
        upper: true,
        ...rest,
        number: numeric,
        numeric,
        // An empty set of special characters means the usual one.
        ...(overrideSpecial && { overrideSpecial }),
    };
}

/** The rules that concern several inputs of a text. */
export function textRules(inputs: Properties): Failure[] {
    const failures: Failure[] = [];
    const { length, minLower, minNumeric, minSpecial, minUpper, lower, numeric, special, upper } =
        textWithDefaults(inputs);
    const atLeast = Number(minLower) + Number(minNumeric) + Number(minSpecial) + Number(minUpper);
    if (Number(length) < 1) {
        failures.push({ property: "length", reason: `is ${length}; expected 1 or more` });
    } else if (Number(length) < atLeast) {
        failures.push({
            property: "length",
            reason:
                `is ${length}, but minLower, minNumeric, minSpecial and minUpper together ask for ` +
                `${atLeast} characters; expected ${atLeast} or more`,
        });
    }
    if (
        typeof inputs.number === "boolean" &&
        typeof inputs.numeric === "boolean" &&
        inputs.number !== inputs.numeric
    ) {
        failures.push({
            property: "number",
            reason: `is ${inputs.number}, but numeric is ${inputs.numeric}; leave out number, the old name`,
        });
    }
    if (!lower && !numeric && !special && !upper) {
        failures.push({
            property: "lower",
            reason: "lower, numeric, special and upper are all false; expected at least one to be true",
        });
    }
    return failures;
}

/** Draws a text that follows the inputs, with each possible text of that make-up equally likely. */
export function drawText(inputs: Properties, draw: Draw = (bound) => randomInt(bound)): string {
    const settings = textWithDefaults(inputs);
    const special = String(settings.overrideSpecial ?? SPECIAL);
    const sets = [
        { characters: NUMERIC, used: settings.numeric, atLeast: Number(settings.minNumeric) },
        { characters: LOWER, used: settings.lower, atLeast: Number(settings.minLower) },
        { characters: UPPER, used: settings.upper, atLeast: Number(settings.minUpper) },
        { characters: special, used: settings.special, atLeast: Number(settings.minSpecial) },
    ];
    const drawn = sets.flatMap(({ characters, atLeast }) => pick(characters, atLeast, draw));
    const all = sets.map(({ characters, used }) => (used ? characters : "")).join("");
    return shuffle([...drawn, ...pick(all, Number(settings.length) - drawn.length, draw)], draw).join("");
}

/** The inputs that an imported text would have been made with. */
export function inputsOfText(text: string): Properties {
    return textWithDefaults({ length: [...text].length });
}

function pick(characters: string, count: number, draw: Draw): string[] {
    const choices = [...characters];
    return Array.from({ length: count }, () => choices[draw(choices.length)]);
}

function shuffle<T>(items: readonly T[], draw: Draw): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
        const chosen = draw(last + 1);
        [result[last], result[chosen]] = [result[chosen], result[last]];
    }
    return result;
}

// The kinds of single values that settings are made of, each a schema with what is expected in words.
import { z } from "zod";

import { CPU_PATTERN, DURATION_PATTERN, parseMebibytes, SIZE_PATTERN } from "../components/support/units";
import { referenceProblem } from "../components/support/references";

/** A text; `problem` says what is wrong with one, if anything. By default an empty one is. */
export function text(expected: string, problem?: (value: string) => string | undefined) {
    return z.string({ error: expected }).check((context) => {
        const reason = problem ? problem(context.value) : context.value.trim() === "" ? expected : undefined;
        if (reason !== undefined) {
            context.issues.push({ code: "custom", message: reason, input: context.value });
        }
    });
}

/** A text of a form that editors can check too. */
export function pattern(form: RegExp, expected: string) {
    return z.string({ error: expected }).regex(form, { error: expected });
}

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(words: T) {
    return z.enum(words, { error: `expected ${words.map((word) => `"${word}"`).join(" or ")}` });
}

/** A whole number. */
export function whole(from: number, to: number, expected = `expected a whole number from ${from} to ${to}`) {
    return z.int({ error: expected }).min(from, { error: expected }).max(to, { error: expected });
}

/** A port of the host or of an app. */
export function port() {
    return whole(1, 65535, "expected a port from 1 to 65535");
}

/** Yes or no. */
export function flag() {
    return z.boolean({ error: "expected true or false" });
}

/** A size in memory of at least so many mebibytes. */
export function size(atLeast: string, example: string) {
    const floor = parseMebibytes(atLeast) ?? 0;
    const expected = `expected a size of at least ${atLeast} such as ${example}`;
    return pattern(new RegExp(SIZE_PATTERN), expected).refine(
        (value) => (parseMebibytes(value) ?? floor) >= floor,
        {
            error: expected,
        },
    );
}

/** An amount of CPU. */
export function cpu() {
    return pattern(new RegExp(CPU_PATTERN), 'expected an amount of CPU such as "250m" or "1"');
}

/** A duration; `problem` says what is wrong with one, if anything. */
export function duration(problem: (value: string) => string | undefined) {
    const expected = problem("") ?? "expected a duration such as 30m";
    return pattern(new RegExp(DURATION_PATTERN), expected).refine((value) => problem(value) === undefined, {
        error: expected,
    });
}

/** A list with at least one entry. */
export function list<T extends z.ZodType>(entry: T, expected: string) {
    return z.array(entry, { error: expected }).min(1, { error: expected });
}

/** A map from names to values; `expected` says what a name looks like. */
export function named<T extends z.ZodType>(name: RegExp, expected: string, value: T) {
    return z.record(z.string().regex(name, { error: expected }), value, {
        error: "expected a map of names to values",
    });
}

/** A group of settings; a key that is not among them is refused. */
export function group<T extends z.core.$ZodShape>(shape: T) {
    return z.strictObject(shape, {
        error: `expected the keys ${Object.keys(shape).join(", ")}, indented below`,
    });
}

/** An image's reference whose tag does not move. */
export function imageReference() {
    return text(
        "expected an image with a tag or digest, such as registry.example.org/shop:1.4.2",
        referenceProblem,
    );
}

/** A secret: kept encrypted, and never shown. */
export function secret() {
    return z
        .string({ error: "expected a secret, set by `pulumi config set --secret --path`" })
        .min(1, { error: "expected a secret, set by `pulumi config set --secret --path`" })
        .meta({ description: "Set by `pulumi config set --secret --path`.", secret: true });
}

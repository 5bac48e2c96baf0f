// What is wrong with a tree of settings, everything at once: each setting, then how they fit together.
import { z } from "zod";

import { Problem, shown } from "../components/support/errors";
import { combinedProblems } from "./checks";
import { Finding, Given, Path, pathText, valueAt, without } from "./draft";
import { mayBeSecret, secretProblems, SecretOrigin } from "./secrets";
import { Settings, settingsSchema } from "./settings";
import { schemaAt, unknownKey } from "./unknownKeys";

/** The settings, or everything that is wrong with them, sorted by path. */
export function checkSettings(
    tree: object,
    origin: SecretOrigin,
): { settings: Settings } | { problems: Problem[] } {
    const given = givenIn(origin);
    const result = settingsSchema.safeParse(tree);
    const shapes = result.success
        ? []
        : result.error.issues.flatMap((issue) => shapeProblems(issue, [], tree, given));
    const wrong = [...shapes, ...secretProblems(tree, origin)];
    const combined = combinedProblems(
        without(
            tree,
            wrong.map(({ path }) => path),
        ),
        given,
    );
    const findings = [
        ...wrong,
        ...combined.filter(({ path }) => !wrong.some((other) => isExplained(path, other.path))),
    ];
    if (result.success && findings.length === 0) {
        return { settings: result.data };
    }
    const problems = new Map<string, Problem>();
    for (const { path, reason } of findings) {
        const text = pathText(path);
        // The first problem of a path is enough to mend it.
        problems.set(text, problems.get(text) ?? { path: text, reason });
    }
    return { problems: [...problems.values()].sort((a, b) => a.path.localeCompare(b.path)) };
}

/**
 * Whether a problem at one path may only come from what is wrong at another: at the same place, above or below.
 * What is said of a whole app is about its name, which nothing below explains.
 */
function isExplained(path: Path, wrong: Path): boolean {
    const same = path.slice(0, wrong.length).every((part, index) => part === wrong[index]);
    return same && (wrong.length <= path.length || path.length > 2);
}

/** The problems of one finding of the schema, which looked at the value below `base`. */
function shapeProblems(issue: z.core.$ZodIssue, base: Path, tree: object, given: Given): Finding[] {
    const path = [...base, ...issue.path];
    const value = valueAt(tree, path);
    switch (issue.code) {
        case "unrecognized_keys":
            return issue.keys.map((key) => ({ path: [...path, key], reason: unknownKey(key, path) }));
        case "invalid_key": {
            // The schema leaves out what is below a bad name; its problems are to be seen too.
            const below = schemaAt(path)?.safeParse(value);
            return [
                { path, reason: issue.issues[0]?.message ?? issue.message },
                ...(below?.error?.issues ?? []).flatMap((inner) => shapeProblems(inner, path, tree, given)),
            ];
        }
        case "invalid_type":
            return [{ path, reason: given(value, path) + issue.message + quotesHint(issue.expected, value) }];
        default:
            return [{ path, reason: given(value, path) + issue.message }];
    }
}

/** YAML tells `"3"` from `3`; people see no difference. */
function quotesHint(expected: string, value: unknown): string {
    if (expected === "string" && (typeof value === "number" || typeof value === "boolean")) {
        return "; put it in quotes";
    }
    const unquoted = typeof value === "string" && /^(true|false|-?\d+(\.\d+)?)$/.test(value.trim());
    return unquoted && ["boolean", "int", "number"].includes(expected) ? "; write it without quotes" : "";
}

/** Says what was given; texts that may be secret stay out of it. */
function givenIn({ secretKeys }: SecretOrigin): Given {
    return (value, path) => {
        if (value === undefined) {
            return "missing; ";
        }
        if (
            mayBeSecret(path) ||
            (typeof value === "string" && secretKeys.has(String(path[0])))
        ) {
            return "got a value that is not shown, for it may be secret; ";
        }
        if (value === null) {
            return "empty; ";
        }
        if (typeof value === "object") {
            const kind = Array.isArray(value) ? "list" : "map";
            return `got ${Object.keys(value).length === 0 ? "an empty" : "a"} ${kind}, `;
        }
        return `got ${shown(value)}, `;
    };
}

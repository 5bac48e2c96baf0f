// Where secret values stand in a stack's configuration, and where they may: only in `secretEnvironment`.
import { parse } from "yaml";

import { Finding, Path, pathText, valueAt } from "./draft";
import { NAMESPACE } from "./settings";

/** What is known of the secret values among the settings. */
export interface SecretOrigin {
    /** Top-level settings with a secret value somewhere below; Pulumi does not tell the program where. */
    secretKeys: ReadonlySet<string>;
    /** The stack's settings file, when it is there: it shows where. */
    stackFile?: string;
}

const ELSEWHERE =
    "is secret, and a secret is only kept in apps.<app>.secretEnvironment: here it would be shown. Give it there, " +
    "or in clear";

/** Secrets that would be shown, and values in clear that should be secrets. */
export function secretProblems(tree: object, { secretKeys, stackFile }: SecretOrigin): Finding[] {
    const leaves = stackFile === undefined ? [] : stackFileLeaves(stackFile);
    const secretVariables = variablePaths(tree);
    const inClear = secretVariables.filter(
        (path) =>
            !secretKeys.has("apps") ||
            leaves.some(
                (leaf) =>
                    !leaf.secure &&
                    pathText(leaf.path) === pathText(path) &&
                    leaf.value === valueAt(tree, path),
            ),
    );
    return [
        ...[...secretKeys].filter((key) => key !== "apps").map((key) => ({ path: [key], reason: ELSEWHERE })),
        ...(secretKeys.has("apps") && secretVariables.length === 0
            ? [{ path: ["apps"], reason: `has a value that ${ELSEWHERE}` }]
            : []),
        ...leaves
            .filter(
                (leaf) =>
                    leaf.secure &&
                    !isSecretVariable(leaf.path) &&
                    typeof valueAt(tree, leaf.path) === "string",
            )
            .map((leaf) => ({ path: leaf.path, reason: ELSEWHERE })),
        ...inClear.map((path) => ({
            path,
            reason:
                "stands in clear; set it by `pulumi config set --secret --path " +
                `'${NAMESPACE}:${pathText(path)}'\`, which encrypts it`,
        })),
    ];
}

function isSecretVariable(path: Path): boolean {
    return path.length === 4 && path[0] === "apps" && path[2] === "secretEnvironment";
}

/** The paths of all texts in a `secretEnvironment`. */
function variablePaths(tree: object): Path[] {
    return Object.keys(valueAt(tree, ["apps"]) ?? {}).flatMap((app) =>
        Object.entries(valueAt(tree, ["apps", app, "secretEnvironment"]) ?? {})
            .filter(([, value]) => typeof value === "string")
            .map(([variable]) => ["apps", app, "secretEnvironment", variable]),
    );
}

interface Leaf {
    path: Path;
    secure: boolean;
    value: unknown;
}

/** All single values of the settings in a stack's file; `{secure: ...}` is one. */
export function stackFileLeaves(stackFile: string): Leaf[] {
    const config = valueAt(parse(stackFile), ["config"]);
    const prefix = `${NAMESPACE}:`;
    return Object.entries(config ?? {})
        .filter(([key]) => key.startsWith(prefix))
        .flatMap(([key, value]) => leavesBelow(value, [key.slice(prefix.length)]));
}

function leavesBelow(value: unknown, path: Path): Leaf[] {
    if (Array.isArray(value)) {
        return value.flatMap((entry, index) => leavesBelow(entry, [...path, index]));
    }
    if (typeof value !== "object" || value === null) {
        return [{ path, secure: false, value }];
    }
    const entries = Object.entries(value);
    return entries.length === 1 && entries[0][0] === "secure"
        ? [{ path, secure: true, value: undefined }]
        : entries.flatMap(([key, below]) => leavesBelow(below, [...path, key]));
}

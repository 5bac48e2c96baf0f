// Where secret values stand in a stack's configuration, and where they may: only where the schema says secret.
import { parse } from "yaml";
import { z } from "zod";

import { Finding, Path, pathText, valueAt } from "./draft";
import { NAMESPACE } from "./settings";
import { schemaAt } from "./unknownKeys";

/** What is known of the secret values among the settings. */
export interface SecretOrigin {
    /** Top-level settings with a secret value somewhere below; Pulumi does not tell the program where. */
    secretKeys: ReadonlySet<string>;
    /** The stack's settings file, when it is there: it shows where. */
    stackFile?: string;
}

const ELSEWHERE =
    "is secret, and a secret is only kept in passwords and their hashes, private keys, `headers`, and an app's " +
    "`secretEnvironment`: here it would be shown. Give it there, or in clear";

/** Secrets that would be shown, and values in clear that should be secrets. */
export function secretProblems(tree: object, { secretKeys, stackFile }: SecretOrigin): Finding[] {
    const leaves = stackFile === undefined ? [] : stackFileLeaves(stackFile);
    const secrets = textPaths(tree, []).filter(isSecretSetting);
    const inClear = secrets.filter(
        (path) =>
            !secretKeys.has(String(path[0])) ||
            leaves.some(
                (leaf) =>
                    !leaf.secure &&
                    pathText(leaf.path) === pathText(path) &&
                    leaf.value === valueAt(tree, path),
            ),
    );
    return [
        ...[...secretKeys]
            .filter((key) => secrets.every((path) => path[0] !== key))
            .map((key) => ({
                path: [key],
                reason: `${typeof valueAt(tree, [key]) === "object" ? "has a value that " : ""}${ELSEWHERE}`,
            })),
        ...leaves
            .filter(
                (leaf) =>
                    leaf.secure &&
                    !isSecretSetting(leaf.path) &&
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

/** Whether the schema says that what lies at a path is a secret. */
function isSecretSetting(path: Path): boolean {
    return schemaAt(path)?.meta()?.secret === true;
}

/** Whether a text at a path may be a secret: where one is kept, or where the map that keeps it should be. */
export function mayBeSecret(path: Path): boolean {
    const schema = schemaAt(path);
    const below = schema instanceof z.ZodObject ? Object.keys(schema.shape) : ["any"];
    return isSecretSetting(path) || below.some((key) => isSecretSetting([...path, key]));
}

/** The paths of all texts in a tree. */
function textPaths(value: unknown, path: Path): Path[] {
    if (typeof value === "object" && value !== null) {
        return Object.entries(value).flatMap(([key, below]) =>
            textPaths(below, [...path, Array.isArray(value) ? Number(key) : key]),
        );
    }
    return typeof value === "string" ? [path] : [];
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

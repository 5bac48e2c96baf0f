// Which properties change, in words: what may be shown of them is their names, the numbers and the images (pure).
import { Change, compared } from "./changes";
import { hasSecret, hasUnknown, isRecord, isUnknown } from "./secrets";

/** Properties that follow from others: told only when there is nothing else. */
const DERIVED = /^(hostname|labels|name|volumes|metadata|entrypoints|spec\.(jobTemplate\.spec\.)?(template\.)?metadata)\b/;

/** What is told of a volume of files. */
export const THEIR_CONTENT = "their content";

/** The variable that says which instance a span is of: it changes whenever an instance does. */
const FOLLOWS = "OTEL_RESOURCE_ATTRIBUTES";

/** The properties of a change, the telling ones, each once. */
export function causesOf(change: Change, variables: readonly string[] = []): string[] {
    const heard = change.paths.filter((path) => !isNoise(path, change));
    // The engine's own word for what was asked for with --replace is no property.
    const told = (heard.length > 0 ? heard : change.paths).filter((path) => path !== "id");
    const telling = told.filter((path) => !isDerived(path, change));
    const mounts = told.filter((path) => path.startsWith("volumes"));
    const paths = [telling, mounts, told].find((some) => some.length > 0) ?? [];
    return [...new Set(paths.map((path) => causeOf(path, change, variables)))].sort(compared);
}

function isDerived(path: string, { type, before, after }: Change): boolean {
    const env = envList(path);
    if (env !== undefined) {
        const now = at(after?.inputs, env);
        const names = changedVariables(at(before?.inputs, env), now);
        return hasUnknown(now) || (names.length === 1 && names[0] === FOLLOWS);
    }
    return DERIVED.test(path) && !(type.endsWith(":RemoteImage") && path === "name");
}

/** Where a path leads to the same on both sides: an empty list that only one side writes down. */
function isNoise(path: string, { before, after }: Change): boolean {
    const [root] = path.split(/[.[]/);
    // Into what is masked as a whole no path leads.
    if (hasSecret(before?.inputs?.[root]) || hasSecret(after?.inputs?.[root])) {
        return false;
    }
    const [old, now] = [at(before?.inputs, path), at(after?.inputs, path)];
    return isEmpty(old) && isEmpty(now);
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function causeOf(path: string, change: Change, variables: readonly string[]): string {
    const { type, before, after } = change;
    const [old, now] = [at(before?.inputs, path), at(after?.inputs, path)];
    const env = envList(path);
    if (env !== undefined) {
        return environment(at(before?.inputs, env), at(after?.inputs, env), variables);
    }
    const key = /^(?:data|stringData|binaryData)(?:\.([^.[]+)|\["([^"]+)"\])$/.exec(path);
    if (key) {
        const name = code(key[1] ?? key[2]);
        return type.includes(":Secret") ? `secret value ${name} (masked)` : (rule(old, now) ?? `file ${name}`);
    }
    if (type.includes(":Secret") && /^(data|stringData)$/.test(path)) {
        return "its secret values (masked)";
    }
    if (/^uploads\b/.test(path)) {
        return uploads(change, variables);
    }
    if (/^volumes\b/.test(path)) {
        return mounted(change, variables);
    }
    if (type.endsWith(":Container") && path === "command[1]" && typeof old === "string") {
        return rule(old, now) ?? "its content";
    }
    if (/^labels\b/.test(path) && type.endsWith(":Volume")) {
        return THEIR_CONTENT;
    }
    if (type.endsWith(":RemoteImage") && path === "name") {
        return `image${fromTo(old, now)}`;
    }
    const pod = POD.find(([words]) => words.test(short(path)))?.[1];
    if (pod !== undefined) {
        return pod;
    }
    return /\b(image|replicas|version|memory|cpu|external)$/.test(path) ? `${code(short(path))}${fromTo(old, now)}` : code(short(path));
}

/** Properties of pods, and of what stands around them, in words. */
const POD: readonly (readonly [RegExp, string])[] = [
    [/^volumes\b.*\b(configMap|secret|sources)\b/, "its files"],
    [/^(volumes|volumeMounts)\b/, "what is mounted"],
    [/^egress\b/, "whom it may reach"],
    [/^ingress\b/, "who may reach it"],
];

/** The list of variables that a path leads into; undefined when it leads elsewhere. */
function envList(path: string): string | undefined {
    return /^(.*\benvs?)(\[\d+\].*|$)/.exec(path)?.[1];
}

function environment(before: unknown, after: unknown, variables: readonly string[]): string {
    if (hasSecret(before) || hasSecret(after)) {
        return `variables (${masked(variables)})`;
    }
    const names = changedVariables(before, after);
    const others = names.filter((name) => name !== FOLLOWS);
    return hasUnknown(after) ? "variables, known after `up`" : named("variables", others.length > 0 ? others : names);
}

/** What of a route is another: whom it is for, or who serves it. */
function rule(before: unknown, after: unknown): string | undefined {
    const ruleOf = (value: unknown) => /\brule: "(.*)"/.exec(typeof value === "string" ? value : "")?.[1];
    if (ruleOf(before) === undefined) {
        return undefined;
    }
    const [old, now] = [ruleOf(before), ruleOf(after)];
    return now === undefined || old === now ? "who serves it" : `its rule${fromTo(old, now)}`;
}

function masked(variables: readonly string[]): string {
    return variables.length === 0 ? "masked" : `masked; the secret variables are ${variables.map(code).join(", ")}`;
}

// A masked file is named by the folder that it is mounted in, masked variables by the settings.
function uploads({ before, after }: Change, variables: readonly string[]): string {
    const inputs = after?.inputs ?? before?.inputs ?? {};
    if (!hasSecret(inputs.uploads)) {
        const all = [before, after].map((state) => new Map(list(state?.inputs?.uploads).map((each) => [String(each.file), JSON.stringify(each)])));
        const names = [...new Set(all.flatMap((files) => [...files.keys()]))];
        return named("files", names.filter((name) => all[0].get(name) !== all[1].get(name)));
    }
    return folders(list(inputs.volumes).flatMap(({ containerPath }) => (containerPath ? [String(containerPath)] : [])), variables, true);
}

/** The folders in which other files lie, by their volumes. */
function mounted({ before, after }: Change, variables: readonly string[]): string {
    const [old, now] = [before, after].map(
        (state) => new Map(list(state?.inputs?.volumes).map((each) => [String(each.containerPath), String(each.volumeName)])),
    );
    const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
    return paths.length === 0 ? code("volumes") : folders(paths, variables, false);
}

const SECRET_VARIABLES = /\/environment$/;

function folders(paths: readonly string[], variables: readonly string[], areSecret: boolean): string {
    const isEnvironment = paths.some((path) => SECRET_VARIABLES.test(path));
    const note = isEnvironment ? ` (${masked(variables)})` : areSecret ? " (masked)" : "";
    return `${named(areSecret || isEnvironment ? "secret files in" : "files in", paths)}${note}`;
}

/** Names of the variables that differ: of `NAME=value`, or of `{ name, value }`. */
export function changedVariables(before: unknown, after: unknown): string[] {
    const [old, now] = [variablesOf(before), variablesOf(after)];
    const names = [...new Set([...old.keys(), ...now.keys()])];
    const changed = (form: (entry: string | undefined) => string | undefined) =>
        names.filter((name) => form(old.get(name)) !== form(now.get(name))).sort(compared);
    // Another Secret has another name: those that are the same in both say no more than the one that is new.
    const own = changed((entry) => entry?.replace(/("(?:secret|configMap)KeyRef":\{[^}]*"name":)"[^"]*"/, "$1"));
    return own.length > 0 ? own : changed((entry) => entry);
}

function variablesOf(value: unknown): Map<string, string> {
    const all = Array.isArray(value) ? (value as unknown[]) : [];
    return new Map(
        all.flatMap((each) => {
            if (typeof each === "string") {
                const [name, ...rest] = each.split("=");
                return rest.length === 0 ? [] : [[name, rest.join("=")] as const];
            }
            return isRecord(each) ? [[String(each.name), JSON.stringify(each)] as const] : [];
        }),
    );
}

/** What stands at a property path; undefined where nothing does. */
export function at(value: unknown, path: string): unknown {
    const keys = [...path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) => quoted ?? index ?? plain);
    return keys.reduce<unknown>(
        (inner, key) => (inner !== null && typeof inner === "object" ? (inner as Record<string, unknown>)[key] : undefined),
        value,
    );
}

/** The property without what leads to it in a pod, and without the place in a list. */
function short(path: string): string {
    return path
        .replace(/^spec\.(jobTemplate\.spec\.)?(template\.spec\.)?/, "")
        .replace(/\b(initC|c)ontainers\[\d+\]\./, "")
        .replace(/^resources\.(limits|requests)\./, "")
        .replace(/(\[\d+\])+$/, "");
}

function fromTo(before: unknown, after: unknown): string {
    return isShown(before) && isShown(after) && before !== after ? ` ${code(String(before))} → ${code(String(after))}` : "";
}

/** Digests say nothing to people, and what is not known yet stands for nothing. */
function isShown(value: unknown): boolean {
    return (typeof value === "string" || typeof value === "number") && !hasSecret(value) && !String(value).startsWith("sha256:") && !isUnknown(value);
}

function named(word: string, names: readonly string[]): string {
    const all = [...new Set(names)].sort(compared);
    return all.length === 0 ? word : `${word} ${all.map(code).join(", ")}`;
}

function list(value: unknown): Record<string, unknown>[] {
    return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A text as code in Markdown, in one line, that ends no cell of a table. */
export function code(text: string): string {
    const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|");
    const fence = "`".repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
    return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}

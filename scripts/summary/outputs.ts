// The stack's outputs that change (pure).
import { code } from "./causes";
import { compared } from "./changes";
import { Preview, urnParts } from "./preview";
import { hasSecret, isRecord, isUnknown } from "./secrets";

/** An output, or a value in one, before and after; undefined where there is none. */
export interface OutputChange {
    path: string;
    before?: string;
    after?: string;
}

/** Of longer values, and of those of several lines, only the length is shown. */
const LONGEST = 120;

/** All outputs that change, by their paths. A secret one that changes is not to be told from one that does not. */
export function outputChanges({ steps }: Pick<Preview, "steps">): OutputChange[] {
    const stack = steps.filter(({ urn }) => urnParts(urn).type === "pulumi:pulumi:Stack").pop();
    if (!stack?.after?.outputs || !stack.before) {
        return [];
    }
    const [old, now] = [leaves(stack.before.outputs ?? {}), leaves(stack.after.outputs)];
    return [...new Set([...old.keys(), ...now.keys()])]
        .filter((path) => old.get(path) !== now.get(path))
        .sort(compared)
        .map((path) => ({ path, before: shown(old.get(path)), after: shown(now.get(path)) }));
}

function leaves(value: unknown, path = ""): Map<string, string> {
    // A part that is secret makes all of it one that is not shown.
    if (hasSecret(value) && !isRecord(value)) {
        return new Map([[path, "[secret]"]]);
    }
    if (isRecord(value) && Object.keys(value).length > 0 && !("4dabf18193072939515e22adb298388d" in value)) {
        return new Map(
            Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, path === "" ? key : `${path}.${key}`)]),
        );
    }
    if (Array.isArray(value) && value.some(isRecord)) {
        return new Map(value.flatMap((inner, index) => [...leaves(inner, `${path}[${keyOf(inner) ?? index}]`)]));
    }
    return new Map([[path, hasSecret(value) ? "[secret]" : typeof value === "string" ? value : JSON.stringify(value)]]);
}

/** What tells the entries of a list apart, whatever their order. */
function keyOf(entry: unknown): string | undefined {
    const key = isRecord(entry) ? (entry.name ?? entry.service) : undefined;
    return typeof key === "string" ? key : undefined;
}

function shown(value: string | undefined): string | undefined {
    if (value === undefined) {
        return undefined;
    }
    if (isUnknown(value)) {
        return "known after `up`";
    }
    const number = value.split("\n").length;
    return value.length <= LONGEST && number === 1 ? code(value) : number === 1 ? `${value.length} characters` : `${number} lines`;
}

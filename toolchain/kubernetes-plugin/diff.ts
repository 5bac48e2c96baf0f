// What changes between the state of an object and its new inputs, field by field, and what that replaces.
import { UNKNOWN, Value } from "../property-values";
import { at, isMap, KubeObject } from "./objects";
import { sameMeaning } from "./values";

/** A changed field. */
export interface Change {
    path: readonly (string | number)[];
    how: "added" | "deleted" | "updated";
    replaces: boolean;
}

/**
 * The changes from what the server has of the old inputs to the new inputs.
 *
 * @param before the live object pruned to its inputs
 * @param after the new inputs
 * @param replacing fields whose change replaces the object
 */
export function changes(before: KubeObject, after: KubeObject, replacing: readonly string[]): Change[] {
    const fields = replacing.map((field) => field.split("."));
    return compare([], before, after).map((change) => ({
        ...change,
        // A field, what is in it, and what it is in.
        replaces: fields.some((field) => startsWith(change.path, field) || startsWith(field, change.path)),
    }));
}

/** A path as the engine writes it: `spec.template.spec.containers[0].image`. */
export function pathText(path: readonly (string | number)[]): string {
    return path.reduce<string>((text, step) => {
        if (typeof step === "number") {
            return `${text}[${step}]`;
        }
        if (/[."[\]]/.test(step)) {
            return `${text}["${step.replaceAll('"', '\\"')}"]`;
        }
        return text === "" ? step : `${text}.${step}`;
    }, "");
}

/** The steps of a path that the engine wrote. */
export function parsePath(text: string): (string | number)[] {
    const steps = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
    return [...steps].map(([, quoted, index, plain]) =>
        quoted !== undefined ? quoted.replaceAll('\\"', '"') : index !== undefined ? Number(index) : plain,
    );
}

/** The changes without those at or below paths that are to be ignored. */
export function withoutIgnored(found: readonly Change[], ignored: readonly string[]): Change[] {
    const paths = ignored.map(parsePath);
    return found.filter(({ path }) => !paths.some((each) => startsWith(path, each)));
}

/**
 * The changes without those that come to nothing: where the server, asked what it would make of the new inputs,
 * answers with what it has.
 */
export function withoutIdle(found: readonly Change[], live: KubeObject, wouldBe: KubeObject): Change[] {
    return found.filter(({ path, how }) => {
        const before = at(live, ...path);
        return how === "deleted" ? before !== undefined : !sameMeaning(path, before, at(wouldBe, ...path));
    });
}

function compare(path: readonly (string | number)[], before: Value | undefined, after: Value | undefined): Found[] {
    if (after === undefined || before === undefined) {
        return before === after ? [] : [{ path, how: after === undefined ? "deleted" : "added" }];
    }
    if (after !== UNKNOWN && isMap(before) && isMap(after)) {
        const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
        return [...keys].flatMap((key) => compare([...path, key], before[key], after[key]));
    }
    if (Array.isArray(before) && Array.isArray(after)) {
        const length = Math.max(before.length, after.length);
        return Array.from({ length }).flatMap((_, index) => compare([...path, index], before[index], after[index]));
    }
    return sameMeaning(path, before, after) ? [] : [{ path, how: "updated" }];
}

type Found = Omit<Change, "replaces">;

function startsWith(path: readonly (string | number)[], beginning: readonly (string | number)[]): boolean {
    return beginning.every((step, index) => path[index] === step);
}

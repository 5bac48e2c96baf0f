// Conditions that a program itself sets with `pulumi.com/waitFor`: a JSONPath with a value, or a status condition.
import { Value } from "../../property-values";
import { at, conditionOf, isMap, KubeObject } from "../objects";
import type { Readiness } from "./readiness";

/** A condition, read. */
type Condition = (object: KubeObject) => boolean;

/** A judge of the conditions in the annotation: one, or a JSON list of which all have to hold. */
export function waitForReadiness(annotation: string): (object: KubeObject) => Readiness {
    const conditions = expressions(annotation).map((text) => ({ text, holds: parse(text) }));
    return (object) => {
        const open = conditions.filter(({ holds }) => !holds(object)).map(({ text }) => `${text} does not hold yet`);
        return { ready: open.length === 0, messages: open };
    };
}

function expressions(annotation: string): string[] {
    let list: unknown = annotation;
    try {
        list = JSON.parse(annotation);
    } catch {
        // One condition, which is not JSON.
    }
    const found = Array.isArray(list) ? list.map(String) : [annotation];
    if (found.length === 0) {
        throw new Error("pulumi.com/waitFor is an empty list: expected one condition or more");
    }
    return found;
}

function parse(expression: string): Condition {
    const path = /^jsonpath=\{(.+?)\}(?:=(.*))?$/s.exec(expression);
    if (path) {
        const [, steps, expected] = path;
        return (object) => {
            const found = select(object, steps);
            const wanted = expected === undefined ? undefined : unquoted(expected);
            return wanted === undefined ? found.length > 0 : found.some((value) => String(value) === wanted);
        };
    }
    const condition = /^condition=([^=]+)(?:=(.*))?$/.exec(expression);
    if (condition) {
        const [, type, expected = "True"] = condition;
        return (object) => String(conditionOf(object, type)?.status).toLowerCase() === expected.toLowerCase();
    }
    throw new Error(
        `pulumi.com/waitFor is "${expression}": expected jsonpath={<path>}, jsonpath={<path>}=<value>, ` +
            "condition=<type> or condition=<type>=<status>",
    );
}

const STEP = /\.?([A-Za-z0-9_-]+)|\['([^']+)'\]|\[(\d+|\*)\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/gy;

/** The values at a JSONPath of keys, indices, `[*]` and filters by equality. */
function select(object: KubeObject, path: string): Value[] {
    let found: Value[] = [object];
    let end = 0;
    for (const match of path.matchAll(STEP)) {
        const [text, key, quoted, index, field, wanted] = match;
        end = match.index + text.length;
        found = found.flatMap((value) => {
            if (field !== undefined) {
                return list(value).filter((row) => String(at(row, ...field.split("."))) === wanted);
            }
            if (index === "*") {
                return list(value);
            }
            const next = at(value, index === undefined ? (key ?? quoted) : Number(index));
            return next === undefined ? [] : [next];
        });
    }
    if (end !== path.length) {
        throw new Error(`The JSONPath {${path}} is not understood from "${path.slice(end)}" on`);
    }
    return found;
}

function list(value: Value): Value[] {
    return Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
}

function unquoted(text: string): string {
    return text.replace(/^(["'])(.*)\1$/, "$2");
}

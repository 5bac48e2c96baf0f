// What of a live object the inputs speak of: everything else belongs to the server or to other controllers.
import { Value } from "../property-values";
import { isMap, KubeObject } from "./objects";
import { sameMeaning } from "./values";

/**
 * The live object with only those fields that the inputs have too. A value that means the same as the input's is
 * written as the input writes it.
 */
export function pruned(live: KubeObject, inputs: KubeObject): KubeObject {
    return prune(live, inputs, []) as KubeObject;
}

function prune(live: Value, input: Value, path: readonly (string | number)[]): Value {
    if (isMap(live) && isMap(input)) {
        return Object.fromEntries(
            Object.entries(input)
                .filter(([key]) => Object.hasOwn(live, key))
                .map(([key, inner]) => [key, prune(live[key], inner, [...path, key])]),
        );
    }
    if (Array.isArray(live) && Array.isArray(input)) {
        const rows = matched(live, input).map((row, index) =>
            row.input === undefined ? row.live : prune(row.live, row.input, [...path, index]),
        );
        // What others have put into a list, as controllers do with tolerations, is not ours.
        return rows.slice(0, input.length);
    }
    return sameMeaning(path, live, input) ? input : live;
}

// Rows of the live list, in the order of the inputs when both name their rows.
function matched(live: Value[], input: Value[]): { live: Value; input: Value | undefined }[] {
    const names = input.map(rowName);
    if (names.every((name) => name !== undefined) && new Set(names).size === names.length) {
        const byName = new Map(live.map((row) => [rowName(row), row]));
        return input.flatMap((row, index) => {
            const found = byName.get(names[index]);
            return found === undefined ? [] : [{ live: found, input: row }];
        });
    }
    return live.map((row, index) => ({ live: row, input: input[index] }));
}

function rowName(row: Value | undefined): string | undefined {
    return isMap(row) && typeof row.name === "string" ? row.name : undefined;
}

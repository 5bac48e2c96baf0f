// A tree of settings while it is being checked: what is wrong in itself is taken out.
import { Settings } from "./settings";

type Loose<T> = T extends (infer E)[]
    ? (Loose<E> | undefined)[]
    : T extends object
      ? { [K in keyof T]?: Loose<T[K]> }
      : T;

/** Settings of which any part may be missing. */
export type Draft = Loose<Settings>;
/** One app of which any setting may be missing. */
export type AppDraft = NonNullable<NonNullable<Draft["apps"]>[string]>;

/** A path by its parts. */
export type Path = readonly PropertyKey[];

/** A problem by the parts of its path. */
export interface Finding {
    path: Path;
    reason: string;
}

/** Says what was given at a path: `got 5, ` or `missing; `, never a secret. */
export type Given = (value: unknown, path: Path) => string;

/** The value at a path; undefined when there is none. */
export function valueAt(tree: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (node, part) =>
            typeof node === "object" && node !== null && Object.hasOwn(node, part)
                ? (node as Record<PropertyKey, unknown>)[part]
                : undefined,
        tree,
    );
}

/** The tree without the values at the paths. */
export function without(tree: unknown, paths: readonly Path[]): Draft {
    const copy = structuredClone(tree);
    for (const path of paths) {
        const last = path.at(-1);
        if (last === undefined) {
            return {}; // The whole tree is wrong.
        }
        const parent = valueAt(copy, path.slice(0, -1));
        if (typeof parent === "object" && parent !== null) {
            // The key stays: a database with a wrong setting still is one that an app may name.
            (parent as Record<PropertyKey, unknown>)[last] = undefined;
        }
    }
    return copy as Draft;
}

/** A path in the notation of `pulumi config set --path`: `apps.shop.tasks[0].name`. */
export function pathText(path: Path): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === "number") {
            return `${text}[${part}]`;
        }
        const name = String(part);
        if (!/^[A-Za-z_][\w-]*$/.test(name)) {
            return `${text}[${JSON.stringify(name)}]`;
        }
        return text === "" ? name : `${text}.${name}`;
    }, "");
}

/** The parts of a path that the components name: `storage.external.urls[0]`. */
export function pathParts(text: string): Path {
    return text
        .split(/[.[\]]+/)
        .filter((part) => part !== "")
        .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

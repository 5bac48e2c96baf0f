// From the engine's steps to one change for each resource (pure).
import { Preview, ResourceState, Step, urnParts } from "./preview";

/** What becomes of a resource. */
export type Kind = "replace" | "delete" | "create" | "update" | "move";

/** The change of one resource. */
export interface Change {
    kind: Kind;
    urn: string;
    type: string;
    name: string;
    before?: ResourceState;
    after?: ResourceState;
    /** Paths of the properties that cause a replacement, or that change. */
    paths: readonly string[];
    /** Which one of a replaced object is there first; undefined where the source does not tell. */
    first?: "old" | "new";
    /** The name before it was moved, when it was. */
    formerName?: string;
    /** The component that it belongs to; undefined for what stands in the stack itself. */
    component?: Component;
}

/** The component that a change is told under. */
export interface Component {
    urn: string;
    type: string;
    name: string;
}

const REPLACING = new Set([
    ...["replace", "create-replacement", "delete-replaced", "read-replacement", "import-replacement", "discard-replaced"],
]);
const KINDS: Readonly<Record<string, Kind>> = { create: "create", import: "create", update: "update", delete: "delete" };
const STACK = "pulumi:pulumi:Stack";
/** What only composes: its parts are told one by one. */
const COMPOSES = new Set([STACK, "traced-environment:index:TracedEnvironment"]);

/** All changes, by component and name, in an order that does not depend on the engine's. */
export function changesOf({ steps }: Pick<Preview, "steps">): Change[] {
    const parents = parentsOf(steps);
    return [...grouped(steps).values()]
        .flatMap((all) => changeOf(all) ?? [])
        .map((change) => ({ ...change, component: componentOf(change, parents) }))
        .sort(
            (a, b) =>
                compared(a.component?.name ?? "", b.component?.name ?? "") ||
                compared(a.name, b.name) ||
                compared(a.urn, b.urn),
        );
}

function grouped(steps: readonly Step[]): Map<string, Step[]> {
    const groups = new Map<string, Step[]>();
    steps.forEach((step) => groups.set(step.urn, [...(groups.get(step.urn) ?? []), step]));
    return groups;
}

function changeOf(steps: readonly Step[]): Change | undefined {
    const { urn } = steps[0];
    const { type, name } = urnParts(urn);
    if (type === STACK) {
        return undefined;
    }
    const replacing = steps.filter(({ op }) => REPLACING.has(op));
    const telling = replacing.find(({ op }) => op !== "delete-replaced") ?? replacing[0] ?? steps.find(({ op }) => KINDS[op]);
    const moved = steps.find(({ before, after }) => before?.urn && after?.urn && before.urn !== after.urn);
    const formerName = moved && urnParts(moved.before!.urn!).name;
    if (!telling) {
        return moved && { kind: "move", urn, type, name, before: moved.before, after: moved.after, paths: [], formerName };
    }
    const kind = replacing.length > 0 ? "replace" : KINDS[telling.op];
    return {
        kind,
        urn,
        type,
        name,
        before: telling.before ?? replacing.find(({ before }) => before)?.before,
        after: telling.after,
        paths: pathsOf(telling, kind),
        first: firstOf(replacing),
        formerName,
    };
}

// The paths say more than the keys: which entry of a list, which key of a map.
function pathsOf({ detailed, replaceKeys, changedKeys }: Step, kind: Kind): string[] {
    const paths = Object.entries(detailed).filter(([, diff]) => kind !== "replace" || diff.includes("replace"));
    const keys = kind === "replace" ? replaceKeys : changedKeys;
    return [...new Set(paths.length > 0 ? paths.map(([path]) => path) : keys)].sort(compared);
}

function firstOf(steps: readonly Step[]): "old" | "new" | undefined {
    const made = steps.findIndex(({ op }) => op === "create-replacement");
    const removed = steps.findIndex(({ op }) => op === "delete-replaced");
    return made < 0 || removed < 0 ? undefined : removed < made ? "old" : "new";
}

function parentsOf(steps: readonly Step[]): Map<string, string> {
    return new Map(
        steps.flatMap(({ urn, before, after }) => {
            const parent = after?.parent ?? before?.parent;
            return parent ? [[urn, parent] as const] : [];
        }),
    );
}

/** The outermost component that does more than compose; a component belongs to itself. */
function componentOf({ urn, type, before, after }: Change, parents: ReadonlyMap<string, string>): Component | undefined {
    const chain = isComponent(type) ? [urn] : [];
    const seen = new Set<string>();
    for (let next = after?.parent ?? before?.parent; next && !seen.has(next); next = parents.get(next)) {
        seen.add(next);
        chain.push(next);
    }
    const parts = chain.map((each) => ({ urn: each, type: urnParts(each).type, name: urnParts(each).name }));
    return parts.filter((part) => isComponent(part.type) && !COMPOSES.has(part.type)).pop();
}

/** Packages whose resources are objects of a platform, and not components. */
const OBJECTS = /^(docker|kubernetes|random|tls|pulumi):/;

/** Whether a type is that of a component. */
export function isComponent(type: string): boolean {
    return !OBJECTS.test(type);
}

/** The order of texts, the same on every machine. */
export function compared(a: string, b: string): number {
    const [x, y] = [natural(a), natural(b)];
    return x < y ? -1 : x > y ? 1 : 0;
}

// Numbers in names count as numbers: shop-2 stands before shop-10.
function natural(text: string): string {
    return text.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}

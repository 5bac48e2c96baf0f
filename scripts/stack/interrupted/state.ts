// What a state tells of a command that was killed while it made something (pure).

/** An operation that Pulumi had begun. */
export interface Operation {
    type: string;
    resource: { type: string; inputs?: Record<string, unknown> };
}

/** Something that was being made when the command ended. */
export interface Unfinished {
    /** What it is for people, e.g. `container`. */
    kind: string;
    name: string;
    /** The type of its resource. */
    type: string;
    /** Of an object in a cluster: what finds it there. */
    object?: { apiVersion: string; namespace?: string };
}

/** How it is removed. */
export interface Removing {
    /** The {@link identity} of all that the state knows, which stays. */
    known: ReadonlySet<string>;
    /** Whether it is made again at once: then the claims of a set stay for the next one. */
    again: boolean;
    /** Tells that it is removed. */
    tell(): void;
}

interface State {
    deployment?: { resources?: { type?: string; id?: string }[]; pending_operations?: Operation[] };
}

/** By what a thing is told from all others: ids are of their type. */
export function identity({ type = "", id = "" }: { type?: string; id?: string }): string {
    return `${type} ${id}`;
}

/**
 * What was being made, by a state as `pulumi stack export` prints it; the {@link identity} of all that it knows; and it
 * without the first.
 *
 * @param read what an operation was making, if that may be removed
 */
export function readInterrupted(
    state: string,
    read: (operation: Operation) => Unfinished | undefined,
): { unfinished: Unfinished[]; known: Set<string>; without: string } {
    const parsed = JSON.parse(state) as State;
    const { resources = [], pending_operations = [] } = parsed.deployment ?? {};
    const unfinishedOf = (operation: Operation) => (operation.type === "creating" ? read(operation) : undefined);
    const others = pending_operations.filter((each) => unfinishedOf(each) === undefined);
    return {
        unfinished: pending_operations.map(unfinishedOf).filter((each) => each !== undefined),
        known: new Set(resources.filter(({ id }) => id !== undefined).map(identity)),
        without: JSON.stringify({ ...parsed, deployment: { ...parsed.deployment, pending_operations: others } }),
    };
}

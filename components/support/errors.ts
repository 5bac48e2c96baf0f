// Errors a user can mend: every problem of a set of arguments at once, by path, with the way out.
import { inspect } from "util";

import type { Resource } from "@pulumi/pulumi";
// This module alone: the commands check settings too, and would wait a second for the whole SDK.
import { InputPropertiesError, ResourceError, RunError } from "@pulumi/pulumi/errors";

/** One thing that is wrong with what the user gave. */
export interface Problem {
    /** Where it stands, e.g. `apps.shop.replicas`. */
    path: string;
    /** What was given, what is expected and how to mend it. */
    reason: string;
}

/** `path: reason`, a line each, in the order of the paths. */
export function describeProblems(problems: readonly Problem[]): string {
    return [...problems]
        .sort((a, b) => a.path.localeCompare(b.path))
        .map((problem) => `  - ${problem.path}: ${problem.reason}`)
        .join("\n");
}

/** What was given, for a message: as JSON, cut when long. Never called with a secret. */
export function shown(value: unknown): string {
    const text = JSON.stringify(value) ?? "nothing";
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * An error that a user can mend: the program ends with its message, without a stack.
 * Given a resource, it is reported at that resource.
 */
export function userError(message: string, resource?: Resource): Error {
    const error = resource ? new ResourceError(message, resource, true) : new RunError(message);
    // In a plugin Pulumi's SDK prints an error with the promise it hangs on, and by that all it holds in memory: for
    // most of a minute, while the user waits for the message.
    return Object.defineProperty(error, inspect.custom, { value: () => error.message });
}

function describeRefusal(component: string, name: string, problems: readonly Problem[]): string {
    return `${component} "${name}" can't be made from these arguments:\n${describeProblems(problems)}`;
}

/** Refuses arguments that turned out to be wrong when they became known. */
export function refuseLate(component: string, name: string, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        throw userError(describeRefusal(component, name, problems));
    }
}

/**
 * Collects the problems of one component's arguments; {@link Problems.throwIfAny} reports them together, before the
 * first child is made.
 */
export class Problems {
    private readonly found: Problem[] = [];

    /** Notes a problem when the condition does not hold; the reason may be a function to save the work. */
    expect(holds: boolean, path: string, reason: string | (() => string)): void {
        if (!holds) {
            this.found.push({ path, reason: typeof reason === "string" ? reason : reason() });
        }
    }

    /** Takes over problems that a pure check found. */
    add(problems: readonly Problem[]): void {
        this.found.push(...problems);
    }

    /**
     * Throws all problems as one error.
     * The message itself lists every path: a TypeScript program shows nothing else of an error; a plugin's caller in
     * another language gets the same problems as structured input errors.
     */
    throwIfAny(component: string, name: string): void {
        if (this.found.length === 0) {
            return;
        }
        throw new InputPropertiesError({
            message: describeRefusal(component, name, this.found),
            errors: this.found.map(({ path, reason }) => ({ propertyPath: path, reason })),
        });
    }
}

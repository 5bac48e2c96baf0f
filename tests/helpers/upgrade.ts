// What a preview on the state of an earlier release says of what that release made: pure.
import { holdsData } from "../../scripts/summary/data";

/** One step of `pulumi preview --json`, as far as an upgrade is judged by it. */
export interface Step {
    op: string;
    urn: string;
    oldState?: { type: string; inputs?: Record<string, unknown> };
    newState?: { type: string; inputs?: Record<string, unknown> };
    replaceReasons?: string[] | null;
    diffReasons?: string[] | null;
}

/** Operations that end the life of an object, or make one where there was none. */
const ENDS = ["delete", "delete-replaced", "replace", "create-replacement", "discard", "discard-replaced"];
const UNCHANGED = ["same", "read", "refresh"];

function typeAndName({ urn, oldState, newState }: Step): { type: string; name: string; inputs?: Record<string, unknown> } {
    const [, , types, name] = urn.split("::");
    const state = oldState ?? newState;
    return { type: state?.type ?? types.split("$").pop()!, name, inputs: state?.inputs };
}

/** What of an earlier release would be replaced or deleted that holds data. */
export function losses(steps: readonly Step[]): string[] {
    return steps
        .filter(({ op }) => ENDS.includes(op))
        .filter((step) => {
            const { type, name, inputs } = typeAndName(step);
            return holdsData(type, name, inputs);
        })
        .map((step) => `${step.op} ${typeAndName(step).type} ${typeAndName(step).name}`)
        .sort();
}

/** What of an earlier release holds data, by the resources of its state. */
export function dataHolders(resources: readonly { type: string; urn: string; inputs?: Record<string, unknown> }[]): string[] {
    return resources
        .filter(({ type, urn, inputs }) => holdsData(type, urn.split("::")[3], inputs))
        .map(({ type, urn }) => `${type} ${urn.split("::")[3]}`)
        .sort();
}

/** All that an upgrade changes, a line each with the properties that cause it; providers are the machine's. */
export function changeLines(steps: readonly Step[]): string[] {
    return steps
        .filter(({ op }) => !UNCHANGED.includes(op))
        .map((step) => ({ step, ...typeAndName(step) }))
        .filter(({ type }) => !type.startsWith("pulumi:providers:"))
        .map(({ step, type, name }) => {
            const reasons = [...(step.replaceReasons ?? step.diffReasons ?? [])].sort().join(", ");
            return `${step.op} ${type} ${name}${reasons === "" ? "" : ` (${reasons})`}`;
        })
        .sort();
}

// What a preview on the state of an earlier release says of what that release made: pure.

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

/** What a name ends in that Pulumi finds: that of a volume which is made of files, and made anew for other ones. */
const AUTONAMED = /-[0-9a-f]{7}$/;

/** Whether an object holds data, or what can't be made again, such as a password that is in use. */
function holdsData(type: string, name: string, inputs: Record<string, unknown> = {}): boolean {
    switch (type) {
        case "docker:index/volume:Volume":
            return (inputs.driverOpts as { type?: string } | undefined)?.type !== "tmpfs" && !AUTONAMED.test(String(inputs.name));
        case "random:index/randomPassword:RandomPassword":
            return !name.endsWith("-digest-key");
        case "kubernetes:core/v1:Namespace":
        case "kubernetes:core/v1:PersistentVolumeClaim":
        case "kubernetes:apps/v1:StatefulSet":
        case "random:index/randomId:RandomId":
        case "random:index/randomString:RandomString":
            return true;
        default:
            return false;
    }
}

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

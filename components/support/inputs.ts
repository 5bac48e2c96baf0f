// Reading records that may arrive as a whole output, and values that others may use only once something is ready.
import * as pulumi from "@pulumi/pulumi";

/**
 * One field of a record that is an input (from another stack or language the whole record arrives as one output).
 * A record that is plain is read field by field, so that one unknown field does not make the others unknown at preview.
 */
export function field<T extends object, K extends keyof T>(
    record: pulumi.Input<T>,
    key: K,
): pulumi.Output<pulumi.Unwrap<T[K]>> {
    if (pulumi.Output.isInstance(record) || record instanceof Promise) {
        return pulumi.output(record).apply((value) => (value as T)[key]) as unknown as pulumi.Output<
            pulumi.Unwrap<T[K]>
        >;
    }
    return pulumi.output((record as T)[key]) as unknown as pulumi.Output<pulumi.Unwrap<T[K]>>;
}

/**
 * Whether a record names a field, as far as is plain: of a record that is an output as a whole nothing is known before
 * it is there. What decides which resources are made may look no further.
 */
export function namesPlainly<T extends object>(
    record: pulumi.Input<T> | undefined,
    key: keyof T,
): boolean {
    const later = pulumi.Output.isInstance(record) || record instanceof Promise;
    return !later && (record as T | undefined)?.[key] !== undefined;
}

/**
 * A known value that is there only once the resources are.
 * It orders those who use it, without making them depend on the resources' properties: replacing the resources (a
 * database's container, say) then does not replace everything that merely calls them.
 */
export function onceReady<T>(value: T, ready: readonly pulumi.Resource[]): pulumi.Output<T> {
    const made = new Promise<T>((resolve) => {
        pulumi.all(ready.map((resource) => resource.urn)).apply(() => resolve(value));
    });
    return pulumi.output(made) as pulumi.Output<T>;
}

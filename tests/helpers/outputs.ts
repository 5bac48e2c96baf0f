// What outputs come to.
import * as pulumi from "@pulumi/pulumi";

/** A value whose parts are outputs, once they are known. */
export function known<T>(value: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
    return new Promise((resolve) => pulumi.output(value).apply((result) => resolve(result as pulumi.Unwrap<T>)));
}

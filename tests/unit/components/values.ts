// Reading the values of outputs.
import * as pulumi from "@pulumi/pulumi";

/** The value of an output that is known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
    return new Promise((resolve, reject) => {
        // The promise beneath is the one place that tells of a failure.
        (output as unknown as { promise(): Promise<unknown> }).promise().catch(reject);
        pulumi.output(output).apply((value) => resolve(value as pulumi.Unwrap<T>));
    });
}

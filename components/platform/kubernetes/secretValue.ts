// A value of a Secret that others keep in the cluster: read at each run, never written.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { Scope, SecretKey } from "../workload";

/** Reads the value. */
export function secretValue({ name, namespace, secret, key }: SecretKey, scope: Scope): pulumi.Output<string> {
    const read = kubernetes.core.v1.Secret.get(name, `${namespace}/${secret}`, { parent: scope.parent });
    return pulumi.secret(
        read.data.apply((data) => {
            const value = data?.[key];
            if (value === undefined) {
                throw userError(`${name}: the Secret "${secret}" of the namespace "${namespace}" has no key "${key}".`);
            }
            return Buffer.from(value, "base64").toString("utf8");
        }),
    );
}

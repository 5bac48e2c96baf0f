// What a resource's type token says: group, version and kind, and whether it patches an object of others.
import type { ObjectKind } from "./objects";

const PACKAGE = "kubernetes";

/** Parts of the official provider that are more than plain objects. */
const NOT_PLAIN = /^kubernetes:(helm\.sh|kustomize|yaml)\//;

/** Group, version and kind of a token such as `kubernetes:apps/v1:Deployment`. */
export function parseToken(token: string): ObjectKind {
    const [packageName, groupVersion, kind] = token.split(":");
    const [group, version, ...rest] = (groupVersion ?? "").split("/");
    if (packageName !== PACKAGE || !kind || !version || rest.length > 0) {
        throw new Error(
            `"${token}" is no resource of Kubernetes: expected ${PACKAGE}:<group>/<version>:<kind>, ` +
                `as in ${PACKAGE}:apps/v1:Deployment`,
        );
    }
    if (NOT_PLAIN.test(token)) {
        throw new Error(
            `This kubernetes provider was made from packages and does not serve ${token}: only plain objects ` +
                "and patches of them. Install the official plugin for charts, kustomizations and YAML files",
        );
    }
    return { group: group === "core" ? "" : group, version, kind };
}

/** Whether the token is that of the patch resource of a kind, as `ConfigMapPatch` is of `ConfigMap`. */
export function isPatch(token: string, kind: string): boolean {
    return kind !== "" && token.split(":")[2] === `${kind}Patch`;
}

/** Whether the token names a list, which can't be created. */
export function isList(token: string, kind: string): boolean {
    return kind.endsWith("List") && token.split(":")[2] === kind;
}

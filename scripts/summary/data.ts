// What holds data, and what its end means for them (pure).
import { isRecord } from "./secrets";

/** What a name ends in that Pulumi finds: that of a volume which is made of files, and made anew for other ones. */
const AUTONAMED = /-[0-9a-f]{7}$/;

/** Whether an object holds data, or what can't be made again, such as a password that is in use. */
export function holdsData(type: string, name: string, inputs: Record<string, unknown> = {}): boolean {
    switch (type) {
        case "docker:index/volume:Volume":
            return !isInMemory(inputs) && !AUTONAMED.test(String(inputs.name));
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

/** Whether a volume of Docker is one in memory. */
export function isInMemory({ driverOpts }: Record<string, unknown>): boolean {
    return isRecord(driverOpts) && driverOpts.type === "tmpfs";
}

/** Whether a StatefulSet leaves its claims, and so its data, when it is deleted; Kubernetes' default does. */
export function keepsClaims({ spec }: Record<string, unknown>): boolean {
    const policy = isRecord(spec) ? spec.persistentVolumeClaimRetentionPolicy : undefined;
    return !isRecord(policy) || policy.whenDeleted !== "Delete";
}

// Whether a cluster can make the volumes that a stack wants, told before anything is made (pure).
import type { V1PersistentVolume, V1StorageClass } from "@kubernetes/client-node";

const IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

/**
 * Why there is no volume of a class; undefined when there may be one.
 *
 * @param wanted the class; undefined for the cluster's default
 * @param volumes those that are there: people make some by hand, of classes that are only a word
 */
export function storageClassProblem(
    wanted: string | undefined,
    classes: readonly V1StorageClass[],
    volumes: readonly V1PersistentVolume[],
): string | undefined {
    const names = classes.map(({ metadata }) => metadata?.name ?? "").sort();
    const isDefault = ({ metadata }: V1StorageClass) => metadata?.annotations?.[IS_DEFAULT] === "true";
    if (wanted === undefined ? classes.some(isDefault) : names.includes(wanted)) {
        return undefined;
    }
    if (volumes.some(({ spec }) => (spec?.storageClassName ?? "") === (wanted ?? ""))) {
        return undefined;
    }
    const there = names.length === 0 ? "it has none, so it makes no volumes" : `it has ${names.join(", ")}`;
    const got = wanted === undefined ? "missing, and the cluster has no default StorageClass" : `got "${wanted}", which the cluster does not have`;
    return `kubernetes.storageClass: ${got}; ${there}. Name one that it has. Nothing was changed.`;
}

// Whether the cluster of a stack has the StorageClass of its volumes, asked before anything is made.
import { openCluster } from "../cluster/client";
import { storageClassProblem } from "../cluster/storageClasses";
import { Stack } from ".";
import { asRecord, hasVolumes, setting } from "./settings";

/** Throws when the stack wants volumes that its cluster can't make. */
export async function checkStorageClass({ cluster, settings, project }: Stack): Promise<void> {
    if (!cluster || !hasVolumes(settings, project.name)) {
        return;
    }
    const { storageClass } = asRecord(setting(settings, project.name, "kubernetes"));
    const { library, config, core } = await openCluster(cluster);
    const found = await Promise.all([
        config.makeApiClient(library.StorageV1Api).listStorageClass(),
        core.listPersistentVolume(),
        // Not everybody may look at what belongs to the whole cluster.
    ]).catch(() => undefined);
    if (!found) {
        return;
    }
    const [classes, volumes] = found;
    const wanted = typeof storageClass === "string" ? storageClass : undefined;
    const problem = storageClassProblem(wanted, classes.items, volumes.items);
    if (problem !== undefined) {
        throw new Error(problem);
    }
}

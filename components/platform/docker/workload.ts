// A workload as containers: its volumes and networks first, then its instances one after the other.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { onceReady } from "../../support/inputs";
import { joinName, physicalName, shortHash } from "../../support/names";
import { labelsOf, scrapeMarks } from "../labels";
import { FolderReference, PlacedWorkload, Reach, Replacement, Scope, Workload } from "../workload";
import { hardening, labelList, LABELS_STAY, networking } from "./container";
import { declareOwn } from "./declaredFile";
import { plainVariables } from "./environment";
import { healthcheck } from "./probe";
import { prepareProcess } from "./process";
import { runTask } from "./task";

/** What holds data keeps its name too, whatever the settings call the rest: another name would be an empty volume. */
const DATA_STAY: pulumi.CustomResourceOptions = { ignoreChanges: ["driver", "driverOpts", "labels", "name"] };

/** The network that a workload owns, which its callers join; nobody gets out of it. */
function ownNetwork(workload: Workload, physical: string, scope: Scope): docker.Network {
    return new docker.Network(
        `${workload.name}-network`,
        {
            name: joinName([physical, "network"]),
            internal: true,
            labels: labelList(labelsOf(workload, scope)),
            ...(scope.subnet ? { ipamConfigs: [{ subnet: scope.subnet }] } : {}),
        },
        { parent: scope.parent, ...LABELS_STAY },
    );
}

/** Where a workload that publishes ports meets the host: nobody else joins it. */
function edgeNetwork(workload: Workload, physical: string, scope: Scope): docker.Network {
    return new docker.Network(
        `${workload.name}-edge`,
        { name: joinName([physical, "edge"]), labels: labelList(labelsOf(workload, scope)) },
        { parent: scope.parent, ...LABELS_STAY },
    );
}

/** A folder in memory that several containers share: who declares a file in it writes it again after a restart. */
function watchedVolume(workload: Workload, folder: string, physical: string, scope: Scope): docker.Volume {
    const { uid, gid } = workload.user;
    return new docker.Volume(
        `${workload.name}-${folder}`,
        {
            name: joinName([physical, folder]),
            driver: "local",
            // A volume on disk would belong to root, and nothing here runs as root to change that.
            driverOpts: { type: "tmpfs", device: "tmpfs", o: `uid=${uid},gid=${gid},mode=0755,size=16m` },
            labels: labelList(labelsOf(workload, scope)),
        },
        { parent: scope.parent, ...LABELS_STAY },
    );
}

/** The volumes of one instance that hold data, as it mounts them. */
function dataVolumes(
    workload: Workload,
    index: number,
    physical: string,
    scope: Scope,
): docker.types.input.ContainerVolume[] {
    return (workload.volumes ?? []).map((volume) => ({
        volumeName: new docker.Volume(
            `${workload.name}-${volume.name}-${index}`,
            {
                name: joinName([physical, volume.name, String(index)]),
                labels: labelList(labelsOf(workload, scope)),
            },
            { parent: scope.parent, retainOnDelete: volume.keep, ...DATA_STAY },
        ).name,
        containerPath: volume.path,
    }));
}

/** Lets the workload look at the data of one instance; the result is there once it found them good. */
function checkData(
    workload: Workload,
    command: string[],
    index: number,
    volumes: readonly docker.types.input.ContainerVolume[],
    scope: Scope,
): pulumi.Output<pulumi.Resource[]> {
    const { labels, image, user } = workload;
    const name = `${workload.name}-data-check-${index}`;
    return runTask(
        { name, role: "data-check", labels, image, user, command, memory: 64, timeout: 600 },
        scope,
        volumes.map((volume) => ({ ...volume, readOnly: true })),
    );
}

/**
 * Gives new volumes to the workload's user: the engine copies the owner of the image's folder when an empty volume is
 * mounted there, also into a container that never starts.
 */
function ownVolumes(
    workload: Workload,
    index: number,
    volumes: readonly docker.types.input.ContainerVolume[],
    image: pulumi.Output<string>,
    physical: string,
    scope: Scope,
): docker.Container[] {
    return (workload.volumes ?? []).flatMap(({ name, ownedAs }, position) =>
        ownedAs === undefined
            ? []
            : [
                  new docker.Container(
                      `${workload.name}-${name}-${index}-owner`,
                      {
                          ...hardening(workload.user),
                          name: joinName([physical, name, String(index), "owner"]),
                          image,
                          start: false,
                          mustRun: false,
                          networkMode: "none",
                          command: ["true"],
                          labels: labelList(labelsOf(workload, scope)),
                          volumes: [{ ...volumes[position], containerPath: ownedAs }],
                      },
                      { parent: scope.parent, deleteBeforeReplace: true },
                  ),
              ],
    );
}

/** Makes a workload's resources. */
export function placeWorkload(workload: Workload, scope: Scope): PlacedWorkload {
    const physical = physicalName(scope.environmentId, workload.name);
    const indices = Array.from({ length: workload.replicas }, (_, index) => index);
    const data = indices.map((index) => dataVolumes(workload, index, physical, scope));
    const { dataCheck } = workload;
    const checked = dataCheck
        ? pulumi
              .all(indices.map((index) => checkData(workload, dataCheck, index, data[index], scope)))
              .apply((resources) => resources.flat() as pulumi.Resource[])
        : [];
    const { image, mounts, networks, common, madeOf } = prepareProcess(workload, scope, {
        publishes: (workload.publishes?.length ?? 0) > 0,
        after: checked,
    });
    const own = workload.offers === undefined ? undefined : ownNetwork(workload, physical, scope);
    const edge = workload.publishes?.length ? edgeNetwork(workload, physical, scope) : undefined;
    const folders: Record<string, FolderReference> = {};
    const ownFiles: pulumi.Resource[] = [];
    const watched = (workload.watched ?? []).map((folder) => {
        const volume = watchedVolume(workload, folder.name, physical, scope);
        folders[folder.name] = { volume: volume.name, image };
        ownFiles.push(...declareOwn(workload, folder, folders[folder.name], scope));
        return { volumeName: volume.name, containerPath: folder.path, readOnly: true };
    });

    const beside = workload.replacement === Replacement.Beside;
    const check = healthcheck(workload.readiness, workload.httpClient);
    const ready: docker.Container[] = [];
    for (const index of indices) {
        const place = joinName([physical, String(index)]);
        // Two that are there at the same time don't call themselves the same.
        const identity = beside
            ? madeOf.apply((digest) => joinName([place, shortHash(digest + JSON.stringify(check))]))
            : place;
        const owners = ownVolumes(workload, index, data[index], image, physical, scope);
        ready.push(
            new docker.Container(
                `${workload.name}-${index}`,
                {
                    ...common,
                    labels: labelList(labelsOf(workload, scope).apply((own) => ({ ...own, ...scrapeMarks(workload.metrics) }))),
                    // Beside another one it needs a name of its own, also when the other one was made of the same and
                    // never became ready: Pulumi then finds one.
                    ...(beside ? {} : { name: place }),
                    hostname: identity,
                    envs: plainVariables(workload.environment ?? {}, identity),
                    volumes: [...mounts.map((mount) => mount.volume), ...watched, ...data[index]],
                    ...networking([
                        ...(own ? [{ name: own.name, aliases: [physical] }] : []),
                        ...(edge ? [{ name: edge.name }] : []),
                        ...networks.map((name) => ({ name })),
                    ]),
                    ports: (workload.publishes ?? []).map((port) => ({
                        internal: port.internal,
                        external: port.external,
                        ip: port.address,
                        protocol: "tcp",
                    })),
                    healthcheck: check,
                    wait: true,
                    waitTimeout: workload.readyTimeout,
                    restart: "unless-stopped",
                    destroyGraceSeconds: workload.stopGrace,
                    stopTimeout: workload.stopGrace,
                },
                {
                    parent: scope.parent,
                    deleteBeforeReplace: !beside,
                    // The provider would note a changed check in the state and leave the container as it is; and an
                    // instance that never became ready would count as ready at the next run.
                    replaceOnChanges: ["healthcheck", "#initerror"],
                    dependsOn: pulumi.all([workload.dependsOn ?? [], checked]).apply(([before, good]) => [
                        ...(before as pulumi.Resource[]),
                        ...(good as pulumi.Resource[]),
                        ...owners,
                        ...mounts.map((mount) => mount.filledBy),
                        ...ownFiles,
                        // One at a time, each ready before the next.
                        ...ready.slice(index - 1, index),
                    ]),
                },
            ),
        );
    }
    const reach: Reach | undefined =
        own && workload.offers !== undefined
            ? { network: own.name, port: pulumi.output(workload.offers) }
            : undefined;
    return {
        host: onceReady(physical, ready),
        addressOf: (port) => onceReady(`${physical}:${port}`, ready),
        instances: ready.map((container, index) =>
            beside ? container.name : onceReady(joinName([physical, String(index)]), [container]),
        ),
        reach,
        publishedAt: onceReady(workload.publishes?.[0]?.address ?? "", ready),
        publishedFrom: edge
            ? edge.ipamConfigs.apply((pools) => (pools ?? []).flatMap(({ subnet }) => subnet ?? []))
            : pulumi.output([]),
        folders,
        ready,
    };
}

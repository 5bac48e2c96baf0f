// A workload as containers: its files, networks and volumes first, then its instances one after the other.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { onceReady } from "../../support/inputs";
import { joinName, physicalName, shortHash } from "../../support/names";
import {
    FolderReference,
    INSTANCE_NAME,
    PlacedWorkload,
    Process,
    Reach,
    Replacement,
    Scope,
    Workload,
} from "../workload";
import {
    callerNetworks,
    hardening,
    imageId,
    labelList,
    labelsOf,
    LABELS_STAY,
    limits,
    logging,
    networking,
    tmpfs,
} from "./container";
import { LAUNCHER, plainVariables, secretMount } from "./environment";
import { MountedFiles, mountFiles } from "./files";
import { healthcheck } from "./probe";

/** The parts of a process that do not differ between its instances. */
export interface PreparedProcess {
    physical: string;
    image: pulumi.Output<string>;
    mounts: MountedFiles[];
    networks: pulumi.Output<string | undefined>[];
    /** What every container of the process has, but for its name and environment. */
    common: docker.ContainerArgs;
    /** A digest of what decides how the process behaves. */
    madeOf: pulumi.Output<string>;
}

/** Makes what the containers of a process share. */
export function prepareProcess(process: Process, scope: Scope, publishes = false): PreparedProcess {
    const physical = physicalName(scope.environmentId, process.name);
    const image = imageId(process, scope);
    const secrets = secretMount(process.environment ?? {});
    const mounts = [...(process.fileMounts ?? []), ...(secrets ? [secrets] : [])].map((mount) =>
        mountFiles(mount, process, image, physical, scope),
    );
    const common: docker.ContainerArgs = {
        ...hardening(process.user),
        ...limits(process.memory),
        ...logging,
        image,
        labels: labelList(labelsOf(process, scope)),
        tmpfs: tmpfs(process.scratch),
        ...(secrets ? { entrypoints: [...LAUNCHER] } : {}),
        ...(process.command ? { command: process.command } : {}),
    };
    const networks = callerNetworks(
        process,
        publishes || process.egress === true,
        scope,
        joinName([physical, "egress"]),
    );
    const madeOf = pulumi
        .all([
            image,
            // Which instance it is changes nothing.
            pulumi.all(plainVariables(process.environment ?? {}, INSTANCE_NAME)),
            pulumi.all(process.command ?? []),
            pulumi.all(mounts.map((mount) => pulumi.output(mount.volume.volumeName))),
            pulumi.all(networks),
            labelsOf(process, scope),
            process.user,
        ])
        .apply((parts) => shortHash(JSON.stringify(parts)));
    return { physical, image, mounts, networks, common, madeOf };
}

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

/** Makes a workload's resources. */
export function placeWorkload(workload: Workload, scope: Scope): PlacedWorkload {
    const { physical, image, mounts, networks, common, madeOf } = prepareProcess(
        workload,
        scope,
        (workload.publishes?.length ?? 0) > 0,
    );
    const own = workload.offers === undefined ? undefined : ownNetwork(workload, physical, scope);
    const edge = workload.publishes?.length ? edgeNetwork(workload, physical, scope) : undefined;
    const folders: Record<string, FolderReference> = {};
    const watched = (workload.watched ?? []).map((folder) => {
        const volume = watchedVolume(workload, folder.name, physical, scope);
        folders[folder.name] = { volume: volume.name, image };
        return { volumeName: volume.name, containerPath: folder.path, readOnly: true };
    });

    const beside = workload.replacement === Replacement.Beside;
    const check = healthcheck(workload.readiness, workload.httpClient);
    const ready: docker.Container[] = [];
    for (let index = 0; index < workload.replicas; index++) {
        const place = joinName([physical, String(index)]);
        // Two that are there at the same time don't call themselves the same.
        const identity = beside
            ? madeOf.apply((digest) => joinName([place, shortHash(digest + JSON.stringify(check))]))
            : place;
        const volumes = (workload.volumes ?? []).map((volume) => ({
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
        ready.push(
            new docker.Container(
                `${workload.name}-${index}`,
                {
                    ...common,
                    // Beside another one it needs a name of its own, also when the other one was made of the same and
                    // never became ready: Pulumi then finds one.
                    ...(beside ? {} : { name: place }),
                    hostname: identity,
                    envs: plainVariables(workload.environment ?? {}, identity),
                    volumes: [...mounts.map((mount) => mount.volume), ...watched, ...volumes],
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
                    dependsOn: pulumi.output(workload.dependsOn ?? []).apply((before) => [
                        ...(before as pulumi.Resource[]),
                        ...mounts.map((mount) => mount.filledBy),
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
        instances: ready.map((container, index) =>
            beside ? container.name : onceReady(joinName([physical, String(index)]), [container]),
        ),
        reach,
        publishedFrom: edge
            ? edge.ipamConfigs.apply((pools) => (pools ?? []).flatMap(({ subnet }) => subnet ?? []))
            : pulumi.output([]),
        folders,
        ready,
    };
}

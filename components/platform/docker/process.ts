// What all containers of a process share: its image, its files, its networks, its limits.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { joinName, physicalName, shortHash } from "../../support/names";
import { labelsOf } from "../labels";
import { INSTANCE_NAME, Process, Scope } from "../workload";
import { callerNetworks, hardening, imageId, labelList, limits, logging, tmpfs } from "./container";
import { LAUNCHER, plainVariables, secretMount } from "./environment";
import { MountedFiles, mountFiles } from "./files";

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

/** What {@link prepareProcess} is told besides. */
interface Preparation {
    /** Whether it publishes ports, which gives it a way out. */
    publishes?: boolean;
    /** What is there before its files are made anew. */
    after?: pulumi.Input<pulumi.Resource[]>;
    /** Volumes of others that decide how it behaves. */
    data?: readonly docker.types.input.ContainerVolume[];
}

/** Makes what the containers of a process share. */
export function prepareProcess(
    process: Process,
    scope: Scope,
    { publishes = false, after = [], data = [] }: Preparation = {},
): PreparedProcess {
    const physical = physicalName(scope.environmentId, process.name);
    const image = imageId(process, scope);
    const secrets = secretMount(process.environment ?? {});
    const mounts = [...(process.fileMounts ?? []), ...(secrets ? [secrets] : [])].map((mount) =>
        mountFiles(mount, process, image, scope, after),
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
            pulumi.all(
                [...mounts.map((mount) => mount.volume), ...data].map(({ volumeName }) => pulumi.output(volumeName)),
            ),
            pulumi.all(networks),
            labelsOf(process, scope),
            process.user,
        ])
        .apply((parts) => shortHash(JSON.stringify(parts)));
    return { physical, image, mounts, networks, common, madeOf };
}

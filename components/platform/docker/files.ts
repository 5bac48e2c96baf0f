// Files of a container with a read-only root: a volume of their own, filled by a container that never starts.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { LABELS } from "../../support/labels";
import { labelsOf } from "../labels";
import { FileMount, Process, Scope } from "../workload";
import { hardening, labelList } from "./container";
import { digest, digestKey } from "./digest";

/** A mounted folder of files, ready to be used by a container. */
export interface MountedFiles {
    volume: docker.types.input.ContainerVolume;
    /** The container that filled the volume. */
    filledBy: pulumi.Resource;
}

/**
 * Makes the volume of a mount and fills it.
 * A change of content makes a new volume beside the old one: instances that still run keep their files until it is
 * their turn.
 */
export function mountFiles(
    mount: FileMount,
    process: Pick<Process, "name" | "role" | "labels" | "user">,
    image: pulumi.Output<string>,
    scope: Scope,
    after: pulumi.Input<pulumi.Resource[]>,
): MountedFiles {
    const name = `${process.name}-${mount.name}`;
    const secret = Object.values(mount.files).some((file) => file.secret);
    const key = secret ? digestKey(name, scope) : undefined;
    const contents = pulumi.output(
        Object.fromEntries(Object.entries(mount.files).map(([path, file]) => [path, file.content])),
    );
    const labels = labelList(labelsOf(process, scope));
    const content = pulumi.unsecret(
        pulumi
            .all([contents, image, labels, key ?? pulumi.output(undefined)])
            .apply(([files, imageOfCarrier, labelled, hashKey]) =>
                digest(files, [imageOfCarrier, labelled, process.user, mount.path], hashKey),
            ),
    );
    // Pulumi finds its name: a name made of the content would be taken when a change that failed is taken back, until the
    // volume that goes then is gone. The new one is there before the old one goes, and instances go one at a time.
    const opts = { parent: scope.parent, deleteBeforeReplace: false, dependsOn: after };
    const marked = pulumi.all([labels, content]).apply(([others, value]) => [...others, { label: LABELS.content, value }]);
    const volume = new docker.Volume(name, { labels: marked }, opts);
    const carrier = new docker.Container(
        `${name}-files`,
        {
            ...hardening(process.user),
            // Nobody addresses it: Pulumi finds a name, so that one that was cut short is in no successor's way.
            image,
            // Uploads need a root that can be written; nothing ever runs in it.
            readOnly: false,
            start: false,
            mustRun: false,
            networkMode: "none",
            command: ["true"],
            labels,
            volumes: [{ volumeName: volume.name, containerPath: mount.path }],
            uploads: Object.keys(mount.files)
                .sort()
                .map((path) => ({
                    file: `${mount.path}/${path}`,
                    content: mount.files[path].secret
                        ? pulumi.secret(mount.files[path].content)
                        : mount.files[path].content,
                    // Readable by the one user of the one container that mounts it, whoever that is.
                    permissions: "0444",
                })),
        },
        {
            ...opts,
            additionalSecretOutputs: secret ? ["uploads"] : [],
            // One that was cut short has filled nothing.
            replaceOnChanges: ["#initerror"],
        },
    );
    return {
        volume: { volumeName: volume.name, containerPath: mount.path, readOnly: !mount.writable },
        filledBy: carrier,
    };
}

// A file in a watched folder of another container: written by a small container that takes it away when it is stopped.
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../../support/errors";
import { field } from "../../support/inputs";
import { goDuration } from "../../support/units";
import { labelsOf } from "../labels";
import { DeclaredFile, FolderReference, Scope, WatchedFolder, Workload } from "../workload";
import { hardening, labelList, limits, logging } from "./container";
import { mountFiles } from "./files";

const FOLDER = "/declared";

/** Seconds until a reader has acted on a file for sure: Traefik gathers changes for two. */
const SETTLED = 5;

/** Where a secret content lies: what stands on a command line shows in the description of the container. */
const CONTENT_FOLDER = "/run/secrets/content";
const CONTENT_FILE = "content";

/**
 * Writes the file under another name and renames it, so that the reader never sees half of it; at its end it removes
 * the file, unless a successor has written its own meanwhile. Whose file it is, its inode says: the successor's
 * content may be the same (a new image, say).
 * The content is the second argument; or it lies in the file that a third one names, then it is secret, and so is the
 * copy.
 */
export const KEEP_FILE = [
    'target="$1"; content="$2"; source="$3"; part="$target.$(hostname).part"; own=none',
    'inode() { set -- $(ls -i "$1"); echo "$1"; }',
    'remove() { rm -f "$part"; if [ "$(inode "$target")" = "$own" ]; then rm -f "$target"; fi; exit 0; }',
    "trap remove TERM INT",
    'write() { if [ -n "$source" ]; then cat "$source"; else printf "%s" "$content"; fi; }',
    'if [ -n "$source" ]; then umask 0377; fi',
    // One that was killed may have left a part that nobody may write.
    'rm -f "$part"; write > "$part" && own="$(inode "$part")" && mv -f "$part" "$target"',
    "while :; do sleep 3600 & wait $!; done",
].join("\n");

/** Declares a file. */
export function declareFile(file: DeclaredFile, scope: Scope): pulumi.Resource {
    const target = pulumi.interpolate`${FOLDER}/${file.file}`;
    const volume = field(file.folder, "volume").apply((name) => {
        if (!name) {
            throw userError(
                `${file.name}: the contract names no Docker volume to declare the file in. ` +
                    "Give the ingress endpoint of an ingress on the same Docker engine.",
            );
        }
        return name;
    });
    const image = field(file.folder, "image").apply((reference) => {
        if (!reference) {
            throw userError(`${file.name}: the contract names no image from which the file can be written.`);
        }
        return reference;
    });
    const keeper = { name: file.name, role: "declared-file", user: file.user };
    const content = file.secret
        ? mountFiles(
              {
                  name: "content",
                  path: CONTENT_FOLDER,
                  files: { [CONTENT_FILE]: { content: file.content, secret: true } },
              },
              keeper,
              image,
              scope,
              [],
          )
        : undefined;
    const command = content
        ? [target, "-", `${CONTENT_FOLDER}/${CONTENT_FILE}`]
        : [target, pulumi.output(file.content)];
    return new docker.Container(
        file.name,
        {
            ...hardening(file.user),
            ...limits(16),
            ...logging,
            // Nobody addresses it: Pulumi finds a name, so that one that was cut short is in no successor's way.
            image,
            labels: labelList(labelsOf(keeper, scope)),
            entrypoints: ["/bin/sh", "-c", KEEP_FILE, "keep-file"],
            command,
            networkMode: "none",
            volumes: [
                { volumeName: volume, containerPath: FOLDER },
                ...(content ? [content.volume] : []),
            ],
            healthcheck: {
                tests: pulumi.all([target]).apply(([path]) => ["CMD", "test", "-s", path]),
                // The first check comes after one interval: time enough for the reader to have acted on the file, so that
                // what it named before can go.
                interval: goDuration(SETTLED),
                timeout: "2s",
                retries: 3,
                startPeriod: "5s",
            },
            wait: true,
            restart: "unless-stopped",
            destroyGraceSeconds: 5,
            stopTimeout: 5,
        },
        {
            parent: scope.parent,
            // The new file is there before the old container goes.
            deleteBeforeReplace: false,
            replaceOnChanges: ["healthcheck", "#initerror"],
            dependsOn: content ? [content.filledBy] : [],
        },
    );
}

/** Declares the workload's own files in a folder that it watches. */
export function declareOwn(
    workload: Workload,
    { files = {} }: WatchedFolder,
    folder: FolderReference,
    scope: Scope,
): pulumi.Resource[] {
    return Object.entries(files).map(([file, { content, secret }]) => {
        const name = `${workload.name}-${file.replace(/\.\w+$/, "")}`;
        return declareFile({ name, file, content, secret, folder, user: workload.user }, scope);
    });
}

// Images of applications: a folder with a Dockerfile, built once per content, pushed to the local registry.
import * as fs from "node:fs";
import * as path from "node:path";

import { withLock } from "../lock";
import { step } from "../progress";
import { buildImage, docker, engineOf, EngineSource, labelsInEngine } from "./docker";
import { baseImages } from "./dockerfile";
import { ignoreRules } from "./dockerignore";
import { FolderEntry, folderContent } from "./folderContent";
import { shortHash } from "./recipe";
import { digestInRegistry } from "./registryClient";

/** An image to be built from a folder. */
export interface AppImage {
    engine: EngineSource;
    /** Folder that is sent to the engine. */
    context: string;
    /** Dockerfile, relative to `context`. @default "Dockerfile" */
    dockerfile?: string;
    /** Name of the image, without registry and tag: lower-case letters, digits, `-`, `_`, `.`. */
    name: string;
    /** The local registry, which the image is pushed to. Without one it stays in the engine. */
    registry?: string;
    /** The registry of base images that were made here (`ImageSet.registry`). @default the public one */
    bases?: string;
    /** Build arguments; `REGISTRY`, the prefix of base images, is set here unless given. */
    buildArgs?: Readonly<Record<string, string>>;
}

const REPOSITORY = "traced-environment";

/**
 * Builds the image unless one of the same content is there, and returns its reference. The tag is a hash of
 * the folder's content, the build arguments and, in the local registry, the base images.
 */
export async function buildAppImage(image: AppImage): Promise<string> {
    const { registry, bases: from, name } = image;
    const buildArgs = buildArguments(image);
    const { files, dockerfile } = read(image);
    const bases = await baseDigests(baseImages(dockerfile, buildArgs), from);
    const repository = `${REPOSITORY}/${name}`;
    const tag = contentTag(files, [image.dockerfile ?? "Dockerfile", JSON.stringify(buildArgs), ...bases]);
    const reference = registry ? `${registry}/${repository}:${tag}` : `${repository}:${tag}`;
    await withLock(`image-${name}`, async () => {
        if (registry && (await digestInRegistry(registry, repository, tag)) !== undefined) {
            return;
        }
        const engine = await engineOf(image.engine);
        const built = (await labelsInEngine(engine, reference)) !== undefined;
        if (built && !registry) {
            return;
        }
        await step(`image ${repository}:${tag}`, async (waitingFor) => {
            if (!built) {
                waitingFor("docker build");
                await buildImage(engine, {
                    folder: image.context,
                    dockerfile: image.dockerfile && path.join(image.context, image.dockerfile),
                    reference,
                    buildArgs,
                    hostNetwork: from !== undefined,
                });
            }
            if (registry) {
                waitingFor("docker push");
                await docker(engine, ["push", reference]);
            }
        });
    });
    return reference;
}

/** Tag of an image: a hash of its files and of what else decides its content. */
export function contentTag(files: readonly FolderEntry[], others: readonly string[]): string {
    return shortHash(...others, ...files.map((file) => `${file.path} ${file.executable} ${file.hash}`));
}

/** The build arguments with the prefix of base images, sorted by name. */
export function buildArguments(image: Pick<AppImage, "bases" | "buildArgs">): Record<string, string> {
    const all = { REGISTRY: image.bases ? `${image.bases}/` : "docker.io/", ...image.buildArgs };
    return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function read(image: AppImage): { files: FolderEntry[]; dockerfile: string } {
    const file = path.join(image.context, image.dockerfile ?? "Dockerfile");
    if (!fs.existsSync(file)) {
        throw new Error(
            `No Dockerfile for the image "${image.name}": expected ${file}. Set the folder of the image to ` +
                "the one that holds it, or name the file relative to that folder.",
        );
    }
    const ignoreFile = path.join(image.context, ".dockerignore");
    const rules = ignoreRules(fs.existsSync(ignoreFile) ? fs.readFileSync(ignoreFile, "utf8") : "");
    // Docker sends these even when they are listed, and the Dockerfile decides the image in any case.
    const always = new Set([image.dockerfile ?? "Dockerfile", ".dockerignore"]);
    const ignored = (entry: string) => !always.has(entry) && rules.ignores(entry);
    return {
        files: folderContent(image.context, ignored, rules.hasExceptions || image.dockerfile !== undefined),
        dockerfile: fs.readFileSync(file, "utf8"),
    };
}

// A base image that was made anew under its old name makes another image of the same folder.
async function baseDigests(references: readonly string[], registry: string | undefined): Promise<string[]> {
    const local = references.filter((reference) => registry && reference.startsWith(`${registry}/`));
    return Promise.all(
        local.map(async (reference) => {
            const [repository, tag = "latest"] = reference.slice(registry!.length + 1).split(":");
            return (await digestInRegistry(registry!, repository, tag)) ?? "none";
        }),
    );
}

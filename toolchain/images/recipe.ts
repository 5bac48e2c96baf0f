// What a stand-in image is made of, and the hash by which a changed recipe is told from the one already made.
import { createHash } from "node:crypto";

import { WaitingFor } from "../progress";
import { FolderEntry } from "./folderContent";

/** Images of stacks that can be made here, by short name. */
export const IMAGE_NAMES = [
    "elasticsearch",
    "jaeger",
    "traefik",
    "python",
    "postgres",
    // Stand for external servers in tests.
    "elasticsearch7",
    "opensearch",
] as const;

/** Images of the local cluster itself. */
export const CLUSTER_IMAGE_NAMES = ["pause", "coredns"] as const;

/** Short name of an image that can be made here. */
export type ImageName = (typeof IMAGE_NAMES | typeof CLUSTER_IMAGE_NAMES)[number];

/** How one image is made from packages. */
export interface Recipe {
    /** Short name, the key in `ImageSet.refs`. */
    image: ImageName;
    /** Name in a registry, as it stands after a mirror's prefix, for example `library/traefik`. */
    repository: string;
    tag: string;
    /** Version of what is inside. */
    version: string;
    /** Folder with the Dockerfile and the files that it copies. */
    folder: string;
    /** Whether the Dockerfile starts from the Debian base, which it gets as the build argument BASE. */
    onDebian: boolean;
    /** What `gather` brings that decides what the image is, for the hash: packages with their versions. */
    ingredients: () => readonly string[];
    /** Adds to a build folder, which holds the files of `folder` already, what comes from packages. */
    gather?: (buildFolder: string, waitingFor: WaitingFor) => Promise<void>;
}

/** Label of an image made here: the hash of its recipe. */
export const RECIPE_LABEL = "traced-environment.recipe";

/** Name of the Debian base in the local registry. */
export const BASE_REPOSITORY = "traced-environment/debian";

/** The full reference of an image in a registry. */
export function imageReference(registry: string, recipe: Pick<Recipe, "repository" | "tag">): string {
    return `${registry}/${recipe.repository}:${recipe.tag}`;
}

/** Hash of a recipe; it changes when a file, an ingredient or the base below it changes. */
export function recipeHash(
    recipe: Pick<Recipe, "repository" | "tag" | "ingredients" | "onDebian">,
    files: readonly FolderEntry[],
    baseHash: string,
): string {
    return shortHash(
        recipe.repository,
        recipe.tag,
        ...recipe.ingredients(),
        recipe.onDebian ? baseHash : "",
        ...files.map((file) => `${file.path} ${file.executable} ${file.hash}`),
    );
}

/** 16 hexadecimal digits that change with any of the parts, their order or their limits. */
export function shortHash(...parts: readonly string[]): string {
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

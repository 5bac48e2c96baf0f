// Where images come from: the vendors' registries, or stand-ins made from packages in a local registry.
import * as fs from "node:fs";
import * as path from "node:path";

import { allowedSources } from "../executables/sources";
import { ensureFolder } from "../folders";
import { withLock } from "../lock";
import { say, step } from "../progress";
import { ensureRegistry } from "../registry";
import { imageBuildsFolder } from "./buildFolders";
import { BASE_HASH, ensureDebianBase } from "./debianBase";
import { coredns } from "./coredns/recipe";
import { buildImage, docker, EngineAddress, engineOf, EngineSource, labelsInEngine } from "./docker";
import { elasticsearch, elasticsearch7 } from "./elasticsearch/recipe";
import { refuseRemoteEngine } from "./engines";
import { folderContent, normaliseModes } from "./folderContent";
import { jaeger } from "./jaeger/recipe";
import { opensearch } from "./opensearch/recipe";
import { pause } from "./pause/recipe";
import { postgres } from "./postgres/recipe";
import { python } from "./python/recipe";
import { IMAGE_NAMES, ImageName, imageReference, Recipe, RECIPE_LABEL, recipeHash } from "./recipe";
import { labelsInRegistry } from "./registryClient";
import { traefik } from "./traefik/recipe";
import { vendorRegistriesAnswer } from "./vendorRegistries";

export type { AppImage } from "./appImage";
export { buildAppImage } from "./appImage";
export type { EngineAddress, EngineSource } from "./docker";
export type { ImageName } from "./recipe";
export { CLUSTER_IMAGE_NAMES, IMAGE_NAMES } from "./recipe";

/** Where images come from. */
export interface ImageSet {
    /** Registry of images made here, such as `127.0.0.1:5055`; undefined when the vendors' answer. */
    registry: string | undefined;
    /** Versions of the images made here; empty when none was. */
    versions: Partial<Record<ImageName, string>>;
    /** Full references of the images made here; empty when none was. */
    refs: Partial<Record<ImageName, string>>;
}

const RECIPES: Readonly<Record<ImageName, Recipe>> = {
    elasticsearch,
    jaeger,
    traefik,
    python,
    postgres,
    elasticsearch7,
    opensearch,
    pause,
    coredns,
};

// Downloads, unpacking and compression take turns well in two; more would only compete for the same cores.
const AT_ONCE = 2;

/**
 * Finds out where images come from. When the vendors' registries don't answer, or TRACED_ENVIRONMENT_TOOLS
 * allows packages and no downloads, the named images are made from packages and pushed to the local registry,
 * each once.
 */
export async function ensureImages(
    engine: EngineSource,
    names: readonly ImageName[] = IMAGE_NAMES,
): Promise<ImageSet> {
    const allowed = allowedSources();
    const makes = allowed.includes("packages");
    if ((allowed.includes("download") || !makes) && (await vendorRegistriesAnswer())) {
        return { registry: undefined, versions: {}, refs: {} };
    }
    if (!makes) {
        throw new Error(
            "The vendors' image registries don't answer, and TRACED_ENVIRONMENT_TOOLS does not allow to " +
                'make images: expected "packages" among its sources, or a network that reaches registries.',
        );
    }
    if (typeof engine !== "function") {
        refuseRemoteEngine(engine);
    }
    const registry = (await ensureRegistry()).address;
    const recipes = names.map((name) => RECIPES[name]);
    const missing = await recipesToMake(registry, recipes);
    if (missing.length > 0) {
        await withLock("images", async () =>
            makeAll(await localEngine(engine), registry, await recipesToMake(registry, missing)),
        );
    }
    return {
        registry,
        versions: Object.fromEntries(recipes.map((recipe) => [recipe.image, recipe.version])),
        refs: Object.fromEntries(recipes.map((recipe) => [recipe.image, imageReference(registry, recipe)])),
    };
}

async function localEngine(source: EngineSource): Promise<EngineAddress> {
    const engine = await engineOf(source);
    refuseRemoteEngine(engine);
    return engine;
}

async function recipesToMake(registry: string, recipes: readonly Recipe[]): Promise<Recipe[]> {
    const labels = await Promise.all(
        recipes.map((recipe) => labelsInRegistry(registry, recipe.repository, recipe.tag)),
    );
    return recipes.filter((recipe, i) => labels[i]?.[RECIPE_LABEL] !== hashOf(recipe));
}

async function makeAll(engine: EngineAddress, registry: string, recipes: readonly Recipe[]): Promise<void> {
    if (recipes.length === 0) {
        return;
    }
    // What an interrupted run left; only one process at a time makes images.
    fs.rmSync(imageBuildsFolder(), { recursive: true, force: true });
    // Folders of a root file system made under a narrower mask would be closed to the users inside.
    const mask = process.umask(0o022);
    let base: Promise<string> | undefined;
    const ensureBase = () => (base ??= ensureDebianBase(engine, registry));
    const waiting = [...recipes];
    const failures: unknown[] = [];
    const worker = async () => {
        for (let recipe = waiting.shift(); recipe; recipe = waiting.shift()) {
            await make(engine, registry, recipe, ensureBase).catch((error: unknown) => failures.push(error));
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    process.umask(mask);
    if (failures.length > 0) {
        throw failures.length === 1
            ? failures[0]
            : new Error(failures.map((failure) => (failure as Error).message).join("\n\n"));
    }
}

async function make(
    engine: EngineAddress,
    registry: string,
    recipe: Recipe,
    ensureBase: () => Promise<string>,
): Promise<void> {
    const reference = imageReference(registry, recipe);
    const buildArgs: Record<string, string> = recipe.onDebian ? { BASE: await ensureBase() } : {};
    await step(`image ${recipe.repository}:${recipe.tag}`, async (waitingFor) => {
        const labels = await labelsInEngine(engine, reference);
        if (labels?.[RECIPE_LABEL] !== hashOf(recipe)) {
            await inBuildFolder(recipe, async (folder) => {
                await recipe.gather?.(folder, waitingFor);
                waitingFor("docker build");
                await buildImage(engine, {
                    folder,
                    reference,
                    buildArgs,
                    labels: { [RECIPE_LABEL]: hashOf(recipe) },
                    hostNetwork: true,
                });
            });
        }
        waitingFor("docker push");
        await docker(engine, ["push", reference]);
    });
    say(`${recipe.repository} ${recipe.version}: made from packages`);
}

async function inBuildFolder(recipe: Recipe, work: (folder: string) => Promise<void>): Promise<void> {
    const folder = fs.mkdtempSync(path.join(ensureFolder(imageBuildsFolder()), `${recipe.image}-`));
    try {
        fs.cpSync(recipe.folder, folder, { recursive: true });
        normaliseModes(folder);
        await work(folder);
    } finally {
        await fs.promises.rm(folder, { recursive: true });
    }
}

function hashOf(recipe: Recipe): string {
    return recipeHash(recipe, folderContent(recipe.folder), BASE_HASH);
}

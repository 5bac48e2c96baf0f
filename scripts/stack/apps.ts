// The images of apps that are built from a folder of the checkout.
import * as fs from "node:fs";
import * as path from "node:path";

import { buildAppImage, EngineSource } from "../../toolchain/images";
import { AppBuild } from "./settings";

/** Where app images are built and kept. */
export interface BuildTarget {
    engine: EngineSource;
    /** The local registry; without one the images stay in the engine. */
    registry?: string;
    /** The registry of base images that were made here. @default the public one */
    bases?: string;
}

const PRESET_NAME = "python-opentelemetry";
const PRESET_FOLDER = path.resolve(__dirname, "../../components/app/presets", PRESET_NAME);

/** Builds the images that are not there yet, and returns their references by app. */
export async function buildApps(
    folder: string,
    apps: readonly AppBuild[],
    target: BuildTarget,
): Promise<Record<string, string>> {
    const references: Record<string, string> = {};
    for (const app of apps) {
        const context = path.resolve(folder, app.folder);
        references[app.name] = await buildAppImage({
            ...target,
            context,
            name: app.name,
            buildArgs: wantsPreset(context) ? { PRESET: await presetTag(target) } : {},
        });
    }
    return references;
}

/** Whether a Dockerfile asks for the tag of the Python preset's image, by declaring the argument PRESET. */
export function asksForPreset(dockerfile: string): boolean {
    return /^\s*ARG\s+PRESET\b/im.test(dockerfile);
}

function wantsPreset(context: string): boolean {
    const dockerfile = path.join(context, "Dockerfile");
    return fs.existsSync(dockerfile) && asksForPreset(fs.readFileSync(dockerfile, "utf8"));
}

async function presetTag(target: BuildTarget): Promise<string> {
    const { engine, bases } = target;
    // A base image too: it lies where Dockerfiles look for those.
    const reference = await buildAppImage({ engine, registry: bases, bases, context: PRESET_FOLDER, name: PRESET_NAME });
    return reference.slice(reference.lastIndexOf(":") + 1);
}

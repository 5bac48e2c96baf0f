// What a local stack runs on, made ready as far as a command needs it: an engine or a cluster, with the images.
import { clusterStatus, ensureCluster } from "../../toolchain/cluster";
import { engineStatus, ensureEngine } from "../../toolchain/engine";
import { Platform } from "../../toolchain/executables";
import { EngineSource, ensureImages, ImageSet } from "../../toolchain/images";
import { ensureRegistry } from "../../toolchain/registry";
import { buildApps } from "./apps";
import { MachineSettings } from "./overlay";
import { Project } from "./project";
import { appBuilds, ClusterAddress, neededImages, StackFile } from "./settings";

/**
 * How much a command needs: `tools` to read and set, `platform` to remove resources, `images` to make them.
 */
export type Need = "tools" | "platform" | "images";

/** What a local stack runs on. */
export interface Host {
    /** By this Pulumi, the program and the commands find it; empty when it does not run and need not. */
    env: NodeJS.ProcessEnv;
    cluster?: ClusterAddress;
    /** What the settings say of the images on this machine; undefined when nothing needed them. */
    images?: Pick<MachineSettings, "images" | "appImages">;
}

/** Makes ready what a local stack of a platform runs on. */
export const HOSTS: Readonly<Record<Platform, (project: Project, tracked: StackFile, need: Need) => Promise<Host>>> = {
    async docker(project, tracked, need) {
        const engine = need === "tools" ? await runningEngine() : await ensureEngine();
        return {
            env: engine ? { DOCKER_HOST: engine.host } : {},
            ...(engine && need === "images" && { images: await engineImages(project, tracked, engine) }),
        };
    },
    async kubernetes(project, tracked, need) {
        const cluster = need === "tools" ? await runningCluster() : await ensureCluster();
        return {
            env: cluster ? { KUBECONFIG: cluster.kubeconfig } : {},
            cluster,
            ...(need === "images" && { images: await clusterImages(project, tracked) }),
        };
    },
};

async function runningEngine(): Promise<{ host: string } | undefined> {
    const { answers, host } = await engineStatus();
    return answers ? { host } : undefined;
}

async function runningCluster(): Promise<Required<ClusterAddress> | undefined> {
    const { answers, kubeconfig, context } = await clusterStatus();
    return answers ? { kubeconfig, context } : undefined;
}

async function engineImages(project: Project, tracked: StackFile, engine: EngineSource) {
    const images = await madeImages(project, tracked, engine);
    const target = { engine, registry: images?.registry, bases: images?.registry };
    return {
        images: versionsOf(images),
        appImages: await buildApps(project.folder, appBuilds(tracked, project.name), target),
    };
}

// The node takes images from registries only, hence those of apps too. An engine is there only while one is built.
async function clusterImages(project: Project, tracked: StackFile) {
    const images = await madeImages(project, tracked, ensureEngine);
    const apps = appBuilds(tracked, project.name);
    const registry = apps.length > 0 ? (await ensureRegistry()).address : undefined;
    return {
        images: versionsOf(images),
        appImages: await buildApps(project.folder, apps, { engine: ensureEngine, registry, bases: images?.registry }),
    };
}

async function madeImages(project: Project, tracked: StackFile, engine: EngineSource): Promise<ImageSet | undefined> {
    const wanted = neededImages(tracked, project.name);
    return wanted.length > 0 ? ensureImages(engine, wanted) : undefined;
}

function versionsOf(images: ImageSet | undefined): MachineSettings["images"] {
    if (!images?.registry) {
        return undefined;
    }
    // The tag, without Traefik's leading "v", is what the settings call the version.
    const versions = Object.entries(images.refs).map(([part, reference]) => [
        part,
        reference.slice(reference.lastIndexOf(":") + 1).replace(/^v(?=\d)/, ""),
    ]);
    return { registry: images.registry, versions: Object.fromEntries(versions) as Record<string, string> };
}

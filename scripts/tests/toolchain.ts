// What the tests on a real platform need, made ready before, so that no test's time limit has to cover it.
import { engineStatus, ensureEngine, ensureLanguages, ensureTools, registryStatus, stopEngine, stopRegistry, Tools } from "../../toolchain";
import { clusterStatus, ensureCluster, stopCluster } from "../../toolchain/cluster";
import { Platform, StackPlugin } from "../../toolchain/executables";
import { ensureImages, ImageName, ImageSet } from "../../toolchain/images";
import { withTools } from "../stack/environment";

/** What is ready. */
export interface ReadyToolchain {
    env: NodeJS.ProcessEnv;
    /** What ran in the place of the vendors' tools and images. */
    notRun: string[];
    /** Stops what was not running before. */
    stop(): Promise<void>;
}

/** Finds or makes the tools, what a platform's stacks run on, and the images. */
export async function readyToolchain(platform: Platform): Promise<ReadyToolchain> {
    const tools = await ensureTools(PLUGINS[platform]);
    const before = [
        { answers: (await clusterStatus()).answers, stop: stopCluster },
        { answers: (await registryStatus()).answers, stop: stopRegistry },
        { answers: (await engineStatus()).answers, stop: stopEngine },
    ];
    const { env, images } = await MADE_READY[platform]([...tools.path, process.env.PATH].join(":"));
    return {
        env: { ...withTools(process.env, tools), ...env },
        notRun: [...standIns(tools), ...standInImages(images)],
        async stop() {
            for (const { answers, stop } of before) {
                if (!answers) {
                    await stop();
                }
            }
        },
    };
}

/** What an environment runs on; the other images stand for servers outside of one. */
const ENVIRONMENT_IMAGES: readonly ImageName[] = ["elasticsearch", "jaeger", "traefik", "python", "postgres"];

/** What the stacks of the tests on each platform need. */
const PLUGINS: Readonly<Record<Platform, readonly StackPlugin[]>> = { docker: ["docker"], kubernetes: ["kubernetes", "tls"] };

const MADE_READY: Readonly<Record<Platform, (searched: string) => Promise<{ env: NodeJS.ProcessEnv; images: ImageSet }>>> = {
    async docker(searched) {
        const engine = await ensureEngine();
        const [images] = await Promise.all([ensureImages(engine), ensureLanguages(searched)]);
        return { env: { DOCKER_HOST: engine.host }, images };
    },
    async kubernetes() {
        const cluster = await ensureCluster();
        return { env: { KUBECONFIG: cluster.kubeconfig }, images: await ensureImages(ensureEngine, ENVIRONMENT_IMAGES) };
    },
};

/** What of the official tools was not run, since a stand-in was. */
export function standIns({ taken }: Pick<Tools, "taken">): string[] {
    return taken
        .filter(({ source }) => source === "packages")
        .map(({ name, version }) => `the vendor's ${name}: ${version} made from packages ran instead`);
}

/** What of the vendors' images was not run. */
export function standInImages({ refs }: Pick<ImageSet, "refs">): string[] {
    return Object.entries(refs).map(([name, reference]) => `the vendor's image of ${name}: ${reference} ran instead`);
}

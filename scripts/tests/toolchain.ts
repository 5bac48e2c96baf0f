// What the tests on a real engine need, made ready before, so that no test's time limit has to cover it.
import { engineStatus, ensureEngine, ensureTools, registryStatus, stopEngine, stopRegistry, Tools } from "../../toolchain";
import { clusterStatus, ensureCluster, stopCluster } from "../../toolchain/cluster";
import { ensureImages, ImageSet } from "../../toolchain/images";
import { withTools } from "../stack/environment";

/** What is ready. */
export interface ReadyToolchain {
    env: NodeJS.ProcessEnv;
    /** What ran in the place of the vendors' tools and images. */
    notRun: string[];
    /** Stops what was not running before. */
    stop(): Promise<void>;
}

/** Finds or makes the tools, the engine and the images. */
export async function readyToolchain(): Promise<ReadyToolchain> {
    const tools = await ensureTools();
    const [engineBefore, registryBefore] = [await engineStatus(), await registryStatus()];
    const engine = await ensureEngine();
    const images = await ensureImages(engine);
    return {
        env: { ...withTools(process.env, tools), DOCKER_HOST: engine.host },
        notRun: [...standIns(tools), ...standInImages(images)],
        async stop() {
            if (!registryBefore.answers) {
                await stopRegistry();
            }
            if (!engineBefore.answers) {
                await stopEngine();
            }
        },
    };
}

/** Finds or makes what the tests on a Kubernetes node need, and the cluster. */
export async function readyCluster(): Promise<ReadyToolchain> {
    const { answers } = await clusterStatus();
    const toolchain = await readyToolchain();
    const { kubeconfig } = await ensureCluster();
    return {
        ...toolchain,
        env: { ...toolchain.env, KUBECONFIG: kubeconfig },
        async stop() {
            if (!answers) {
                await stopCluster();
            }
            await toolchain.stop();
        },
    };
}

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

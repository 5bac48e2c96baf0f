// `npm run cluster`: starts, stops and shows the local Kubernetes cluster by itself.
import { ClusterStatus, clusterStatus, ensureCluster, stopCluster, wipeCluster } from "../../toolchain/cluster";
import { UsageError } from "../arguments";
import { Command } from "./command";
import { JSON_RESULT } from "./options";

export const cluster: Command = {
    usage: {
        name: "cluster",
        summary: "Starts, stops or shows (the default) the local Kubernetes cluster.",
        options: {
            wipe: { description: "with stop: also removes what the cluster holds, its volumes' data included" },
            json: JSON_RESULT,
        },
        words: ["start", "stop", "status"],
    },
    async run(args) {
        if (args.has("wipe") && args.word !== "stop") {
            throw new UsageError("--wipe belongs to stop: npm run cluster -- stop --wipe");
        }
        if (args.word === "start") {
            await ensureCluster();
        } else if (args.word === "stop") {
            await (args.has("wipe") ? wipeCluster() : stopCluster());
        }
        const status = await clusterStatus();
        process.stdout.write(args.has("json") ? `${JSON.stringify(status, undefined, 2)}\n` : text(status));
        return 0;
    },
};

function text({ context, server, answers, running, missing, kubeconfig }: ClusterStatus): string {
    const head = `Kubernetes cluster ${context} at ${server}`;
    if (running.length === 0) {
        return `${head}: does not run\n`;
    }
    const state = answers && missing.length === 0 ? "runs" : "is not whole; npm run cluster -- start mends it";
    const lines = missing.length > 0 ? [`not running: ${missing.join(", ")}`] : [];
    return [`${head}: ${state}`, ...lines, `kubeconfig: ${kubeconfig}`, ""].join("\n");
}

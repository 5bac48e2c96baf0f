// The processes of pods as this machine, which is the local cluster's node, sees them.
import * as fs from "node:fs";

/** The first process of a pod's containers. Throws when none runs here. */
export function podProcess(uid: string): number {
    const inPod = fs.readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && readText(`/proc/${pid}/cgroup`).includes(uid));
    // The first is the one that holds the pod's namespaces, where there is nothing but it.
    const own = inPod.map(Number).sort((a, b) => a - b).find((pid) => !/pause/.test(readText(`/proc/${pid}/comm`)));
    if (own === undefined) {
        throw new Error(`no process of the pod ${uid} runs here`);
    }
    return own;
}

function readText(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch {
        return "";
    }
}

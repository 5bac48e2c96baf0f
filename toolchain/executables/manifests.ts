// The programs that look at manifests in tests: whether the API server would take them, and what others advise.
import * as path from "node:path";

import { VERSIONS } from "../versions";
import { ensureGoProgram } from "./go";

/** Path of kubeconform's executable. */
export async function ensureKubeconformBinary(): Promise<string> {
    const folder = await ensureGoProgram({
        name: "kubeconform",
        version: VERSIONS.kubeconform,
        moduleFolder: "kubeconform",
        package: "github.com/yannh/kubeconform/cmd/kubeconform",
    });
    return path.join(folder, "kubeconform");
}

/** Path of kube-score's executable. */
export async function ensureKubeScoreBinary(): Promise<string> {
    const folder = await ensureGoProgram({
        name: "kube-score",
        version: VERSIONS.kubeScore,
        moduleFolder: "kube-score",
        package: "github.com/zegl/kube-score/cmd/kube-score",
    });
    return path.join(folder, "kube-score");
}

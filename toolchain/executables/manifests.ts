// The programs that look at manifests in tests: whether the API server would take them, and what others advise.
import * as path from "node:path";

import { VERSIONS } from "../versions";
import { ensureGoProgram } from "./go";

/** Path of kubeconform's executable. */
export function ensureKubeconformBinary(): Promise<string> {
    return ensureBinary("kubeconform", VERSIONS.kubeconform, "github.com/yannh/kubeconform/cmd/kubeconform");
}

/** Path of kube-score's executable. */
export function ensureKubeScoreBinary(): Promise<string> {
    return ensureBinary("kube-score", VERSIONS.kubeScore, "github.com/zegl/kube-score/cmd/kube-score");
}

/** The name is also that of the folder with its go.mod. */
async function ensureBinary(name: string, version: string, mainPackage: string): Promise<string> {
    return path.join(await ensureGoProgram({ name, version, moduleFolder: name, package: mainPackage }), name);
}

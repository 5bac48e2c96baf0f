// What tests need for manifests: programs that look at them, and definitions of kinds that a new cluster does not have.
import * as path from "node:path";

import { VERSIONS } from "../versions";
import { ensureGoModuleFolder, ensureGoProgram } from "./go";

/** Path of kubeconform's executable. */
export function ensureKubeconformBinary(): Promise<string> {
    return ensureBinary("kubeconform", VERSIONS.kubeconform, "github.com/yannh/kubeconform/cmd/kubeconform");
}

/** Path of kube-score's executable. */
export function ensureKubeScoreBinary(): Promise<string> {
    return ensureBinary("kube-score", VERSIONS.kubeScore, "github.com/zegl/kube-score/cmd/kube-score");
}

/** Folder with the CustomResourceDefinitions of the Gateway API's standard channel, a YAML file each. */
export function ensureGatewayApiDefinitions(): Promise<string> {
    return ensureGoModuleFolder({
        ...{ name: "gateway-api", version: VERSIONS.gatewayApi, moduleFolder: "gateway-api" },
        ...{ module: "sigs.k8s.io/gateway-api", folder: "config/crd/standard" },
    });
}

/** The name is also that of the folder with its go.mod. */
async function ensureBinary(name: string, version: string, mainPackage: string): Promise<string> {
    return path.join(await ensureGoProgram({ name, version, moduleFolder: name, package: mainPackage }), name);
}

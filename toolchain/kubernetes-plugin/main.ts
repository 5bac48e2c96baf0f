// The kubernetes provider: started by the engine as `pulumi-resource-kubernetes <engine address>`.
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { servePlugin } from "../plugin-server";
import { engineLog } from "./engine-log";
import { kubernetesProvider } from "./service";

servePlugin(ResourceProviderService, kubernetesProvider(engineLog(process.argv[2]))).catch((error: Error) => {
    process.stderr.write(`The kubernetes provider could not start: ${error.message}\n`);
    process.exitCode = 1;
});

// The random provider: started by the engine as `pulumi-resource-random <engine address>`.
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { servePlugin } from "../plugin-server";
import { randomProvider } from "./service";

servePlugin(ResourceProviderService, randomProvider()).catch((error: Error) => {
    process.stderr.write(`The random provider could not start: ${error.message}\n`);
    process.exitCode = 1;
});

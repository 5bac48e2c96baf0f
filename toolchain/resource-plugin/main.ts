// A provider's process.
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";

import { servePlugin } from "../plugin-server";
import { Provider, resourceProvider } from "./service";

/** Serves a provider to the engine that started this process. */
export function serveProvider(provider: Provider): void {
    servePlugin(ResourceProviderService, resourceProvider(provider)).catch((error: Error) => {
        process.stderr.write(`The ${provider.name} provider could not start: ${error.message}\n`);
        process.exitCode = 1;
    });
}

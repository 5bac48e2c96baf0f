// The Node.js language host: started by the engine as `pulumi-language-nodejs <engine address>`.
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

import { servePlugin } from "../plugin-server";
import { Children } from "./children";
import { findEngineAddress } from "./engine-arguments";
import { languageRuntime } from "./service";

async function main(): Promise<void> {
    const engineAddress = findEngineAddress(process.argv.slice(2));
    const children = new Children();
    await servePlugin(LanguageRuntimeService, languageRuntime(engineAddress, children), () =>
        children.stopAll(),
    );
}

main().catch((error: Error) => {
    process.stderr.write(`The Node.js language host could not start: ${error.message}\n`);
    process.exitCode = 1;
});

// Running a plugin that is written in Node.js: a policy pack or a package of components.
import { RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";

import { Command } from "./children";
import { withoutLoggingOptions } from "./engine-arguments";
import { runtimeOptionsOf } from "./runtime-options";
import { sdkModule } from "./sdk-module";

/** The Node.js process of a plugin whose folder holds PulumiPolicy.yaml or PulumiPlugin.yaml. */
export function pluginCommand(
    request: RunPluginRequest,
    engineAddress: string,
    env: NodeJS.ProcessEnv,
): Command {
    const info = request.getInfo();
    const folder = info?.getProgramDirectory() || request.getProgram();
    const { nodeargs } = runtimeOptionsOf(info);
    const environment = { ...env, ...environmentOf(request.getEnvList()) };
    const args = withoutLoggingOptions(request.getArgsList());
    switch (request.getKind()) {
        case "analyzer":
            // A policy pack finds its packages and its tsconfig by the working directory.
            return {
                args: [...nodeargs, sdkModule(folder, "cmd/run-policy-pack"), engineAddress, folder, ...args],
                cwd: folder,
                env: environment,
            };
        case "":
        case "resource":
            return {
                args: [...nodeargs, sdkModule(folder, "cmd/run-plugin"), folder, ...args],
                cwd: request.getPwd() || folder,
                env: environment,
            };
        default:
            throw new Error(
                `A plugin of kind "${request.getKind()}" can't be run in Node.js; expected "resource" ` +
                    '(a package of components) or "analyzer" (a policy pack)',
            );
    }
}

function environmentOf(list: readonly string[]): NodeJS.ProcessEnv {
    return Object.fromEntries(
        list.map((entry) => {
            const end = entry.indexOf("=");
            return [entry.slice(0, end), entry.slice(end + 1)];
        }),
    );
}

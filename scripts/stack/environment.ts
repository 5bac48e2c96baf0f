// The environment in which Pulumi finds the tools.
import { Tools } from "../../toolchain/executables";

/** An environment with the tools first on PATH. */
export function withTools(env: NodeJS.ProcessEnv, tools: Pick<Tools, "path" | "env">): NodeJS.ProcessEnv {
    return {
        ...env,
        ...tools.env,
        PATH: [...tools.path, env.PATH].join(":"),
        // What a new version of the CLI offers is no part of a command's output.
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
}

// Running a Pulumi program: the SDK's `cmd/run` in a Node.js process of its own.
import { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";

import { Command, describeEnding, Ending } from "./children";
import { runtimeOptionsOf } from "./runtime-options";
import { sdkModule } from "./sdk-module";

/** The SDK's exit code after it has shown the error itself: nothing is to be added to it. */
const ERROR_WAS_SHOWN = 32;

/** What the SDK compiles when the project names no entry point: the `main` of package.json, else index.ts. */
const DEFAULT_ENTRY_POINT = ".";

/**
 * The Node.js process of a program.
 *
 * @param env the environment that the program inherits
 * @param traceParent the engine's trace context when it traces itself
 */
export function programCommand(
    request: RunRequest,
    engineAddress: string,
    env: NodeJS.ProcessEnv,
    traceParent?: string,
): Command {
    const info = request.getInfo();
    const options = runtimeOptionsOf(info);
    const folder = info?.getProgramDirectory() || request.getPwd();
    const flags: Array<[name: string, value: string | undefined]> = [
        ["monitor", request.getMonitorAddress()],
        ["engine", engineAddress],
        ["organization", request.getOrganization()],
        ["project", request.getProject()],
        ["root-directory", info?.getRootDirectory()],
        ["stack", request.getStack()],
        ["pwd", request.getPwd()],
        ["parallel", String(request.getParallel())],
    ];
    return {
        args: [
            ...options.nodeargs,
            sdkModule(folder, "cmd/run"),
            ...flags.flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
            ...(request.getDryrun() ? ["--dry-run"] : []),
            info?.getEntryPoint() || request.getProgram() || DEFAULT_ENTRY_POINT,
            ...request.getArgsList(),
        ],
        cwd: request.getPwd(),
        env: {
            ...env,
            PULUMI_CONFIG: programConfig(request.getConfigMap().toArray()),
            PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
            PULUMI_NODEJS_TYPESCRIPT: String(options.typescript),
            ...(options.tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
            ...(traceParent && { TRACEPARENT: traceParent }),
        },
    };
}

/** Stack configuration in the form that every version of the SDK reads: `namespace:config:name`. */
export function programConfig(entries: ReadonlyArray<readonly [key: string, value: string]>): string {
    const rekeyed = entries.map(([key, value]) => [key.replace(":", ":config:"), value]);
    return JSON.stringify(Object.fromEntries(rekeyed));
}

/** What the engine is told about the end of a program. */
export function programResult(ending: Ending, cancelled: boolean): RunResponse {
    const response = new RunResponse();
    if (ending.code === ERROR_WAS_SHOWN) {
        response.setBail(true);
    } else if (cancelled) {
        response.setError("the program was stopped because the operation was cancelled");
    } else if (ending.code !== 0) {
        response.setError(`the program ${describeEnding(ending)}`);
    }
    return response;
}

// The engine's LanguageRuntime protocol, served for Node.js: each call handed to the part that answers it.
import * as grpc from "@grpc/grpc-js";
import { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import * as plugins from "@pulumi/pulumi/proto/plugin_pb";
import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { asGrpcError, refuse } from "../plugin-server";
import { Children, Command, describeEnding, Ending } from "./children";
import { installCommand } from "./dependencies";
import { dependenciesOfProgram, PluginOfPackage, pluginsOfProgram } from "./packages";
import { pluginCommand } from "./plugin";
import { programCommand, programResult } from "./program";
import { pluginsToName } from "./required-plugins";
import { runtimeOptionsOf } from "./runtime-options";

/** What the stand-in has no part for, in the words of the command that asks for it. */
const WITHOUT_CODE_GENERATION =
    "this language host was made from packages and generates no code. Install the official Pulumi CLI to " +
    "generate SDKs, convert programs and publish packages";

/** The service's implementation for one engine. */
export function languageRuntime(engineAddress: string, children: Children): ILanguageRuntimeServer {
    let cancelled = false;
    return {
        handshake: (_call, callback) => callback(null, new messages.LanguageHandshakeResponse()),

        getPluginInfo: (_call, callback) => {
            // The build metadata tells it from the official host in `pulumi about`.
            callback(null, new plugins.PluginInfo().setVersion(`${sdkVersion}+from-packages`));
        },

        about: (_call, callback) => {
            const response = new messages.AboutResponse();
            response.setExecutable(process.execPath).setVersion(process.version);
            response.getMetadataMap().set("packagemanager", "npm");
            callback(null, response);
        },

        run: answer(async (call: grpc.ServerUnaryCall<messages.RunRequest, messages.RunResponse>) => {
            if (call.request.getAttachDebugger()) {
                const hint = 'start the program with runtime.options.nodeargs "--inspect-brk" instead';
                return new messages.RunResponse().setError(
                    `this language host can't attach a debugger: ${hint}`,
                );
            }
            const traceParent = call.metadata.get("traceparent")[0]?.toString();
            const command = programCommand(call.request, engineAddress, process.env, traceParent);
            const { child, ended } = children.start(command, ["ignore", "inherit", "inherit"]);
            call.on("cancelled", () => void children.stop(child));
            return programResult(await ended, cancelled || call.cancelled);
        }),

        runPlugin: (call) =>
            stream(call, async () => {
                const command = pluginCommand(call.request, engineAddress, process.env);
                const { code } = await runRelayed(children, command, call, messages.RunPluginResponse);
                call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
            }),

        installDependencies: (call) =>
            stream(call, async () => {
                const info = call.request.getInfo();
                const folder = info?.getProgramDirectory() || call.request.getDirectory();
                // Not for their values: another package manager than npm is refused here.
                runtimeOptionsOf(info);
                const command = installCommand(folder, call.request.getIsPlugin(), process.env);
                if (!command) {
                    return;
                }
                const ending = await runRelayed(
                    children,
                    command,
                    call,
                    messages.InstallDependenciesResponse,
                );
                if (ending.code !== 0) {
                    throw new Error(
                        `npm install in ${folder} ${describeEnding(ending)}; its output says why`,
                    );
                }
            }),

        getRequiredPackages: answer(
            async (call: grpc.ServerUnaryCall<messages.GetRequiredPackagesRequest, unknown>) =>
                new messages.GetRequiredPackagesResponse().setPackagesList(
                    requiredPlugins(call.request.getInfo()).map(packageDependency),
                ),
        ),

        getRequiredPlugins: answer(
            async (call: grpc.ServerUnaryCall<messages.GetRequiredPluginsRequest, unknown>) =>
                new messages.GetRequiredPluginsResponse().setPluginsList(
                    requiredPlugins(call.request.getInfo()).map(pluginDependency),
                ),
        ),

        getProgramDependencies: answer(
            async (call: grpc.ServerUnaryCall<messages.GetProgramDependenciesRequest, unknown>) => {
                const folder = call.request.getInfo()?.getProgramDirectory() || call.request.getPwd();
                const found = dependenciesOfProgram(folder, call.request.getTransitivedependencies());
                return new messages.GetProgramDependenciesResponse().setDependenciesList(
                    found.map(({ name, version }) =>
                        new messages.DependencyInfo().setName(name).setVersion(version),
                    ),
                );
            },
        ),

        runtimeOptionsPrompts: (_call, callback) => callback(null, new messages.RuntimeOptionsResponse()),
        template: (_call, callback) => callback(null, new messages.TemplateResponse()),

        cancel: answer(async () => {
            cancelled = true;
            await children.stopAll();
            return new Empty();
        }),

        link: refuse(WITHOUT_CODE_GENERATION),
        pack: refuse(WITHOUT_CODE_GENERATION),
        generatePackage: refuse(WITHOUT_CODE_GENERATION),
        generateProgram: refuse(WITHOUT_CODE_GENERATION),
        generateProject: refuse(WITHOUT_CODE_GENERATION),
    };
}

function requiredPlugins(info: messages.ProgramInfo | undefined): PluginOfPackage[] {
    return info ? pluginsToName(() => pluginsOfProgram(info.getProgramDirectory()), process.env) : [];
}

function packageDependency(plugin: PluginOfPackage): plugins.PackageDependency {
    const message = new plugins.PackageDependency()
        .setKind("resource")
        .setName(plugin.name)
        .setVersion(plugin.version)
        .setServer(plugin.server ?? "");
    if (plugin.parameterization) {
        const { name, version, value } = plugin.parameterization;
        message.setParameterization(
            new plugins.PackageParameterization().setName(name).setVersion(version).setValue(value),
        );
    }
    return message;
}

function pluginDependency(plugin: PluginOfPackage): plugins.PluginDependency {
    return new plugins.PluginDependency()
        .setKind("resource")
        .setName(plugin.name)
        .setVersion(plugin.version)
        .setServer(plugin.server ?? "");
}

function answer<Call, Response>(
    handle: (call: Call) => Promise<Response>,
): (call: Call, callback: grpc.sendUnaryData<Response>) => void {
    return (call, callback) => {
        handle(call).then(
            (response) => callback(null, response),
            (error) => callback(asGrpcError(error)),
        );
    };
}

/** A message that carries a piece of a process's output. */
interface OutputMessage {
    setStdout(data: Uint8Array): unknown;
    setStderr(data: Uint8Array): unknown;
}

/** Runs a process whose output goes to the caller, and stops it when the call is cancelled. */
async function runRelayed<Message extends OutputMessage>(
    children: Children,
    command: Command,
    call: grpc.ServerWritableStream<unknown, Message>,
    Message: new () => Message,
): Promise<Ending> {
    const { child, ended } = children.start(command, ["ignore", "pipe", "pipe"]);
    call.on("cancelled", () => void children.stop(child));
    const relay = (set: "setStdout" | "setStderr") => (data: Uint8Array) => {
        const message = new Message();
        message[set](data);
        call.write(message);
    };
    child.stdout?.on("data", relay("setStdout"));
    child.stderr?.on("data", relay("setStderr"));
    return ended;
}

function stream<Request, Response>(
    call: grpc.ServerWritableStream<Request, Response>,
    handle: () => Promise<void>,
): void {
    handle().then(
        () => call.end(),
        (error) => call.emit("error", asGrpcError(error)),
    );
}

// A stack made ready for Pulumi's commands: on a local one with all it needs, on any other with what its user has.
import { ensureTools, Platform } from "../../toolchain/executables";
import { stateFolder } from "../../toolchain/folders";
import { onPath } from "../../toolchain/run";
import { ChildOptions, ChildResult, runChild } from "../children";
import { expectCluster } from "../cluster/client";
import { withTools } from "./environment";
import { HOSTS, Need } from "./host";
import { LocalFolder } from "./localFolder";
import { withMachineSettings } from "./overlay";
import { ensurePassphraseFile } from "./passphrase";
import { openProject, Project, readStackFile } from "./project";
import { ClusterAddress, isLocal, namedCluster, neededPlugins, platformOf, setting, StackFile } from "./settings";

export type { Need } from "./host";

/** A stack that Pulumi's commands can be run on. */
export interface Stack {
    name: string;
    project: Project;
    platform: Platform;
    /** Whether it runs on this machine's engine or cluster, with its state on this machine. */
    local: boolean;
    /** The cluster that it runs in; undefined on Docker, and where a local one does not run and need not. */
    cluster: ClusterAddress | undefined;
    /** The settings that it is made from, on a local stack with this machine's and the user's own. */
    settings: StackFile;
    /** The settings that the next `up` would make it from. */
    current: StackFile;
    /** The whole environment for Pulumi and for programs that read the stack. */
    env: NodeJS.ProcessEnv;
    /**
     * Runs `pulumi` on the stack.
     *
     * @param command the command's words, such as `["stack", "output"]`
     * @param args what follows them
     */
    pulumi(
        command: readonly string[],
        args: readonly string[],
        options?: Pick<ChildOptions, "output" | "interactive" | "keepErrors">,
    ): Promise<ChildResult>;
}

/**
 * The commands that run the program: in its folder, with the settings file as an option. All others run where they
 * find that file by themselves, since not all take the option, and `destroy --remove` would delete the tracked one.
 */
const RUN_PROGRAM = new Set(["up", "update", "preview", "watch", "import"]);

/** The commands that can't be told a stack. */
const WITHOUT_STACK = new Set(["about", "help", "version", "plugin", "schema", "package", "whoami", "login", "logout"]);

/** Makes a stack ready. */
export async function openStack(name: string, need: Need): Promise<Stack> {
    const project = openProject();
    const tracked = readStackFile(project, name);
    return isLocal(tracked, project.name)
        ? openLocalStack(project, name, tracked, need)
        : openOtherStack(project, name, tracked, need);
}

/** Makes a stack of this machine ready whose settings are in no file of the checkout. */
export function openGeneratedStack(name: string, settings: StackFile, need: Need): Promise<Stack> {
    return openLocalStack(openProject(), name, settings, need);
}

async function openLocalStack(project: Project, name: string, tracked: StackFile, need: Need): Promise<Stack> {
    const folder = new LocalFolder(project);
    const platform = platformOf(tracked, project.name);
    const plugins = neededPlugins(tracked, project.name);
    // What was made by a plugin is removed by it, also when the settings want it no more.
    const tls = !plugins.includes("tls") && folder.hasResources(name, "tls");
    const tools = await ensureTools([...plugins, ...(tls ? (["tls"] as const) : [])]);
    const host = await HOSTS[platform](project, tracked, need);
    if (host.images || !folder.has(name)) {
        const machine = { environmentId: folder.environmentId, ...host.images };
        folder.writeStackFile(name, withMachineSettings(tracked, project.name, machine));
    }
    const env: NodeJS.ProcessEnv = {
        ...withTools(process.env, tools),
        PULUMI_BACKEND_URL: folder.backend,
        ...host.env,
        ...passphrase(process.env),
    };
    return {
        name,
        project,
        platform,
        local: true,
        cluster: host.cluster,
        settings: folder.readStackFile(name),
        current: folder.changedFile(name, tracked),
        env,
        pulumi: (command, args, options) =>
            RUN_PROGRAM.has(command[0]) || args.includes("--run-program")
                ? runPulumi([...command, ...onStack(name), "--config-file", folder.stackFile(name), ...args], {
                      ...options,
                      cwd: project.folder,
                      env,
                  })
                : runPulumi([...command, ...(WITHOUT_STACK.has(command[0]) ? [] : onStack(name)), ...args], {
                      ...options,
                      cwd: folder.projectFolder,
                      env,
                  }),
    };
}

// Nothing is made or installed for a stack that is somebody's: tools are found or are Pulumi's own downloads.
async function openOtherStack(project: Project, name: string, settings: StackFile, need: Need): Promise<Stack> {
    process.env.TRACED_ENVIRONMENT_TOOLS ||= "path,download";
    const platform = platformOf(settings, project.name);
    const cluster = platform === "kubernetes" ? namedCluster(settings, project.name, name) : undefined;
    const engine = setting(settings, project.name, "engine");
    const env = {
        ...withTools(process.env, await ensureTools(neededPlugins(settings, project.name))),
        // What looks at the stack's containers looks at the engine that they are on.
        ...(platform === "docker" && typeof engine === "string" && { DOCKER_HOST: engine }),
        ...(cluster?.kubeconfig !== undefined && { KUBECONFIG: cluster.kubeconfig }),
    };
    if (cluster && need !== "tools") {
        await expectCluster(cluster);
    }
    return {
        name,
        project,
        platform,
        local: false,
        cluster,
        settings,
        current: settings,
        env,
        pulumi: (command, args, options) =>
            runPulumi([...command, ...(WITHOUT_STACK.has(command[0]) ? [] : onStack(name)), ...args], {
                ...options,
                cwd: project.folder,
                env,
            }),
    };
}

function runPulumi(args: readonly string[], options: ChildOptions): Promise<ChildResult> {
    return runChild(onPath("pulumi", options.env.PATH) ?? "pulumi", args, options);
}

function onStack(name: string): string[] {
    return ["--stack", name];
}

// Who brings a passphrase of their own, for secrets in the tracked settings, keeps it.
function passphrase(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return env.PULUMI_CONFIG_PASSPHRASE || env.PULUMI_CONFIG_PASSPHRASE_FILE
        ? {}
        : { PULUMI_CONFIG_PASSPHRASE_FILE: ensurePassphraseFile(stateFolder()) };
}

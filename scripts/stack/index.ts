// A stack made ready for Pulumi's commands: on a local one with all it needs, on any other with what its user has.
import { engineStatus, ensureEngine } from "../../toolchain/engine";
import { ensureTools } from "../../toolchain/executables";
import { stateFolder } from "../../toolchain/folders";
import { ensureImages, ImageSet } from "../../toolchain/images";
import { onPath } from "../../toolchain/run";
import { ChildOptions, ChildResult, runChild } from "../children";
import { buildApps } from "./apps";
import { withTools } from "./environment";
import { LocalFolder } from "./localFolder";
import { withMachineSettings } from "./overlay";
import { ensurePassphraseFile } from "./passphrase";
import { openProject, Project, readStackFile } from "./project";
import { appBuilds, isLocal, neededImages, setting, StackFile } from "./settings";

/**
 * How much a command needs: `tools` to read and set, `engine` to remove resources, `images` to make them.
 */
export type Need = "tools" | "engine" | "images";

/** A stack that Pulumi's commands can be run on. */
export interface Stack {
    name: string;
    project: Project;
    /** Whether it runs on this machine's engine, with its state on this machine. */
    local: boolean;
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
        options?: Pick<ChildOptions, "output" | "interactive">,
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
        : openOtherStack(project, name, tracked);
}

/** Makes a stack of this machine ready whose settings are in no file of the checkout. */
export function openGeneratedStack(name: string, settings: StackFile, need: Need): Promise<Stack> {
    return openLocalStack(openProject(), name, settings, need);
}

async function openLocalStack(project: Project, name: string, tracked: StackFile, need: Need): Promise<Stack> {
    const folder = new LocalFolder(project);
    const tools = await ensureTools();
    const engine = need === "tools" ? await runningEngine() : await ensureEngine();
    if (engine && need === "images") {
        const wanted = neededImages(tracked, project.name);
        const images = wanted.length > 0 ? await ensureImages(engine, wanted) : undefined;
        const appImages = await buildApps(project.folder, appBuilds(tracked, project.name), {
            engine,
            registry: images?.registry,
        });
        const machine = { environmentId: folder.environmentId, images: madeImages(images), appImages };
        folder.writeStackFile(name, withMachineSettings(tracked, project.name, machine));
    } else if (!folder.has(name)) {
        folder.writeStackFile(
            name,
            withMachineSettings(tracked, project.name, { environmentId: folder.environmentId }),
        );
    }
    const env: NodeJS.ProcessEnv = {
        ...withTools(process.env, tools),
        PULUMI_BACKEND_URL: folder.backend,
        ...(engine && { DOCKER_HOST: engine.host }),
        ...passphrase(process.env),
    };
    return {
        name,
        project,
        local: true,
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

async function runningEngine(): Promise<{ host: string } | undefined> {
    const { answers, host } = await engineStatus();
    return answers ? { host } : undefined;
}

// Nothing is made or installed for a stack that is somebody's: tools are found or are Pulumi's own downloads.
async function openOtherStack(project: Project, name: string, settings: StackFile): Promise<Stack> {
    process.env.TRACED_ENVIRONMENT_TOOLS ||= "path,download";
    const engine = setting(settings, project.name, "engine");
    const env = {
        ...withTools(process.env, await ensureTools()),
        // What looks at the stack's containers looks at the engine that they are on.
        ...(typeof engine === "string" && { DOCKER_HOST: engine }),
    };
    return {
        name,
        project,
        local: false,
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

function madeImages(images: ImageSet | undefined) {
    if (!images?.registry) {
        return undefined;
    }
    // The tag, without Traefik's leading "v", is what the settings call the version.
    const versions = Object.entries(images.refs).map(([part, reference]) => [
        part,
        reference.slice(reference.lastIndexOf(":") + 1).replace(/^v(?=\d)/, ""),
    ]);
    return { registry: images.registry, versions: Object.fromEntries(versions) as Record<string, string> };
}

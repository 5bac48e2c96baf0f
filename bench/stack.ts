// A stack of the benchmarks' own, made by the project's program from settings that are in no file of the checkout.
import { ImageChoice, ImageName, resolveImage } from "../components/support/versions";
import { openGeneratedStack, Stack } from "../scripts/stack";
import { LocalFolder } from "../scripts/stack/localFolder";
import { clearInterrupted } from "../scripts/stack/interrupted";
import { runtimeOfStack } from "../scripts/runtime";
import { initStack, stackExists, stateText } from "../scripts/stack/operations";
import { openProject, readStackFile } from "../scripts/stack/project";
import { asRecord, platformOf, setting } from "../scripts/stack/settings";
import { Platform } from "../toolchain/executables";
import { say, step } from "../toolchain/progress";
import { VERSIONS } from "../toolchain/versions";
import { benchPlatformOf, BenchPlatform } from "./platform";
import { runProgram } from "./program";

/** Settings without the project's prefix. */
export type BenchSettings = Record<string, unknown>;

/** The ports that the stack publishes on 127.0.0.1. */
export interface Ports {
    web: number;
    /** Of Docker alone. */
    jaegerUi: number;
}

const PARTS: readonly (readonly [ImageName, string])[] = [
    ["elasticsearch", "Elasticsearch"],
    ["jaeger", "Jaeger"],
    ["traefik", "Traefik"],
];

/** One for each platform: what an interrupted run left on one is removed there. */
const NAMES: Readonly<Record<Platform, string>> = { docker: "bench", kubernetes: "bench-k8s" };
const QUIET = ["--yes", "--non-interactive", "--skip-preview"];

/** What all benchmarks' settings have on a platform; others are added to it. */
export function benchSettings(platform: Platform, { web, jaegerUi }: Ports, own: BenchSettings = {}): BenchSettings {
    return {
        environmentName: "bench",
        ...(platform === "docker"
            ? { engine: "local", ingress: { port: web, jaegerUiPort: jaegerUi } }
            : { platform, cluster: "local", ingress: { port: web } }),
        ...own,
    };
}

/** A resource of the stack's state. */
export interface StateResource {
    urn: string;
    type: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    dependencies?: string[];
}

/** The stack of the example shop on a platform. */
const DEVELOPMENT: Readonly<Record<Platform, string>> = { docker: "dev", kubernetes: "k8s" };

/** The name of the settings file of the example shop on a platform. */
export function developmentFile(platform: Platform): string {
    return `Pulumi.${DEVELOPMENT[platform]}.yaml`;
}

/** Its settings, with these ports. */
export function developmentSettings(platform: Platform, ports: Ports): BenchSettings {
    const project = openProject();
    const file = readStackFile(project, DEVELOPMENT[platform]);
    const own = Object.entries(file.config ?? {}).map(([key, value]) => [key.slice(project.name.length + 1), value]);
    return { ...(Object.fromEntries(own) as BenchSettings), ...benchSettings(platform, ports) };
}

/** The stack, with what benchmarks do with it. */
export class BenchStack {
    public readonly platform: BenchPlatform;

    private constructor(public readonly stack: Stack) {
        this.platform = benchPlatformOf(stack);
    }

    /** Makes the tools, the engine or the cluster, and the images of these settings ready. */
    static async open(settings: BenchSettings): Promise<BenchStack> {
        const { name } = openProject();
        const config = Object.fromEntries(
            Object.entries(settings).map(([key, value]) => [`${name}:${key}`, value]),
        );
        const file = { config };
        return new BenchStack(await openGeneratedStack(NAMES[platformOf(file, name)], file, "images"));
    }

    /** The environment for programs that use the stack. */
    get env(): NodeJS.ProcessEnv {
        return this.stack.env;
    }

    /** The images in its settings, with what this machine has made. */
    get images(): { registry?: string } & Partial<Record<ImageName, ImageChoice>> {
        return asRecord(setting(this.stack.settings, this.stack.project.name, "images"));
    }

    /** The versions of its parts, as an item of a report's head. */
    get parts(): string {
        const versions = [
            ...PARTS.map(([part, name]) => `${name} ${resolveImage(part, this.images[part] ?? {}).version}`),
            ...(this.stack.platform === "kubernetes" ? [`Kubernetes ${VERSIONS.kubernetes} (the local cluster)`] : []),
        ];
        return `- Parts: ${versions.join(", ")}\n`;
    }

    /** Brings the stack up, from nothing or from what an interrupted run has left. */
    async up(): Promise<void> {
        await this.removeLeftovers();
        await initStack(this.stack);
        await clearInterrupted(this.stack, "up");
        await this.pulumi("up", ...QUIET);
    }

    /** Previews it, and fails when anything would change. */
    preview(): Promise<string> {
        return this.pulumi("preview", "--non-interactive", "--expect-no-changes");
    }

    /** Removes it at a benchmark's end; when that fails it only says so, since what was measured must not be lost. */
    async removeAtEnd(): Promise<void> {
        try {
            await step("removes it", () => this.down());
        } catch (error) {
            say(`The stack "${this.stack.name}" could not be removed; the next run begins with it. ${String(error)}`);
        }
    }

    /** Removes all that it made, and the stack; does nothing when there is none. */
    async down(): Promise<void> {
        await this.removeLeftovers();
        if (!(await stackExists(this.stack))) {
            return;
        }
        await clearInterrupted(this.stack, "down");
        // In good order some would serve for half a minute more, and nobody asks them.
        await this.platform.stopAll();
        await this.pulumi("destroy", ...QUIET);
        await this.pulumi("stack", "rm", "--yes");
    }

    /** A file of the first running instance of a role. */
    async file(role: string, path: string): Promise<string> {
        const runtime = runtimeOfStack(this.stack);
        const found = (await runtime.instances()).find(({ component, running }) => component === role && running);
        if (!found) {
            throw new Error(`The stack "${this.stack.name}" has no running ${runtime.noun} of the role "${role}".`);
        }
        return runtime.run(found, ["cat", path]);
    }

    /** The resources of its state, with their secrets. */
    async resources(): Promise<StateResource[]> {
        const exported = JSON.parse(await this.pulumi("stack", "export", "--show-secrets")) as {
            deployment: { resources: StateResource[] };
        };
        return exported.deployment.resources;
    }

    /** The value of one of its generated passwords, by the resource's name. */
    async password(resource: string): Promise<string> {
        const found = (await this.resources()).find(({ urn }) => urn.endsWith(`::${resource}`));
        // Shown secrets are JSON inside of a marked record.
        const { plaintext } = asRecord(found?.outputs?.result) as { plaintext?: string };
        if (plaintext === undefined) {
            throw new Error(`The state of the stack "${this.stack.name}" has no password "${resource}".`);
        }
        return JSON.parse(plaintext) as string;
    }

    // What is there without a stack was made beside it, or by a script instead of it.
    private async removeLeftovers(): Promise<void> {
        await this.platform.removeBeside();
        // Pulumi itself takes half a second to say it, and `up` is measured.
        if (stateText(this.stack) === "") {
            await this.platform.removeMade();
        }
    }

    // As Stack.pulumi does, but with nothing printed.
    private pulumi(command: string, ...args: string[]): Promise<string> {
        const { name, project, env } = this.stack;
        const folder = new LocalFolder(project);
        const runsProgram = command === "up" || command === "preview";
        const options = runsProgram ? ["--config-file", folder.stackFile(name)] : [];
        const subcommand = command === "stack" ? args.slice(0, 1) : [];
        const rest = args.slice(subcommand.length);
        return runProgram("pulumi", [command, ...subcommand, "--stack", name, ...options, ...rest], {
            cwd: runsProgram ? project.folder : folder.projectFolder,
            env,
        });
    }
}

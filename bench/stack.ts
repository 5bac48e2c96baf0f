// A stack of the benchmarks' own, made by the project's program from settings that are in no file of the checkout.
import { ImageChoice, ImageName, resolveImage } from "../components/support/versions";
import { openGeneratedStack, Stack } from "../scripts/stack";
import { containersOf, listContainers } from "../scripts/stack/containers";
import { LocalFolder } from "../scripts/stack/localFolder";
import { clearInterrupted } from "../scripts/stack/interrupted";
import { engineFilters, membershipOf } from "../scripts/stack/membership";
import { initStack, stackExists } from "../scripts/stack/operations";
import { openProject, readStackFile } from "../scripts/stack/project";
import { asRecord, setting } from "../scripts/stack/settings";
import { say, step } from "../toolchain/progress";
import { removeLeftovers } from "./containers";
import { Engine } from "./engine";
import { runProgram } from "./program";

/** Settings without the project's prefix. */
export type BenchSettings = Record<string, unknown>;

/** The ports that the stack publishes on 127.0.0.1. */
export interface Ports {
    web: number;
    jaegerUi: number;
}

const PARTS: readonly (readonly [ImageName, string])[] = [
    ["elasticsearch", "Elasticsearch"],
    ["jaeger", "Jaeger"],
    ["traefik", "Traefik"],
];

const NAME = "bench";
const QUIET = ["--yes", "--non-interactive", "--skip-preview"];

/** What all benchmarks' settings have; others are added to it. */
export function benchSettings(ports: Ports, own: BenchSettings = {}): BenchSettings {
    return {
        engine: "local",
        environmentName: "bench",
        ingress: { port: ports.web, jaegerUiPort: ports.jaegerUi },
        ...own,
    };
}

/** A resource of the stack's state. */
export interface StateResource {
    urn: string;
    type: string;
    outputs?: Record<string, unknown>;
    dependencies?: string[];
}

/** The settings of the stack `dev`, with these ports. */
export function developmentSettings(ports: Ports): BenchSettings {
    const project = openProject();
    const file = readStackFile(project, "dev");
    const own = Object.entries(file.config ?? {}).map(([key, value]) => [key.slice(project.name.length + 1), value]);
    return { ...(Object.fromEntries(own) as BenchSettings), ...benchSettings(ports) };
}

/** The stack, with what benchmarks do with it. */
export class BenchStack {
    public readonly engine: Engine;

    private constructor(private readonly stack: Stack) {
        this.engine = new Engine(stack.env);
    }

    /** Makes the tools, the engine and the images of these settings ready. */
    static async open(settings: BenchSettings): Promise<BenchStack> {
        const { name } = openProject();
        const config = Object.fromEntries(
            Object.entries(settings).map(([key, value]) => [`${name}:${key}`, value]),
        );
        return new BenchStack(await openGeneratedStack(NAME, { config }, "images"));
    }

    /** The environment for programs that use the stack. */
    get env(): NodeJS.ProcessEnv {
        return this.stack.env;
    }

    /** The arguments by which `docker` lists all that it makes, and nothing else. */
    get filters(): string[] {
        return engineFilters(membershipOf(this.stack));
    }

    private get environmentId(): string {
        return String(setting(this.stack.settings, this.stack.project.name, "environmentId"));
    }

    /** The images in its settings, with what this machine has made. */
    get images(): { registry?: string } & Partial<Record<ImageName, ImageChoice>> {
        return asRecord(setting(this.stack.settings, this.stack.project.name, "images"));
    }

    /** The versions of its parts, as an item of a report's head. */
    get parts(): string {
        const versions = PARTS.map(([part, name]) => `${name} ${resolveImage(part, this.images[part] ?? {}).version}`);
        return `- Parts: ${versions.join(", ")}\n`;
    }

    /** Brings the stack up, from nothing or from what an interrupted run has left. */
    async up(): Promise<void> {
        await removeLeftovers(this.engine, this.environmentId);
        await initStack(this.stack);
        await clearInterrupted(this.stack);
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
            say(`The stack "${NAME}" could not be removed; the next run begins with it. ${String(error)}`);
        }
    }

    /** Removes all that it made, and the stack; does nothing when there is none. */
    async down(): Promise<void> {
        await removeLeftovers(this.engine, this.environmentId);
        if (!(await stackExists(this.stack))) {
            return;
        }
        await clearInterrupted(this.stack);
        await this.destroy();
        await this.pulumi("stack", "rm", "--yes");
    }

    /** Removes all that it made. */
    async destroy(): Promise<void> {
        await this.pulumi("destroy", ...QUIET);
    }

    /** The names of its containers, in whatever state they are, by role; without those that never start. */
    async containers(): Promise<{ name: string; role: string; state: string }[]> {
        const all = containersOf(this.stack, await listContainers(this.env));
        return all.map(({ name, component, state }) => ({ name, role: component, state }));
    }

    /** Stops what runs of it; Pulumi's state does not notice. */
    async stopContainers(): Promise<void> {
        for (const { name, state } of await this.containers()) {
            // One after the other: an engine that stops a hundred at once can miscount who is on a network, which then
            // can't be removed before the engine is started again (seen with Docker 20.10).
            if (state === "running") {
                await this.engine.docker(["stop", "--time", "1", name]);
            }
        }
    }

    /** The name of the first running container of a role. */
    async container(role: string): Promise<string> {
        const found = (await this.containers()).find((each) => each.role === role && each.state === "running");
        if (!found) {
            throw new Error(`The stack "${NAME}" has no running container of the role "${role}".`);
        }
        return found.name;
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
            throw new Error(`The state of the stack "${NAME}" has no password "${resource}".`);
        }
        return JSON.parse(plaintext) as string;
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

// A stack of the project's own program, driven by the project's own commands.
import { spawn } from "child_process";
import * as fs from "fs";
import * as path from "path";
import { fileURLToPath } from "url";

import { parse, stringify } from "yaml";

import { LABELS } from "../../../components/support/labels";
import { LocalFolder } from "../../../scripts/stack/localFolder";
import { engineFilters } from "../../../scripts/stack/membership";
import { lockFiles, readLock } from "../../../scripts/stack/operations";
import { openProject } from "../../../scripts/stack/project";
import { docker, Ran, ROOT, run } from "./command";

/** The settings of a stack without the project's prefix, as far as the tests change them. */
export interface TestSettings {
    storage: Record<string, unknown>;
    ingress: Record<string, unknown>;
    tracing?: Record<string, unknown>;
    apps: Record<string, Record<string, unknown>>;
    [key: string]: unknown;
}

const PREFIX = "traced-environment:";

/** The kinds of objects of an engine, in an order in which they can be removed. */
const ENGINE_OBJECTS = [
    { kind: "container", list: ["ls", "--all"], name: "{{.Names}}", remove: ["rm", "--force"] },
    { kind: "volume", list: ["ls"], name: "{{.Name}}", remove: ["rm"] },
    { kind: "network", list: ["ls"], name: "{{.Name}}", remove: ["rm"] },
] as const;

/** One change that a preview announces, or that was made. */
export interface Change {
    op: string;
    type: string;
    name: string;
}

/** A stack of a checkout, whose settings are those of a tracked one, by default the development stack, but for its ports. */
export class TestStack {
    public readonly settings: TestSettings;
    /** Further variables for the commands. */
    public readonly env: NodeJS.ProcessEnv = {};

    constructor(
        public readonly name: string,
        ports: { web: number; jaegerUi: number },
        private readonly folder = ROOT,
        like = "dev",
    ) {
        const tracked = parse(fs.readFileSync(path.join(folder, `Pulumi.${like}.yaml`), "utf8")) as {
            config: Record<string, unknown>;
        };
        this.settings = Object.fromEntries(
            Object.entries(tracked.config).map(([key, value]) => [key.slice(PREFIX.length), value]),
        ) as TestSettings;
        this.settings.ingress = { ...this.settings.ingress, port: ports.web, jaegerUiPort: ports.jaegerUi };
    }

    /** Where the settings are; git ignores it. */
    public get file(): string {
        return path.join(this.folder, `Pulumi.${this.name}.yaml`);
    }

    /** What the engine finds all by that belongs to the stack: not a stack of the same name of another checkout. */
    public get filters(): string[] {
        const { environmentId } = new LocalFolder(openProject(this.folder));
        return engineFilters({ partOf: this.partOf, environmentId });
    }

    /** `<project>-<stack>`, as labels say it. */
    protected get partOf(): string {
        return `traced-environment-${this.name}`;
    }

    private write(): void {
        const config = Object.fromEntries(
            Object.entries(this.settings).map(([key, value]) => [`${PREFIX}${key}`, value]),
        );
        fs.writeFileSync(this.file, stringify({ config }));
    }

    /** Runs one of the project's commands on the stack with the settings as they are now. */
    public async command(command: string, args: string[] = [], expect: number | "any" = 0): Promise<Ran> {
        this.write();
        const program = ["scripts/run.js", command, "--stack", this.name, ...args];
        return run(process.execPath, program, { expect, cwd: this.folder, env: this.env });
    }

    /** Starts one of the project's commands, which `kill` ends at once with all that it has started. */
    public start(command: string, args: string[] = []): { kill(): Promise<void> } {
        this.write();
        const program = ["scripts/run.js", command, "--stack", this.name, ...args];
        const child = spawn(process.execPath, program, {
            ...{ cwd: this.folder, env: { ...process.env, ...this.env }, stdio: "ignore", detached: true },
        });
        const ended = new Promise((resolve) => child.on("close", resolve));
        return {
            kill: async () => {
                const groups = [child.pid!, this.pulumiProcess()];
                groups.forEach((leader) => process.kill(-leader, "SIGKILL"));
                await ended;
            },
        };
    }

    /** The process of the Pulumi that changes the stack; it leads a group with its plugins. */
    public pulumiProcess(): number {
        const backend = fileURLToPath(new LocalFolder(openProject(this.folder)).backend);
        const [file] = lockFiles(backend, "traced-environment", this.name);
        return readLock(file)!.pid;
    }

    /** Runs `pulumi` on the stack. */
    public async pulumi(...args: string[]): Promise<Ran> {
        this.write();
        return run(process.execPath, ["scripts/run.js", "pulumi", "--stack", this.name, ...args], { cwd: this.folder });
    }

    /** Sets a secret setting, which a settings file in clear can't have; it stays until {@link unset}. */
    public async setSecret(path: string, value: string): Promise<void> {
        this.write();
        const args = ["config", "set", "--stack", this.name, "--secret", "--path", PREFIX + path];
        await run(process.execPath, ["scripts/run.js", "pulumi", ...args], { cwd: this.folder, input: value });
    }

    /** Takes a setting back that {@link setSecret} set. */
    public async unset(path: string): Promise<void> {
        await this.pulumi("config", "rm", "--path", PREFIX + path);
    }

    /** Forgets all that was set with {@link setSecret}; of a stack that is down. */
    public forgetSecrets(): void {
        fs.rmSync(new LocalFolder(openProject(this.folder)).stackFile(this.name), { force: true });
    }

    /** What a preview announces to change. */
    public async preview(): Promise<Change[]> {
        const { stdout } = await this.command("preview", ["--json"]);
        return changesOf(JSON.parse(stdout) as PreviewJson);
    }

    /** Brings the stack up and gives what the command printed as JSON. */
    public async up(
        ...args: string[]
    ): Promise<{ outputs: Record<string, never>; verification: unknown; changes: Record<string, number> }> {
        const { stdout } = await this.command("up", ["--json", ...args]);
        return JSON.parse(stdout);
    }

    /** The prefix of all physical names: found from the deployed storage's container. */
    public async containers(): Promise<Container[]> {
        const ids = await docker("ps", "--all", "--quiet", "--no-trunc", ...this.filters);
        if (ids.length === 0) {
            return [];
        }
        return JSON.parse((await docker("inspect", ...ids)).join("\n")) as Container[];
    }

    /**
     * One running container: by the end of its name, or, where Pulumi finds the name, by what stands before its own
     * characters. Of several, one that is well.
     */
    public async container(suffix: string): Promise<Container> {
        const running = (await this.containers()).filter(({ State }) => State.Running);
        const called = (name: RegExp) => running.filter(({ Name }) => name.test(Name));
        const found = [...called(new RegExp(`^/main${suffix}-[0-9a-f]{7}$`)), ...called(new RegExp(`${suffix}$`))];
        const well = found.find(({ State }) => State.Health?.Status !== "unhealthy");
        if (!well) {
            throw new Error(`no running container is called ${suffix}`);
        }
        return well;
    }

    /** Removes what an interrupted run has left, that of another checkout too: it would hold the ports. */
    public async removeLeftovers(): Promise<void> {
        await this.command("down", ["--keep-engine"], "any");
        await this.removeOfAllCheckouts();
    }

    protected async removeOfAllCheckouts(): Promise<void> {
        const filter = ["--filter", `label=${LABELS.partOf}=${this.partOf}`];
        for (const { kind, list, remove } of ENGINE_OBJECTS) {
            const ids = await docker(kind, ...list, "--quiet", ...filter);
            if (ids.length > 0) {
                await docker(kind, ...remove, ...ids);
            }
        }
    }

    /** Everything on the engine that belongs to the stack. */
    public async leftovers(): Promise<string[]> {
        const names = ENGINE_OBJECTS.map(({ kind, list, name }) => docker(kind, ...list, "--format", name, ...this.filters));
        return (await Promise.all(names)).flat();
    }
}

/** What `docker inspect` says of a container, as far as the tests look. */
export interface Container {
    Id: string;
    Name: string;
    /** The image's id. */
    Image: string;
    State: { Running: boolean; Status: string; Pid: number; Health?: { Status: string } };
    Config: { User: string; Env: string[]; Hostname: string; Labels: Record<string, string> };
    HostConfig: {
        ReadonlyRootfs: boolean;
        CapDrop: string[] | null;
        CapAdd: string[] | null;
        SecurityOpt: string[] | null;
        Privileged: boolean;
        LogConfig: { Type: string; Config: Record<string, string> };
        /** Bytes. */
        Memory: number;
        RestartPolicy: { Name: string };
    };
    Mounts: { Type: string }[];
    NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
}

/** What `pulumi preview --json` prints, as far as the tests look. */
export interface PreviewJson {
    steps?: { op: string; urn: string; newState?: { type: string }; oldState?: { type: string } }[];
}

export function changesOf(preview: PreviewJson): Change[] {
    return (preview.steps ?? [])
        .filter(({ op }) => !["same", "read", "refresh"].includes(op))
        .map(({ op, urn }) => {
            const [, , type, name] = urn.split("::");
            return { op, type: type.split("$").pop() as string, name };
        });
}

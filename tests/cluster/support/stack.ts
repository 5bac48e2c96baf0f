// A stack of resources on a cluster, driven by the real Pulumi CLI with its state in a folder of its own.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { stringify } from "yaml";

import { packageFolder } from "../../../toolchain/folders";

/** A resource of the program: a class of @pulumi/kubernetes, such as `core.v1.ConfigMap`, and its arguments. */
export interface ResourceOfTest {
    name: string;
    type: string;
    args: Record<string, unknown>;
    options?: Record<string, unknown>;
}

/** How a command of the CLI ended. */
export interface Ran {
    code: number | null;
    /** What it wrote, to either output. */
    output: string;
    stdout: string;
}

/** A resource in the stack's state. */
export interface ResourceState {
    urn: string;
    type: string;
    id: string;
    inputs: Record<string, any>;
    outputs: Record<string, any>;
    initErrors?: string[];
}

const PROJECT = "cluster-tests";
const NAME = "test";

export class ClusterStack {
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "cluster-stack-"));

    constructor(private readonly provider: Record<string, unknown>) {
        fs.mkdirSync(path.join(this.folder, "state"));
        const project = { name: PROJECT, runtime: "nodejs", main: "program.js" };
        fs.writeFileSync(path.join(this.folder, "Pulumi.yaml"), stringify(project));
        fs.writeFileSync(path.join(this.folder, "package.json"), JSON.stringify({ name: PROJECT }));
        fs.copyFileSync(path.join(__dirname, "program.js"), path.join(this.folder, "program.js"));
        fs.symlinkSync(path.join(packageFolder(), "node_modules"), path.join(this.folder, "node_modules"));
    }

    /** Runs a command on these resources. */
    async run(resources: readonly ResourceOfTest[], ...args: string[]): Promise<Ran> {
        return this.start(resources, ...args).ended;
    }

    /** Starts a command, which can be stopped meanwhile. */
    start(resources: readonly ResourceOfTest[], ...args: string[]): { ended: Promise<Ran>; interrupt(): void } {
        const content = JSON.stringify({ provider: this.provider, resources });
        fs.writeFileSync(path.join(this.folder, "resources.json"), content);
        return this.pulumi(...args);
    }

    /** Brings the stack up, and fails when that fails. */
    async up(resources: readonly ResourceOfTest[], ...args: string[]): Promise<Ran> {
        const ran = await this.run(resources, "up", "--yes", "--skip-preview", "--suppress-outputs", ...args);
        if (ran.code !== 0) {
            throw new Error(ran.output);
        }
        return ran;
    }

    /** What a preview would do, by the resources' names; what stays as it is is left out. */
    async preview(resources: readonly ResourceOfTest[], ...args: string[]): Promise<Record<string, string>> {
        const { code, output, stdout } = await this.run(resources, "preview", "--json", ...args);
        if (code !== 0) {
            throw new Error(output);
        }
        const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
        const changed = steps.filter(({ op }) => op !== "same").map(({ op, urn }) => [urn.split("::").at(-1)!, op]);
        return Object.fromEntries(changed);
    }

    /** The resource of a name in the state; undefined where there is none. */
    state(name: string): ResourceState | undefined {
        const file = path.join(this.folder, "state", ".pulumi", "stacks", PROJECT, `${NAME}.json`);
        const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as {
            checkpoint: { latest?: { resources?: ResourceState[] } };
        };
        return checkpoint.latest?.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
    }

    /** Makes the stack, still empty. */
    async init(): Promise<void> {
        await this.pulumi("stack", "init", NAME).ended;
    }

    /** Destroys what is left and removes the stack. */
    async remove(): Promise<void> {
        const { code, output } = await this.pulumi("destroy", "--yes", "--skip-preview", "--remove").ended;
        if (code !== 0) {
            throw new Error(output);
        }
        fs.rmSync(this.folder, { recursive: true });
    }

    private pulumi(...args: string[]): { ended: Promise<Ran>; interrupt(): void } {
        const stack = args[0] === "stack" && args[1] === "init" ? [] : ["--stack", NAME];
        const child = spawn("pulumi", [...args, ...stack, "--non-interactive", "--color", "never"], {
            cwd: this.folder,
            env: {
                ...process.env,
                PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
                PULUMI_CONFIG_PASSPHRASE: "",
            },
        });
        let [stdout, output] = ["", ""];
        child.stdout.on("data", (data: Buffer) => {
            stdout += data;
            output += data;
        });
        child.stderr.on("data", (data: Buffer) => (output += data));
        const ended = new Promise<Ran>((resolve, reject) => {
            child.on("error", reject);
            child.on("close", (code) => resolve({ code, output, stdout }));
        });
        return { ended, interrupt: () => child.kill("SIGINT") };
    }
}

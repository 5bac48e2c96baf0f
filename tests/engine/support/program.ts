// A Pulumi program that is not the project's own, such as an example. Its state is in the checkout's backend: a later
// run can remove what an interrupted one left.
import * as fs from "fs";
import * as path from "path";

import { stringify } from "yaml";

import { withTools } from "../../../scripts/stack/environment";
import { LocalFolder } from "../../../scripts/stack/localFolder";
import { ensurePassphraseFile } from "../../../scripts/stack/passphrase";
import { openProject } from "../../../scripts/stack/project";
import { ensureEngine, ensureTools } from "../../../toolchain";
import { stateFolder } from "../../../toolchain/folders";
import { Change, changesOf, PreviewJson } from "./stack";
import { Ran, run } from "./command";

/** The environment for a program on this machine's engine. */
export async function programEnvironment(): Promise<NodeJS.ProcessEnv> {
    return {
        ...withTools(process.env, await ensureTools()),
        DOCKER_HOST: (await ensureEngine()).host,
        PULUMI_BACKEND_URL: new LocalFolder(openProject()).backend,
        PULUMI_CONFIG_PASSPHRASE_FILE: ensurePassphraseFile(stateFolder()),
    };
}

/** What a program's stack is made from. */
export interface ProgramSettings {
    /** The program's own settings. */
    own: Record<string, unknown>;
    /** Settings of providers, such as `kubernetes:context`. */
    providers?: Record<string, string>;
    /** The program's own secret settings. */
    secrets?: Record<string, string>;
}

/** A stack of a program. */
export class Program {
    /** The name in its Pulumi.yaml. */
    public readonly project: string;
    private env: NodeJS.ProcessEnv | undefined;

    constructor(
        private readonly folder: string,
        private readonly stack: string,
    ) {
        this.project = path.basename(folder);
    }

    /** Makes the stack, and removes what an interrupted run left of it. */
    public async init(env: NodeJS.ProcessEnv, { own, providers = {}, secrets = {} }: ProgramSettings): Promise<void> {
        this.env = env;
        await this.remove();
        const prefixed = Object.entries(own).map(([key, value]) => [`${this.project}:${key}`, value]);
        fs.writeFileSync(this.file, stringify({ config: { ...Object.fromEntries(prefixed), ...providers } }));
        await this.pulumi("stack", "init");
        for (const [key, value] of Object.entries(secrets)) {
            await this.pulumi("config", "set", "--secret", key, value);
        }
    }

    /** Brings the stack up and gives its outputs. */
    public async up(...args: string[]): Promise<Record<string, unknown>> {
        await this.pulumi("up", "--yes", "--skip-preview", ...args);
        return JSON.parse((await this.pulumi("stack", "output", "--json")).stdout) as Record<string, unknown>;
    }

    /** What a preview announces to change. */
    public async preview(): Promise<Change[]> {
        return changesOf(JSON.parse((await this.pulumi("preview", "--json")).stdout) as PreviewJson);
    }

    public async destroy(): Promise<void> {
        await this.pulumi("destroy", "--yes", "--skip-preview", "--remove");
    }

    /** What a run leaves that failed. */
    public async remove(): Promise<void> {
        if (this.env) {
            await this.run("any", "destroy", "--yes", "--skip-preview", "--remove");
        }
        fs.rmSync(this.file, { force: true });
    }

    public pulumi(...args: string[]): Promise<Ran> {
        return this.run(0, ...args);
    }

    private run(expect: number | "any", ...args: string[]): Promise<Ran> {
        const onStack = [...args, "--stack", this.stack, "--non-interactive"];
        return run("pulumi", onStack, { cwd: this.folder, env: this.env, expect });
    }

    private get file(): string {
        return path.join(this.folder, `Pulumi.${this.stack}.yaml`);
    }
}

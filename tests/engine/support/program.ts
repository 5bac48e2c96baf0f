// A Pulumi program that is not the project's own, such as an example. Its state is in a backend that stays: a later run
// can remove what an interrupted one left.
import * as fs from "fs";
import * as path from "path";

import { stringify } from "yaml";

import { buildApps } from "../../../scripts/stack/apps";
import { stacksFolder } from "../../../scripts/stack/localFolder";
import { ensurePassphraseFile } from "../../../scripts/stack/passphrase";
import { ensureEngine } from "../../../toolchain";
import { ensureFolder, stateFolder } from "../../../toolchain/folders";
import { ensureImages } from "../../../toolchain/images";
import { Ran, ROOT, run } from "./command";
import { Change, changesOf, PreviewJson } from "./stack";

/** The folder with the programs' state. The checkout's own goes with its last stack, also while a test begins. */
export function programBackend(): string {
    return ensureFolder(path.join(stacksFolder(), "programs-of-tests"));
}

/** The environment for a program: the tools and the platform are those of the tests. */
export function programEnvironment(): NodeJS.ProcessEnv {
    return {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${programBackend()}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: ensurePassphraseFile(stateFolder()),
    };
}

/** What programs are made of on this machine. */
export interface ProgramImages {
    /** Where the parts' images come from, as the programs' setting `images` says it. */
    images: object;
    /** The example shop's image. */
    shop: string;
    /** PostgreSQL's image, where it is not the vendor's. */
    postgres: string | undefined;
}

/** Finds or makes the images that programs need. */
export async function programImages(): Promise<ProgramImages> {
    const { registry, versions, refs } = await ensureImages(ensureEngine, [...PARTS, "python", "postgres"]);
    const apps = [{ name: "shop", folder: "examples/django-shop" }];
    const { shop } = await buildApps(ROOT, apps, { engine: ensureEngine, registry, bases: registry });
    const parts = PARTS.filter((part) => versions[part] !== undefined).map((part) => [part, { version: versions[part] }]);
    return { images: { ...(registry ? { registry } : {}), ...Object.fromEntries(parts) }, shop, postgres: refs.postgres };
}

const PARTS = ["elasticsearch", "jaeger", "traefik"] as const;

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

    /** All that a preview says which fails. */
    public async failingPreview(): Promise<string> {
        const { code, stdout, stderr } = await this.run("any", "preview");
        expect(code).not.toBe(0);
        return stdout + stderr;
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

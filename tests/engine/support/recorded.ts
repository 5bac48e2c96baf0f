// The states that earlier releases left, and previews of this version on them. A state is recorded from a real stack and
// encrypted with a passphrase that everybody knows: the stack is gone, and its secrets with it.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { parse, stringify } from "yaml";

import { LocalFolder } from "../../../scripts/stack/localFolder";
import { openProject } from "../../../scripts/stack/project";
import { asRecord } from "../../../scripts/stack/settings";
import { CONTEXT } from "../../../toolchain/cluster/layout";
import { Platform } from "../../../toolchain/executables";
import { dataHolders, Step } from "../../helpers/upgrade";
import { ROOT, run } from "./command";
import { TestStack } from "./stack";

const FOLDER = path.join(ROOT, "tests/recorded");
const PASSPHRASE = "recorded";

/** The releases whose state is recorded, oldest first. */
export const RELEASES = fs.readdirSync(FOLDER).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

interface Deployment {
    deployment: { resources: { type: string; urn: string; inputs?: Record<string, unknown> }[] };
}

/** A cluster that nobody reaches: the objects of the record are gone, and a change can't be tried on them. */
function nowhere(folder: string): NodeJS.ProcessEnv {
    const name = CONTEXT;
    const named = { clusters: [{ name, cluster: { server: "https://127.0.0.1:1" } }], users: [{ name, user: {} }] };
    const context = { name, context: { cluster: name, user: name } };
    const file = path.join(folder, "kubeconfig.json");
    fs.writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "Config", ...named, contexts: [context] }));
    return { KUBECONFIG: file };
}

/** Leaves out where in the sources a resource was made, which is most of a state and means nothing later. */
function withoutPositions(key: string, value: unknown): unknown {
    return key === "sourcePosition" || key === "stackTrace" ? undefined : value;
}

/** What a release left on a platform. */
export class Recorded {
    constructor(
        private readonly release: string,
        private readonly platform: Platform,
    ) {}

    /** What of it holds data. */
    public dataHolders(): string[] {
        return dataHolders(this.resources());
    }

    private resources(): Deployment["deployment"]["resources"] {
        return (JSON.parse(fs.readFileSync(this.file("state.json"), "utf8")) as Deployment).deployment.resources;
    }

    /** The file in which the changes stand that this version makes to it. */
    public get changesFile(): string {
        return this.file("changes.txt");
    }

    /** What the program of a checkout changes of it, by a preview that looks at all of it. */
    public async preview(folder = ROOT): Promise<Step[]> {
        return this.inBackend(folder, nowhere, async (pulumi, stack) => {
            await pulumi("stack", "import", "--stack", stack, "--file", this.file("state.json"));
            const { stdout } = await pulumi("preview", "--stack", stack, "--json");
            const { steps, changeSummary } = JSON.parse(stdout) as { steps: Step[]; changeSummary: Record<string, number> };
            const seen = Object.values(changeSummary).reduce((sum, each) => sum + each, 0);
            const own = this.resources().filter(({ type }) => !type.startsWith("pulumi:"));
            expect(seen).toBeGreaterThanOrEqual(own.length);
            return steps;
        });
    }

    /** Brings a stack up in a backend of its own, records its state, and removes it. */
    public async record(stack: TestStack): Promise<void> {
        // This tells the settings that a machine makes, such as the images'.
        await stack.command("preview");
        const { encryptionsalt: _salt, ...settings } = new LocalFolder(openProject()).readStackFile(stack.name);
        fs.mkdirSync(path.join(FOLDER, this.release), { recursive: true });
        fs.writeFileSync(this.file("settings.yaml"), stringify({ name: stack.name, ...settings }));
        const { KUBECONFIG } = process.env;
        await this.inBackend(ROOT, () => ({}), async (pulumi, name) => {
            await pulumi("up", "--stack", name, "--yes", "--skip-preview");
            const { stdout } = await pulumi("stack", "export", "--stack", name);
            const state = `${JSON.stringify(JSON.parse(stdout), withoutPositions, 1)}\n`;
            fs.writeFileSync(this.file("state.json"), KUBECONFIG ? state.replaceAll(KUBECONFIG, "kubeconfig") : state);
            await pulumi("destroy", "--stack", name, "--yes", "--skip-preview");
        });
    }

    /** Does something with a stack of the recorded name in a backend of its own. */
    private async inBackend<Result>(
        folder: string,
        cluster: (folder: string) => NodeJS.ProcessEnv,
        work: (pulumi: (...args: string[]) => Promise<{ stdout: string }>, stack: string) => Promise<Result>,
    ): Promise<Result> {
        const { name, ...settings } = asRecord(parse(fs.readFileSync(this.file("settings.yaml"), "utf8")));
        const backend = fs.mkdtempSync(path.join(os.tmpdir(), "recorded-"));
        const file = path.join(folder, `Pulumi.${String(name)}.yaml`);
        const env = {
            ...cluster(backend),
            PULUMI_BACKEND_URL: `file://${backend}`,
            PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
            PULUMI_CONFIG_PASSPHRASE_FILE: "",
        };
        const pulumi = (...args: string[]) => run("pulumi", [...args, "--non-interactive"], { cwd: folder, env });
        try {
            fs.writeFileSync(file, stringify(settings));
            await pulumi("stack", "init", String(name));
            return await work(pulumi, String(name));
        } finally {
            fs.rmSync(backend, { recursive: true, force: true });
            fs.rmSync(file, { force: true });
        }
    }

    private file(name: string): string {
        return path.join(FOLDER, this.release, `${this.platform}.${name}`);
    }
}

// A project that is made from a template, by the commands of the README.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { stringify } from "yaml";

import { code, read, section } from "../../unit/docs/pages";
import { cloneCheckout } from "./clone";
import { run } from "./command";
import { programEnvironment } from "./program";

const HEADING = "## A program of your own, from a template";
/** The template and the stack that the README names. */
const TEMPLATE = "docker-typescript";
const STACK = "dev";

/** The commands, as the README has them. */
function commands(): string[] {
    const [block] = code(section(read("README.md"), HEADING), "sh");
    return block.trim().split("\n");
}

/** The SDKs whose plugins are here: of a newer one the plugin would be downloaded. */
function sdks(): string {
    const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
    const own = Object.entries(devDependencies).filter(([name]) => name.startsWith("@pulumi/"));
    return own.map(([name, version]) => `${name}@${version}`).join(" ");
}

/** A project made from a template, in a folder that is removed with it. */
export class TemplateProject {
    private readonly parent = fs.mkdtempSync(path.join(os.tmpdir(), "template-"));
    /** As the README calls it; the project's name too. */
    private readonly folder = path.join(this.parent, "first");
    private readonly checkout = path.join(this.parent, "checkout");

    constructor(
        private readonly template: string,
        private readonly stack: string,
    ) {}

    /** A copy of the checkout, and nothing of what an interrupted run left. */
    public async prepare(): Promise<void> {
        fs.renameSync(await cloneCheckout(), this.checkout);
        fs.mkdirSync(this.folder);
        const project = { name: path.basename(this.folder), runtime: "nodejs" };
        fs.writeFileSync(path.join(this.folder, "Pulumi.yaml"), stringify(project));
        await this.destroy();
        fs.rmSync(this.folder, { recursive: true });
    }

    /** Follows the README; what it installs and builds first is there, and the stack has settings of the test's. */
    public async followReadme(settings: Record<string, string>): Promise<void> {
        const set = Object.entries(settings).map(([key, value]) => `pulumi config set ${key} '${value}'`);
        const lines = commands()
            .filter((line) => !/^(npm ci|docker build)/.test(line))
            .flatMap((line) => (line === `pulumi stack init ${STACK}` ? [`pulumi stack init ${this.stack}`, ...set] : [line]))
            .map((line) => (line.startsWith("npm install") ? `${line} ${sdks()}` : line.replace(TEMPLATE, this.template)));
        await run("bash", ["-ec", lines.join("\n")], { cwd: this.checkout, env: programEnvironment() });
    }

    /** Fails when a preview announces a change. */
    public async expectNoChanges(): Promise<void> {
        await this.pulumi(0, "preview", "--expect-no-changes");
    }

    /** Removes all that it made. */
    public async destroy(expect: number | "any" = "any"): Promise<void> {
        await this.pulumi(expect, "destroy", "--yes", "--remove");
    }

    /** Removes what a run leaves that failed, and the folder. */
    public async remove(): Promise<void> {
        await this.destroy();
        fs.rmSync(this.parent, { recursive: true });
    }

    private async pulumi(expect: number | "any", ...args: string[]): Promise<void> {
        const onStack = [...args, "--stack", this.stack, "--non-interactive"];
        await run("pulumi", onStack, { cwd: this.folder, env: programEnvironment(), expect });
    }
}

/** How many commands the README takes to the first trace. */
export function commandsToFirstTrace(): number {
    return commands().length;
}

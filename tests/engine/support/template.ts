// Projects as a reader makes them: from a template, and by hand with the library, by the commands of the documentation.
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
            .filter((line) => !/^docker build/.test(line))
            .flatMap((line) => (line === `pulumi stack init ${STACK}` ? [`pulumi stack init ${this.stack}`, ...set] : [line]))
            .map((line) => line.replace(TEMPLATE, this.template));
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

/** The page that says how a project is made by hand. */
const GUIDE = "docs/guide-library.md";

/** The commands of a section of the guide, a command each. */
function guideCommands(heading: string): string[] {
    const text = code(section(read(GUIDE), heading), "sh").join("\n");
    return text.replace(/ *\\\n */g, " ").trim().split("\n");
}

/** A project that is made by hand, with the README's program, in a folder that is removed with it. */
export class LibraryProject {
    private readonly parent = fs.mkdtempSync(path.join(os.tmpdir(), "library-"));
    private readonly folder = path.join(this.parent, "first");

    constructor(private readonly stack: string) {}

    /** Follows the guide, and gives how many commands that took. */
    public async followGuide(settings: Record<string, string>, secretKey: string): Promise<number> {
        const checkout = path.join(this.parent, "traced-environment");
        fs.renameSync(await cloneCheckout(), checkout);
        await this.inFolder(checkout, guideCommands("## Installing"));
        fs.mkdirSync(this.folder);
        const all = guideCommands("## A project").filter((line) => !line.startsWith("pulumi config set --path images."));
        const inits = all.findIndex((line) => line.startsWith("pulumi stack init"));
        await this.inFolder(this.folder, all.slice(0, inits));
        fs.writeFileSync(path.join(this.folder, "Pulumi.yaml"), "name: first\nruntime: nodejs\nmain: index.ts\n");
        const [program] = code(section(read("README.md"), "## The components in your own stack"), "ts");
        fs.writeFileSync(path.join(this.folder, "index.ts"), program.replace('"../../components"', '"traced-environment"'));
        await this.destroy();
        await this.inFolder(this.folder, [
            `pulumi stack init ${this.stack}`,
            ...Object.entries(settings).map(([key, value]) => `pulumi config set ${key} '${value}'`),
            `pulumi config set --secret secretKey ${secretKey}`,
            "pulumi up --yes",
        ]);
        return guideCommands("## Installing").length + all.length;
    }

    /** Removes all that it made. */
    public async destroy(expect: number | "any" = "any"): Promise<void> {
        const args = ["destroy", "--yes", "--remove", "--stack", this.stack, "--non-interactive"];
        await run("pulumi", args, { cwd: this.folder, env: programEnvironment(), expect });
    }

    /** Removes what a run leaves that failed, and the folder. */
    public async remove(): Promise<void> {
        if (fs.existsSync(this.folder)) {
            await this.destroy();
        }
        fs.rmSync(this.parent, { recursive: true });
    }

    private async inFolder(cwd: string, lines: readonly string[]): Promise<void> {
        await run("bash", ["-ec", lines.join("\n")], { cwd, env: programEnvironment() });
    }
}

// What a checkout keeps on this machine about its local stacks: Pulumi's state, and the settings made for them.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { parse, stringify } from "yaml";

import { Platform, StackPlugin } from "../../toolchain/executables";
import { ensureFolder, stateFolder } from "../../toolchain/folders";
import { nextFile } from "./overlay";
import { Project, readYaml } from "./project";
import { asRecord, StackFile } from "./settings";

/** Folder of the checkouts' folders. */
export function stacksFolder(): string {
    return path.join(stateFolder(), "stacks");
}

/** Where a checkout's local stacks are kept. */
export class LocalFolder {
    /** Short, since it is part of the names of containers; the checkout's path decides it. */
    public readonly environmentId: string;
    private readonly folder: string;

    constructor(private readonly project: Project) {
        const hash = createHash("sha256").update(fs.realpathSync(project.folder)).digest("hex");
        this.environmentId = hash.slice(0, 6);
        this.folder = path.join(stacksFolder(), hash.slice(0, 16));
    }

    /** Pulumi's backend for these stacks. */
    public get backend(): string {
        return `file://${ensureFolder(path.join(this.folder, "backend"))}`;
    }

    /**
     * A folder that Pulumi takes for the project's: commands that can't be told another settings file (`stack init`)
     * find the machine's beside its `Pulumi.yaml`.
     */
    public get projectFolder(): string {
        const folder = ensureFolder(path.join(this.folder, "project"));
        write(path.join(folder, "Pulumi.yaml"), stringify({ name: this.project.name, runtime: "nodejs" }));
        return folder;
    }

    /** The settings file of a stack on this machine. */
    public stackFile(stack: string): string {
        return path.join(this.projectFolder, `Pulumi.${stack}.yaml`);
    }

    /** Whether there is a settings file for the stack. */
    public has(stack: string): boolean {
        return fs.existsSync(this.stackFile(stack));
    }

    /** The settings file's content. */
    public readStackFile(stack: string): StackFile {
        return asRecord(readYaml(this.stackFile(stack)));
    }

    /** Whether the state of a stack has resources of a plugin. */
    public hasResources(stack: string, plugin: StackPlugin): boolean {
        return stateFiles(path.join(this.folder, "backend")).some(
            (file) => path.basename(file) === `${stack}.json` && hasResources(file, plugin),
        );
    }

    /** Writes the settings file anew. What the user has set in it, and the salt of its secrets, stay. */
    public writeStackFile(stack: string, generated: StackFile): void {
        const next = this.changedFile(stack, generated);
        write(this.generatedFile(stack), JSON.stringify(generated, undefined, 2));
        write(
            this.stackFile(stack),
            `# Made from Pulumi.${stack}.yaml; what "pulumi config set" adds here stays.\n${stringify(next)}`,
        );
    }

    /** Settings with what the user has set in the file since it was generated. */
    public changedFile(stack: string, generated: StackFile): StackFile {
        const [file, generatedFile] = [this.stackFile(stack), this.generatedFile(stack)];
        const present = fs.existsSync(file) && fs.existsSync(generatedFile);
        return nextFile(
            generated,
            present
                ? {
                      generated: JSON.parse(fs.readFileSync(generatedFile, "utf8")) as StackFile,
                      file: asRecord(parse(fs.readFileSync(file, "utf8"))),
                  }
                : undefined,
        );
    }

    private generatedFile(stack: string): string {
        return path.join(this.folder, `generated.${stack}.json`);
    }
}

/** The stacks of all checkouts on this machine that have resources on a platform, as the files of their state. */
export function stacksWithResources(platform: Platform, folder = stacksFolder()): string[] {
    return stateFiles(folder).filter((file) => hasResources(file, platform));
}

/** The files with the state of each stack, in one backend's folder or in a folder of several. */
export function stateFiles(folder: string): string[] {
    if (!fs.existsSync(folder)) {
        return [];
    }
    return fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => /(^|\/)\.pulumi\/stacks\/.*\.json$/.test(file))
        .map((file) => path.join(folder, file));
}

// A state that can't be read is taken for one that has resources: nothing is stopped because of it.
function hasResources(file: string, plugin: StackPlugin): boolean {
    try {
        const state = JSON.parse(fs.readFileSync(file, "utf8")) as {
            checkpoint?: { latest?: { resources?: { type: string }[] } };
        };
        // The provider comes first and goes last.
        const types = [`pulumi:providers:${plugin}`, `${plugin}:`];
        return (state.checkpoint?.latest?.resources ?? []).some(({ type }) => types.some((each) => type.startsWith(each)));
    } catch {
        return true;
    }
}

function write(file: string, content: string): void {
    if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === content) {
        return;
    }
    const unfinished = `${file}.${process.pid}`;
    fs.writeFileSync(unfinished, content, { mode: 0o600 });
    fs.renameSync(unfinished, file);
}

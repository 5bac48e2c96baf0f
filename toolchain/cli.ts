// The toolchain's commands: makes the tools and images, starts, stops and shows the engine and the registry.
import { engineStatus, ensureEngine, stopEngine } from "./engine";
import { ensureTools } from "./executables";
import { ensureImages } from "./images";
import { say } from "./progress";
import { ensureRegistry, registryStatus, stopRegistry } from "./registry";

const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
    tools: ensureTools,
    images: async () => ensureImages(await ensureEngine()),
    "engine start": ensureEngine,
    "engine stop": async () => ({ stopped: await stopEngine() }),
    "engine status": engineStatus,
    "registry start": ensureRegistry,
    "registry stop": async () => ({ stopped: await stopRegistry() }),
    "registry status": registryStatus,
};

async function main(words: readonly string[]): Promise<void> {
    const name = words.join(" ");
    if (!Object.hasOwn(COMMANDS, name)) {
        throw new Error(`Unknown command "${name}": expected one of ${Object.keys(COMMANDS).join(", ")}.`);
    }
    process.stdout.write(`${JSON.stringify(await COMMANDS[name](), undefined, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: Error) => {
    say(error.message);
    process.exitCode = 1;
});

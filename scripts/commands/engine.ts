// `npm run engine`: starts, stops and shows the local Docker engine and registry by themselves.
import { engineStatus, ensureEngine, stopEngine } from "../../toolchain/engine";
import { ensureRegistry, registryStatus, stopRegistry } from "../../toolchain/registry";
import { Command } from "./command";
import { JSON_RESULT } from "./options";

export const engine: Command = {
    usage: {
        name: "engine",
        summary: "Starts, stops or shows (the default) the local Docker engine and the local image registry.",
        options: { json: JSON_RESULT },
        words: ["start", "stop", "status"],
    },
    async run(args) {
        if (args.word === "start") {
            await ensureEngine();
            await ensureRegistry();
        } else if (args.word === "stop") {
            await stopRegistry();
            await stopEngine();
        }
        const status = { engine: await engineStatus(), registry: await registryStatus() };
        process.stdout.write(
            args.has("json")
                ? `${JSON.stringify(status, undefined, 2)}\n`
                : line("Docker engine", status.engine.host, status.engine) +
                      line("image registry", status.registry.address, status.registry),
        );
        return 0;
    },
};

function line(what: string, where: string, status: { answers: boolean; startedByUs: boolean }): string {
    const state = !status.answers ? "does not answer" : status.startedByUs ? "runs, started here" : "runs";
    return `${what} at ${where}: ${state}\n`;
}

// Which engines can use images that are made on this machine.
import { EngineAddress } from "./docker";

/** Throws when the engine is on another machine: it would look for images made here on its own 127.0.0.1. */
export function refuseRemoteEngine(engine: EngineAddress): void {
    const address = /^(?:tcp|http|https|ssh):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)/.exec(engine.host)?.[1];
    if (address !== undefined && !["localhost", "127.0.0.1", "[::1]"].includes(address)) {
        throw new Error(
            `The vendors' image registries don't answer, and images made here can't reach the engine at ` +
                `${engine.host}: expected an engine on this machine. Instead: set the registry prefix in ` +
                "your settings to a mirror that the engine reaches.",
        );
    }
}

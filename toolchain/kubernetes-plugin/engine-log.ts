// Telling the engine what its user should see: warnings that stay, and a line of status that the next one replaces.
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Where messages go. */
export interface EngineLog {
    warn(urn: string, message: string): void;
    /** What is being done about a resource now; an empty text takes it away. */
    status(urn: string, message: string): void;
}

/** The log of the engine at an address. A message that can't be told is lost: it is not worth failing for. */
export function engineLog(address: string): EngineLog {
    const client = new EngineClient(address, grpc.credentials.createInsecure());
    const last = new Map<string, string>();
    const log = (severity: LogSeverity, urn: string, message: string, ephemeral: boolean): void => {
        const request = new LogRequest().setSeverity(severity).setUrn(urn).setMessage(message).setEphemeral(ephemeral);
        client.log(request, () => undefined);
    };
    return {
        warn: (urn, message) => log(LogSeverity.WARNING, urn, message, false),
        status(urn, message) {
            if ((last.get(urn) ?? "") !== message) {
                last.set(urn, message);
                log(LogSeverity.INFO, urn, message, true);
            }
        },
    };
}

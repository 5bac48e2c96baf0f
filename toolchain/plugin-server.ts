// The process of an engine plugin: a gRPC server on a free port that it prints, ended with its engine.
import * as grpc from "@grpc/grpc-js";

/** How often the plugin looks whether the engine that started it is still there. */
const PARENT_CHECK_MS = 2_000;

/** The engine's messages (schemas, states) may be of any size. */
const UNLIMITED = -1;

/**
 * Serves a gRPC service as the engine expects it of a plugin: on a free local port, whose number is the first
 * and only line that the plugin itself writes to stdout.
 *
 * Ends on SIGINT (by which the engine closes a plugin), on SIGTERM, and when the engine is gone.
 *
 * @param onEnd what is to be done before the process ends, such as stopping child processes
 */
export async function servePlugin<Implementation extends grpc.UntypedServiceImplementation>(
    service: grpc.ServiceDefinition<Implementation>,
    implementation: Partial<Implementation>,
    onEnd: () => Promise<void> = async () => undefined,
): Promise<void> {
    const server = new grpc.Server({
        "grpc.max_receive_message_length": UNLIMITED,
        "grpc.max_send_message_length": UNLIMITED,
    });
    // What an implementation leaves out is answered with UNIMPLEMENTED.
    server.addService(service, implementation as grpc.UntypedServiceImplementation);
    const port = await listen(server);
    endWithEngine(onEnd);
    process.stdout.write(`${port}\n`);
}

/** What a failed call tells the engine. */
export function asGrpcError(error: unknown): Partial<grpc.StatusObject> {
    const details = error instanceof Error ? error.message : String(error);
    return { code: grpc.status.UNKNOWN, details };
}

/** A handler that refuses its call because the stand-in does not have that function. */
export function refuse(details: string): (call: unknown, callback: grpc.sendUnaryData<never>) => void {
    return (_call, callback) => callback({ code: grpc.status.UNIMPLEMENTED, details });
}

function listen(server: grpc.Server): Promise<number> {
    return new Promise((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error ? reject(error) : resolve(port),
        ),
    );
}

function endWithEngine(onEnd: () => Promise<void>): void {
    let ending = false;
    const end = (): void => {
        if (!ending) {
            ending = true;
            void onEnd().finally(() => process.exit(0));
        }
    };
    process.on("SIGINT", end);
    process.on("SIGTERM", end);
    // An engine that was killed sends nothing, but its children get another parent.
    const engine = process.ppid;
    setInterval(() => process.ppid !== engine && end(), PARENT_CHECK_MS).unref();
}

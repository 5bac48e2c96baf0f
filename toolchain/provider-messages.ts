// What the resource plugins written here share: the engine's messages to and from plain values, and handlers.
import * as grpc from "@grpc/grpc-js";
import { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

import { asGrpcError } from "./plugin-server";
import type { Properties } from "./property-values";

/** A handler whose promise is its answer or its error, which `asError` turns into what the engine is told. */
export function answer<Request, Response>(
    handle: (request: Request) => Promise<Response>,
    asError: (error: unknown) => Partial<grpc.StatusObject> = asGrpcError,
): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        handle(call.request).then(
            (response) => callback(null, response),
            (error: unknown) => callback(asError(error)),
        );
    };
}

/** The type token of the resource that a request is about. */
export function typeOf(request: { getType(): string; getUrn(): string }): string {
    // Engines before 3.140 send the type only within the URN, as the last of the types joined by "$".
    return request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
}

/** The properties in a message; none when it has none. */
export function fromStruct(struct: Struct | undefined): Properties {
    return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Properties for a message. */
export function toStruct(properties: Properties): Struct {
    return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

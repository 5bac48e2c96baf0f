// The tracing contracts: where spans are sent, and where traces are read.
import * as pulumi from "@pulumi/pulumi";

import { Reach } from "../platform";
import { field } from "../support/inputs";

/** Where spans are sent by OTLP: from `JaegerCollector`, another stack, or a service that exists. */
export interface OtlpEndpoint {
    /** OTLP over gRPC, e.g. `http://collector:4317`; the scheme says whether it is encrypted. */
    grpc?: pulumi.Input<string>;
    /** OTLP over HTTP without the signal's path, e.g. `https://otlp.example.org`. */
    http?: pulumi.Input<string>;
    /** Where samplers that ask for their strategies do so by HTTP, e.g. `http://collector:5778/sampling`. */
    sampling?: pulumi.Input<string>;
    /** The certificate authorities (PEM) that an https endpoint's certificate is checked with. @default the system's */
    ca?: pulumi.Input<string>;
    /** Headers that the endpoint asks for, such as an API key; treated as secrets whether they are marked or not. */
    headers?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** How callers get there; without it they need a way out (`egress`). */
    reach?: pulumi.Input<Reach>;
}

/** Whether an endpoint asks for headers, which is no secret. */
export function asksForHeaders(otlp: pulumi.Input<OtlpEndpoint>): pulumi.Output<boolean> {
    return pulumi.unsecret(pulumi.output(field(otlp, "headers"))).apply((headers) => Object.keys(headers ?? {}).length > 0);
}

/** Where traces are read: Jaeger's query API and UI. It has no authentication of its own. */
export interface QueryEndpoint {
    /** The base address, e.g. `http://query:16686`. */
    url: pulumi.Input<string>;
    /** How callers get there. */
    reach?: pulumi.Input<Reach>;
}

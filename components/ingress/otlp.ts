// Where the ingress sends its spans: the endpoint's values, refused by path when they are known.
import * as pulumi from "@pulumi/pulumi";

import { certificatesProblem } from "../support/certificates";
import { Problem, refuseLate, shown } from "../support/errors";
import { field, namesPlainly } from "../support/inputs";
import { otlpAddressProblem } from "../tracing/address";
import { asksForHeaders, OtlpEndpoint } from "../tracing/contract";
import { headersProblem } from "../tracing/headers";
import { OtlpTarget } from "./configuration";

/** The arguments that decide where spans go. */
interface OtlpArgs {
    otlp: pulumi.Input<OtlpEndpoint>;
    otlpHeaders?: boolean;
}

/** Whether headers are sent; undefined when nobody said, and the endpoint is not known yet. */
export function sendsHeaders({ otlp, otlpHeaders }: OtlpArgs): boolean | undefined {
    return otlpHeaders ?? (namesPlainly(otlp, "headers") || undefined);
}

/** The endpoint's values; with headers they are secret. */
export function otlpTarget(name: string, args: OtlpArgs): pulumi.Output<OtlpTarget> {
    const sends = sendsHeaders(args);
    const headers = pulumi.output(field(args.otlp, "headers"));
    const hasHeaders = asksForHeaders(args.otlp);
    return pulumi
        .output({
            grpc: field(args.otlp, "grpc"),
            http: field(args.otlp, "http"),
            ca: field(args.otlp, "ca"),
            headers: sends ? pulumi.secret(headers) : pulumi.output(undefined),
            hasHeaders,
        })
        .apply(({ hasHeaders: has, ...target }) => {
            const problems = targetProblems(target as OtlpTarget);
            if (has && sends === undefined) {
                problems.push({
                    path: "otlpHeaders",
                    reason:
                        "missing; `otlp` has headers, which is known only now, but decides what is made. Give true, or " +
                        "false to leave them out",
                });
            }
            refuseLate("TraefikIngress", name, problems);
            return target as OtlpTarget;
        });
}

function targetProblems({ grpc, http, ca, headers }: OtlpTarget): Problem[] {
    const addresses = Object.entries({ grpc, http }).flatMap(([key, address]): Problem[] => {
        const reason = address ? otlpAddressProblem(address) : undefined;
        return reason ? [{ path: `otlp.${key}`, reason: `got ${shown(address)}, ${reason}` }] : [];
    });
    const none =
        grpc || http
            ? []
            : [{ path: "otlp.grpc", reason: "missing; give an address such as http://collector:4317" }];
    const [authority, header] = [
        ca === undefined ? undefined : certificatesProblem(ca),
        headersProblem(headers ?? {}),
    ];
    return [
        ...none,
        ...addresses,
        ...(authority ? [{ path: "otlp.ca", reason: authority }] : []),
        ...(header ? [{ path: "otlp.headers", reason: header }] : []),
    ];
}

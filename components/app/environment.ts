// The environment variables of an app: the user's, plain and secret, and the injected ones.
import * as pulumi from "@pulumi/pulumi";

import { EnvironmentValue } from "../platform";
import { shown, userError } from "../support/errors";
import { field } from "../support/inputs";
import { otlpAddressProblem } from "../tracing/address";
import { asksForHeaders } from "../tracing/contract";
import { TracedAppArgs } from "./arguments";
import {
    OtlpProtocol,
    protocolOf,
    telemetryEnvironment,
    telemetryNames,
    telemetryWarnings,
} from "./opentelemetry";
import { AUTHORITIES_FILE, OtlpDelivery, refuseUnsaid } from "./otlp";

/** Plain variables of the user's. */
export function plainVariables(
    variables: Readonly<Record<string, pulumi.Input<string>>>,
): Record<string, EnvironmentValue> {
    return Object.fromEntries(Object.entries(variables).map(([variable, value]) => [variable, { value }]));
}

/** Secret variables of the user's. */
export function secretVariables(
    variables: Readonly<Record<string, pulumi.Input<string>>> = {},
): Record<string, EnvironmentValue> {
    return Object.fromEntries(Object.entries(variables).map(([variable, secret]) => [variable, { secret }]));
}

/** What decides about the injected variables. */
export interface Injection {
    protocol: OtlpProtocol;
    preset: Record<string, string>;
    secretNames: string[];
    delivery: OtlpDelivery;
    /** What the platform knows of each instance. */
    instanceAttributes: Readonly<Record<string, string>>;
}

/** The injected variables, merged with those the user set under the same names. */
export function telemetryVariables(
    name: string,
    args: TracedAppArgs,
    { protocol, preset, secretNames, delivery, instanceAttributes }: Injection,
): {
    variables: Record<string, EnvironmentValue>;
    /** There when the endpoint was found good; fails with what is wrong with it. */
    checked: pulumi.Output<unknown>;
    warnings: pulumi.Output<string[]>;
} {
    const certificate = delivery.ca ? AUTHORITIES_FILE : undefined;
    const names = telemetryNames({ preset, certificate, sampleRate: args.sampleRate }, secretNames);
    // Only what is merged is waited for, so that an unknown value of the app's own hides nothing at preview.
    const relevant = Object.fromEntries(
        Object.entries(args.environment ?? {}).filter(
            ([key]) => names.includes(key) || key.startsWith("OTEL_"),
        ),
    );
    const user = pulumi.output(relevant);
    const hasHeaders = asksForHeaders(args.otlp);
    const hasCa = pulumi.output(field(args.otlp, "ca")).apply((ca) => ca !== undefined);
    const merged = pulumi
        .all([field(args.otlp, "grpc"), field(args.otlp, "http"), user, hasHeaders, hasCa])
        .apply(([grpc, http, variables, ...has]) => {
            refuseUnsaid(name, { hasHeaders: has[0], hasCa: has[1] }, delivery);
            const endpoints = { grpc, "http/protobuf": http };
            if (!variables.OTEL_EXPORTER_OTLP_ENDPOINT) {
                checkEndpoint(name, protocolOf(protocol, variables), endpoints);
            }
            return telemetryEnvironment(
                {
                    serviceName: args.serviceName ?? name,
                    serviceNamespace: args.serviceNamespace ?? pulumi.getProject(),
                    serviceVersion: args.serviceVersion,
                    environmentName: args.environmentName ?? pulumi.getStack(),
                    instanceAttributes,
                    resourceAttributes: args.resourceAttributes,
                    traced: args.route?.traced ?? true,
                    sampleRate: args.sampleRate,
                    protocol,
                    endpoints,
                    certificate,
                    preset,
                },
                variables,
                secretNames,
            );
        });
    return {
        variables: Object.fromEntries(
            names.map((variable) => [variable, { perInstance: merged.apply((all) => all[variable]) }]),
        ),
        checked: pulumi.unsecret(merged),
        warnings: user.apply((variables) => telemetryWarnings(variables)),
    };
}

/** Refuses an endpoint that lacks the address for the protocol, or has one that no sender understands. */
function checkEndpoint(
    name: string,
    protocol: OtlpProtocol,
    endpoints: Partial<Record<OtlpProtocol, string>>,
): void {
    const key = protocol === "grpc" ? "grpc" : "http";
    const address = endpoints[protocol];
    if (!address) {
        throw userError(
            `TracedApp "${name}": otlp.${key} is missing, and this app sends its spans by ${protocol}. ` +
                "Give its address, e.g. http://collector:4318.",
        );
    }
    const problem = otlpAddressProblem(address);
    if (problem) {
        throw userError(`TracedApp "${name}": otlp.${key}: got ${shown(address)}, ${problem}`);
    }
}

// What an OTLP endpoint asks of an app besides its address: headers as a secret variable, authorities as a file.
import * as pulumi from "@pulumi/pulumi";

import { EnvironmentValue, FileMount } from "../platform";
import { certificatesProblem } from "../support/certificates";
import { userError } from "../support/errors";
import { field, namesPlainly } from "../support/inputs";
import { choosesEndpoint, headersProblem, headersVariable } from "../tracing/headers";
import { TracedAppArgs } from "./arguments";

const FOLDER = "/etc/opentelemetry";
const AUTHORITIES = "ca.crt";
/** The variable with the headers. */
export const HEADERS_VARIABLE = "OTEL_EXPORTER_OTLP_HEADERS";
const CERTIFICATE_VARIABLE = "OTEL_EXPORTER_OTLP_CERTIFICATE";

/** Where the app finds the certificate authorities. */
export const AUTHORITIES_FILE = `${FOLDER}/${AUTHORITIES}`;

/** Whether the app gets each: undefined when nobody said, and the endpoint is not known yet. */
export interface OtlpDelivery {
    headers: boolean | undefined;
    ca: boolean | undefined;
}

/**
 * Decides by what is plain, because resources are made for it. What the user sets for the app wins, and one who sends
 * the spans elsewhere gets nothing that belongs to this endpoint.
 */
export function otlpDelivery(args: TracedAppArgs): OtlpDelivery {
    const variables: Record<string, unknown> = { ...args.environment, ...args.secretEnvironment };
    const decide = (key: "headers" | "ca", said: boolean | undefined, variable: string) =>
        choosesEndpoint(variables) || (variables[variable] ?? "") !== ""
            ? false
            : (said ?? (namesPlainly(args.otlp, key) || undefined));
    return {
        headers: decide("headers", args.otlpHeaders, HEADERS_VARIABLE),
        ca: decide("ca", args.otlpCa, CERTIFICATE_VARIABLE),
    };
}

/** The variable with the headers, if the app gets them. */
export function headersVariables(
    name: string,
    args: TracedAppArgs,
    delivery: OtlpDelivery,
): Record<string, EnvironmentValue> {
    if (!delivery.headers) {
        return {};
    }
    const secret = pulumi.secret(field(args.otlp, "headers")).apply((headers = {}) => {
        const problem = headersProblem(headers);
        if (problem) {
            throw userError(`TracedApp "${name}": otlp.headers: ${problem}`);
        }
        return headersVariable(headers);
    });
    return { [HEADERS_VARIABLE]: { secret } };
}

/** The mount with the certificate authorities, if the app gets them. */
export function authoritiesMounts(name: string, args: TracedAppArgs, delivery: OtlpDelivery): FileMount[] {
    if (!delivery.ca) {
        return [];
    }
    const content = field(args.otlp, "ca").apply((ca) => {
        const problem = certificatesProblem(ca ?? "");
        if (problem) {
            throw userError(`TracedApp "${name}": otlp.ca: ${problem}`);
        }
        return ca as string;
    });
    return [{ name: "otlp", path: FOLDER, files: { [AUTHORITIES]: { content } } }];
}

/** Refuses an endpoint that turns out to ask for what nobody said. */
export function refuseUnsaid(
    name: string,
    endpoint: { hasHeaders: boolean; hasCa: boolean },
    delivery: OtlpDelivery,
): void {
    const unsaid = [
        ...(endpoint.hasHeaders && delivery.headers === undefined ? [["headers", "otlpHeaders"]] : []),
        ...(endpoint.hasCa && delivery.ca === undefined ? [["ca", "otlpCa"]] : []),
    ];
    if (unsaid.length > 0) {
        const [keys, args] = [0, 1].map((side) => unsaid.map((pair) => pair[side]));
        throw userError(
            `TracedApp "${name}": otlp has ${keys.join(" and ")}, which is known only now, but decides what is made. ` +
                `Give the app ${args.map((arg) => `\`${arg}: true\``).join(" and ")}, or false to leave it out.`,
        );
    }
}

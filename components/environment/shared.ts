// What an environment offers to the apps of other stacks: a record with a version, without credentials.
import * as pulumi from "@pulumi/pulumi";

import { IngressEndpoint } from "../ingress/contract";
import { PlatformKind } from "../platform";
import { Problem, shown } from "../support/errors";
import { asksForHeaders, OtlpEndpoint, QueryEndpoint } from "../tracing/contract";

/** The form of {@link SharedEnvironment} that this version writes: another one where a field changes its meaning or goes. */
export const CONTRACT = 1;

/** The oldest form that this version reads. */
const OLDEST_CONTRACT = 1;

/** What an environment offers to the apps of other stacks. It holds no credential: made to be a stack's output. */
export interface SharedEnvironment {
    /** The form of this record, 1: who reads it refuses one that it does not know. */
    contract: pulumi.Output<number>;
    /** Where it runs: `docker` or `kubernetes`. */
    platform: pulumi.Output<string>;
    /** The environment's name in traces. */
    environmentName: pulumi.Output<string>;
    /** Where spans are sent; without the headers that the endpoint may ask for. */
    otlp: OtlpEndpoint;
    /** Whether that endpoint asks for headers, such as an API key. */
    otlpHeaders: pulumi.Output<boolean>;
    /** Where routes are declared; not there at a controller that exists already. */
    ingress?: IngressEndpoint;
    /** Where traces are read; not there when spans go to an OTLP endpoint that exists already. */
    query?: QueryEndpoint;
}

/** A part of {@link SharedEnvironment} that not every environment has. */
export const SharedPart = {
    /** Where routes are declared. */
    Ingress: "ingress",
    /** Where traces are read. */
    Query: "query",
} as const;
export type SharedPart = (typeof SharedPart)[keyof typeof SharedPart];

/** Why an environment may lack a part, and what to do then. */
const LACKS: Record<SharedPart, string> = {
    ingress: "its ingress is a controller that exists already; name that to your apps yourself (`ingress.controller`)",
    query: "its spans go to an OTLP endpoint that exists already; ask whoever keeps them where they are read",
};

/** What an environment offers. */
export function sharedEnvironment(parts: {
    platform?: PlatformKind;
    environmentName?: string;
    otlp: OtlpEndpoint;
    ingress?: IngressEndpoint;
    query?: QueryEndpoint;
}): SharedEnvironment {
    const { headers: _, ...otlp } = parts.otlp;
    return {
        contract: pulumi.output(CONTRACT),
        platform: pulumi.output<string>(parts.platform ?? PlatformKind.Docker),
        environmentName: pulumi.output(parts.environmentName ?? pulumi.getStack()),
        otlp,
        otlpHeaders: asksForHeaders(parts.otlp),
        ...(parts.ingress ? { ingress: parts.ingress } : {}),
        ...(parts.query ? { query: parts.query } : {}),
    };
}

/** Where a record comes from, for the messages. */
export interface Source {
    stack: string;
    output: string;
}

/** What is wrong with what another stack's output holds, for apps that need these parts; pure. */
export function sharedProblems(
    value: unknown,
    { stack, output }: Source,
    needs: readonly SharedPart[],
    hasHeaders: boolean,
): Problem[] {
    const from = `the output ${shown(output)} of the stack ${shown(stack)}`;
    if (value === undefined || value === null) {
        const way = "export there the `shared` of a TracedEnvironment by that name, or give the name that it has";
        return [{ path: "output", reason: `the stack ${shown(stack)} has no output ${shown(output)}; ${way}` }];
    }
    const { contract, otlp, otlpHeaders, ...parts } = value as Record<string, unknown>;
    if (typeof contract !== "number") {
        return [{ path: "output", reason: `${from} is not what a TracedEnvironment gives as \`shared\`; expected that` }];
    }
    if (contract > CONTRACT) {
        const reason = `${from} has the form ${contract}, and this version of traced-environment reads up to ${CONTRACT}`;
        return [{ path: "stack", reason: `${reason}; update the package of this program` }];
    }
    if (contract < OLDEST_CONTRACT) {
        const reason = `${from} has the form ${contract}, and this version of traced-environment reads from ${OLDEST_CONTRACT} on`;
        return [{ path: "stack", reason: `${reason}; run \`pulumi up\` in that stack with a newer version` }];
    }
    if (typeof otlp !== "object" || otlp === null) {
        return [{ path: "output", reason: `${from} has no \`otlp\`; expected what a TracedEnvironment gives as \`shared\`` }];
    }
    const lacking = needs
        .filter((part) => parts[part] === undefined || parts[part] === null)
        .map((part) => ({ path: `needs.${part}`, reason: `${from} has no ${part}; ${LACKS[part]}` }));
    const noHeaders =
        otlpHeaders === true && !hasHeaders
            ? [{ path: "otlpHeaders", reason: `missing; the endpoint asks for headers, which no output carries; give them` }]
            : [];
    return [...lacking, ...noHeaders];
}

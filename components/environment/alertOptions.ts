// What an environment's alert rules are made for.
import * as pulumi from "@pulumi/pulumi";

import { AlertOptions } from "../observability/alerts";
import { CANARY_INTERVAL } from "../observability/interval";
import { RETENTION_INTERVAL } from "../storage/configuration";
import { objectName } from "../support/names";
import { parseSeconds } from "../support/units";
import { isMaintained } from "./maintained";

/** The arguments of an environment that matter here. */
interface ObservedArgs {
    environmentId?: string;
    storage?: { retentionInterval?: string; external?: { maintainer?: unknown; eck?: unknown } };
    tracing?: { external?: unknown };
    ingress?: { external?: unknown };
    canary?: { interval?: string };
    alerts?: { runbookUrl?: string };
}

/**
 * What the alert rules of an environment are made for.
 *
 * @param namespace undefined on a Docker engine
 */
export function alertOptions(
    name: string,
    { environmentId, storage, tracing, ingress, canary, alerts }: ObservedArgs,
    namespace: string | undefined,
): AlertOptions {
    const collector = tracing?.external === undefined;
    const { external } = storage ?? {};
    const retention = collector && (!external || isMaintained(external));
    const object = (part: string) => objectName(environmentId, `${name}-${part}`);
    return {
        partOf: `${pulumi.getProject()}-${pulumi.getStack()}`,
        ...(namespace === undefined
            ? {}
            : {
                  cluster: {
                      namespace,
                      storage: object("storage"),
                      retention: object("retention"),
                      canary: object("canary"),
                  },
              }),
        collector,
        ingress: ingress?.external === undefined,
        storage: collector && storage?.external === undefined,
        ...(retention ? { retentionInterval: parseSeconds(storage?.retentionInterval ?? RETENTION_INTERVAL) } : {}),
        runbookUrl: alerts?.runbookUrl,
        ...(canary ? { canaryInterval: parseSeconds(canary.interval ?? CANARY_INTERVAL) } : {}),
    };
}

// Whom a process calls or is called by, once it is known where that is.
import * as pulumi from "@pulumi/pulumi";

import { userError } from "../support/errors";
import { reachProblem } from "./surroundings";
import { Peer, PlatformKind, Process, Reach } from "./workload";

/** A reach with its values. */
export type KnownReach = pulumi.Unwrap<Reach>;

/** Where a peer is, once it is known; refused when the process can't use it on its platform. */
export function usableReach(
    process: Process,
    { argument, reach }: Peer,
    platform: PlatformKind,
    hasWayOut: boolean,
): pulumi.Output<KnownReach> {
    return pulumi.output(reach).apply((known) => {
        const problem = reachProblem(process.name, argument, platform, known, hasWayOut);
        if (problem) {
            throw userError(problem);
        }
        return known;
    });
}

// By what the containers or pods of a stack are told from all others: labels.
import { LABELS } from "../../components/support/labels";
import { Stack } from ".";
import { setting } from "./settings";

/** What the labels of an environment's instances say: with the id, also those of two clones are told apart. */
export interface Membership {
    partOf: string;
    /** @default none */
    environmentId?: string;
}

/** What the labels of a stack's instances say. */
export function membershipOf({ name, project, settings }: Pick<Stack, "name" | "project" | "settings">): Membership {
    const id = setting(settings, project.name, "environmentId");
    return { partOf: `${project.name}-${name}`, environmentId: typeof id === "string" ? id : undefined };
}

/** The arguments by which `docker` lists what belongs to an environment, and nothing else. */
export function engineFilters({ partOf, environmentId = "" }: Membership): string[] {
    const labels = [`${LABELS.partOf}=${partOf}`, `${LABELS.environmentId}=${environmentId}`];
    return labels.flatMap((label) => ["--filter", `label=${label}`]);
}

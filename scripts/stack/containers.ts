// The containers of an engine: which are an environment's own, and which are in trouble.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { LABELS } from "../../components/support/labels";
import { Stack } from ".";
import { Membership, membershipOf } from "./membership";

const run = promisify(execFile);

/** A container, without what it was made with: an environment may hold what nobody should see. */
export interface Container {
    id: string;
    name: string;
    /** `running`, `exited`, `restarting`, `created` and so on. */
    state: string;
    /** The state for people, such as "Exited (1) 3 minutes ago". */
    status: string;
    /** The ports that it publishes, such as "127.0.0.1:8080->8000/tcp". */
    ports: string;
    partOf: string;
    component: string;
    /** Empty without one. */
    environmentId: string;
}

const COLUMNS = [
    ...["{{.ID}}", "{{.Names}}", "{{.State}}", "{{.Status}}", "{{.Ports}}"],
    ...[LABELS.partOf, LABELS.component, LABELS.environmentId].map(label),
];

function label(key: string): string {
    return `{{.Label "${key}"}}`;
}

/** All containers of the engine; none when it can't be asked. */
export async function listContainers(env: NodeJS.ProcessEnv): Promise<Container[]> {
    try {
        const { stdout } = await run("docker", ["ps", "--all", "--format", COLUMNS.join("\t")], { env });
        return parseContainers(stdout);
    } catch {
        return [];
    }
}

/** The containers in what `docker ps` prints. */
export function parseContainers(text: string): Container[] {
    return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
            const [id, name, state, status, ports, partOf, component, environmentId] = line.split("\t");
            return { id, name, state, status, ports, partOf, component, environmentId };
        });
}

/** Those of one stack. */
export function containersOf(stack: Pick<Stack, "name" | "project" | "settings">, containers: readonly Container[]): Container[] {
    return membersOf(membershipOf(stack), containers);
}

/** Those of one environment. */
export function membersOf({ partOf, environmentId = "" }: Membership, containers: readonly Container[]): Container[] {
    return containers.filter((each) => each.partOf === partOf && each.environmentId === environmentId);
}

/** Whether a container is not as it should be. */
export function isInTrouble({ state, status }: Pick<Container, "state" | "status">): boolean {
    switch (state) {
        case "restarting":
        case "dead":
            return true;
        case "exited":
            return !status.startsWith("Exited (0)");
        default:
            return status.includes("(unhealthy)");
    }
}

// The containers of a stack as its engine tells them: which are its own, and what those in trouble logged.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { LABELS } from "../../components/support/labels";
import { say } from "../../toolchain/progress";
import { Stack } from ".";
import { setting } from "./settings";

const run = promisify(execFile);

const LOG_LINES = 15;

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

/** What the labels of an environment's containers say: with the id, also those of two clones are told apart. */
export interface Membership {
    partOf: string;
    /** @default none */
    environmentId?: string;
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
    const { name, project, settings } = stack;
    const id = setting(settings, project.name, "environmentId");
    return membersOf({ partOf: `${project.name}-${name}`, environmentId: typeof id === "string" ? id : undefined }, containers);
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

/** Shows the containers of a stack that are in trouble, with the end of their logs. */
export async function tellTroubles(stack: Stack): Promise<void> {
    for (const container of containersOf(stack, await listContainers(stack.env)).filter(isInTrouble)) {
        say(troubleText(container, await logEnd(container.id, stack.env)));
    }
}

/** What is shown of a container in trouble. */
export function troubleText({ name, status }: Pick<Container, "name" | "status">, log: readonly string[]): string {
    const head = `\nThe container ${name} is in trouble: ${status}.`;
    return log.length === 0
        ? `${head} It has logged nothing.`
        : [`${head} Its log ends:`, ...log.map((line) => `    ${line}`)].join("\n");
}

async function logEnd(id: string, env: NodeJS.ProcessEnv): Promise<string[]> {
    try {
        const { stdout, stderr } = await run("docker", ["logs", "--timestamps", "--tail", String(LOG_LINES), id], { env });
        return inOrder(stdout, stderr);
    } catch {
        return [];
    }
}

/** The lines of both streams by their timestamps, without them. */
export function inOrder(stdout: string, stderr: string): string[] {
    return [...stdout.split("\n"), ...stderr.split("\n")]
        .filter((line) => line !== "")
        .map((line) => /^(\S+) ?(.*)$/s.exec(line)!.slice(1))
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .slice(-LOG_LINES)
        .map(([, text]) => text);
}

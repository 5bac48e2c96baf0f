// The Elasticsearch nodes of a stack in the cluster, each asked for itself; and their health, watched.
import * as fs from "fs";
import { setTimeout as sleep } from "timers/promises";

import { HEALTH_FOLDER, HEALTH_LOGIN, HOME, HTTP_PORT } from "../../../components/storage/configuration";
import { request } from "../../engine/support/http";
import { ClusterStack, Pod } from "./environment";

const PART = "main-storage";
const ANSWERS_MS = 2_000;
const LOOK_MS = 1_000;

/** What a node says of its cluster. */
export interface Health {
    status: "green" | "yellow" | "red";
    number_of_nodes: number;
}

/** What was seen in a while, looking each second. */
export interface Watched {
    /** How often each colour was answered, and how often no node answered at all. */
    seen: Record<Health["status"] | "nothing", number>;
    /** The fewest nodes that were seen together. */
    fewestNodes: number;
}

/** The nodes of a stack that is up. */
export class StorageNodes {
    private constructor(
        private readonly stack: ClusterStack,
        private readonly authorization: string,
    ) {}

    static async of(stack: ClusterStack): Promise<StorageNodes> {
        const login = await fileOf(stack, await stack.pod(PART), `${HEALTH_FOLDER}/${HEALTH_LOGIN}`);
        const [, user] = /^user = "(.*)"$/m.exec(login)!;
        return new StorageNodes(stack, `Basic ${Buffer.from(user).toString("base64")}`);
    }

    /** The pods that are ready, the first one first. */
    async pods(): Promise<Pod[]> {
        return (await this.stack.ready(PART)).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    }

    /** The pod of the elected master. */
    async master(): Promise<Pod> {
        const pods = await this.pods();
        const [{ node }] = await this.ask<{ node: string }[]>(pods[0], "/_cat/master?format=json");
        return pods.find(({ metadata }) => metadata.name === node)!;
    }

    /** What the nodes say of their cluster, those that answer in time. */
    async health(): Promise<Health[]> {
        const pods = (await this.stack.atWork(PART)).filter(({ status }) => status.podIP);
        const answers = pods.map((pod) =>
            Promise.race([
                this.ask<Health>(pod, "/_cluster/health?master_timeout=1s").catch(() => undefined),
                sleep(ANSWERS_MS, undefined),
            ]),
        );
        return (await Promise.all(answers)).filter((each) => each !== undefined);
    }

    /** Looks at the health each second until it is told to stop. */
    watch(): { stop(): Promise<Watched> } {
        const watched: Watched = { seen: { green: 0, yellow: 0, red: 0, nothing: 0 }, fewestNodes: Infinity };
        let stopped = false;
        const looking = (async () => {
            while (!stopped) {
                const next = sleep(LOOK_MS);
                const answers = await this.health();
                for (const colour of new Set(answers.map(({ status }) => status))) {
                    watched.seen[colour]++;
                }
                watched.seen.nothing += answers.length === 0 ? 1 : 0;
                watched.fewestNodes = Math.min(watched.fewestNodes, ...answers.map((each) => each.number_of_nodes));
                await next;
            }
        })();
        return {
            async stop() {
                stopped = true;
                await looking;
                return watched;
            },
        };
    }

    /** A file of a node's configuration. */
    async configuration(pod: Pod, file: string): Promise<string> {
        return fileOf(this.stack, pod, `${HOME}/config/${file}`);
    }

    private async ask<T>(pod: Pod, path: string): Promise<T> {
        const headers = { Authorization: this.authorization };
        const { status, body } = await request(HTTP_PORT, path, { address: pod.status.podIP, headers });
        if (status !== 200) {
            throw new Error(`${pod.metadata.name} answered ${status} to ${path}: ${body.slice(0, 200)}`);
        }
        return JSON.parse(body) as T;
    }
}

/** A file as the pod's process sees it. */
async function fileOf(stack: ClusterStack, pod: Pod, file: string): Promise<string> {
    return fs.readFileSync(`/proc/${await stack.processOf(pod)}/root${file}`, "utf8");
}

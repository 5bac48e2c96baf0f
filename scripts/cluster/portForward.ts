// Sockets on this machine that lead to ports of pods, through the cluster's API: each connection finds a pod of its own.
import * as net from "node:net";
import { PassThrough, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { Cluster, reasonOf } from "./client";
import { isReady, troubleOf } from "./pods";

/** One way: from a socket on this machine to a port of a pod. */
export interface PodForward {
    socketPath: string;
    namespace: string;
    /** The labels that the pod has, as the API wants them: `key=value,...`. */
    selector: string;
    /** The port that the pod listens on. */
    port: number;
}

/** How long a connection waits for a pod that is ready: one goes and another comes while a stack changes. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 500;

/** Opens the ways; the result closes them. */
export async function forwardPorts(
    cluster: Cluster,
    forwards: readonly PodForward[],
    say: (line: string) => void,
    patienceMs = PATIENCE_MS,
): Promise<() => void> {
    const servers = await Promise.all(forwards.map((forward) => listen(cluster, forward, say, patienceMs)));
    return () => servers.forEach((server) => server.close());
}

function listen(
    cluster: Cluster,
    forward: PodForward,
    say: (line: string) => void,
    patienceMs: number,
): Promise<net.Server> {
    let said = "";
    const tell = (reason: string) => {
        if (reason !== said) {
            said = reason;
            say(`port-forward: ${reason}`);
        }
    };
    const server = net.createServer((socket) => {
        socket.on("error", () => socket.destroy());
        new Connection(cluster, forward, socket, tell, Date.now() + patienceMs).open().catch((error: unknown) => {
            tell(reasonOf(error));
            socket.destroy();
        });
    });
    return new Promise((resolve, reject) => {
        server.on("error", reject);
        server.listen(forward.socketPath, () => resolve(server));
    });
}

/** One connection, from its beginning to its end. */
class Connection {
    /** What the pod has not answered yet: when it goes before that, another one gets it. */
    private unanswered: Buffer[] | undefined = [];
    private readonly gone = new Set<string>();
    private input = new PassThrough();

    constructor(
        private readonly cluster: Cluster,
        private readonly forward: PodForward,
        private readonly socket: net.Socket,
        private readonly tell: (reason: string) => void,
        /** When no other pod is looked for any more. */
        private readonly end: number,
    ) {
        socket.on("data", (chunk: Buffer) => {
            this.unanswered?.push(chunk);
            this.input.write(chunk);
        });
    }

    async open(): Promise<void> {
        for (;;) {
            const pod = await this.findPod();
            try {
                await this.connect(pod);
                return;
            } catch (error) {
                this.another(pod, reasonOf(error));
            }
        }
    }

    private async findPod(): Promise<string> {
        const { namespace, selector } = this.forward;
        for (;;) {
            const { items } = await this.cluster.core.listNamespacedPod({ namespace, labelSelector: selector });
            const name = items.filter(isReady).find(({ metadata }) => !this.gone.has(metadata?.name ?? ""))?.metadata?.name;
            if (name !== undefined) {
                return name;
            }
            if (Date.now() > this.end || this.socket.destroyed) {
                const troubles = items.map((pod) => `${pod.metadata?.name}: ${troubleOf(pod) ?? pod.status?.phase}`);
                throw new Error(
                    `no pod with ${selector} is ready in ${namespace} (${troubles.join("; ") || "there is none"})`,
                );
            }
            await sleep(LOOK_MS);
        }
    }

    private async connect(pod: string): Promise<void> {
        const { library, config } = this.cluster;
        const input = (this.input = new PassThrough());
        this.unanswered?.forEach((chunk) => input.write(chunk));
        let refused: string | undefined;
        const output = new Writable({
            write: (chunk: Buffer, _, done) => {
                this.unanswered = undefined;
                this.socket.write(chunk, () => done());
            },
        });
        const errors = new Writable({
            write: (chunk: Buffer, _, done) => {
                refused = chunk.length > 0 ? chunk.toString().trim() : refused;
                if (refused !== undefined) {
                    web.close();
                }
                done();
            },
        });
        const forward = new library.PortForward(config, true);
        const opened = await forward.portForward(this.forward.namespace, pod, [this.forward.port], output, errors, input);
        const web = opened as { close(): void; onclose: unknown };
        web.onclose = () => {
            // Refused by a pod that has gone since it was found, before it has got anything.
            if (refused !== undefined && this.unanswered !== undefined && !this.socket.destroyed) {
                this.another(pod, refused);
                this.open().catch((error: unknown) => {
                    this.tell(reasonOf(error));
                    this.socket.destroy();
                });
                return;
            }
            output.end(() => this.socket.end());
        };
        this.socket.on("close", () => web.close());
    }

    private another(pod: string, reason: string): void {
        this.gone.add(pod);
        this.tell(`${pod} does not answer on port ${this.forward.port} (${reason}); another one is looked for`);
    }
}

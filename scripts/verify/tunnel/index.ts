// The way to a target that is not reached directly: its engine is another machine, or it runs in a cluster.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { Address, LocalSocket, addressOf } from "../http";
import { TargetCluster, TargetError, VerifyTarget } from "../target";
import { openPodTunnel, throughPods } from "./cluster";
import { openEngineTunnel } from "./engine";
import { openSshTunnel } from "./ssh";

/** One way through a tunnel: from a socket on this machine to an address of the other one. */
export interface Forward {
    socketPath: string;
    to: Address;
}

/** Opens the ways; the result closes them. Rejects with a {@link TargetError} when the other machine can't be reached. */
export type OpenTunnel = (
    engine: URL,
    forwards: readonly Forward[],
    target: VerifyTarget,
    say: (line: string) => void,
) => Promise<() => void>;

const TUNNELS: Readonly<Record<string, OpenTunnel>> = {
    "ssh:": openSshTunnel,
    "tcp:": openEngineTunnel,
};

/** Gives the target as it is reached from here, by a tunnel where one is needed, until the work is done. */
export async function withinReach<T>(
    target: VerifyTarget,
    env: NodeJS.ProcessEnv,
    say: (line: string) => void,
    work: (reached: VerifyTarget) => Promise<T>,
): Promise<T> {
    const { cluster } = target;
    const engine = cluster ? undefined : remoteEngine(env.DOCKER_HOST);
    if (!cluster && !engine) {
        return work(target);
    }
    // Only this user may enter.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "verify-"));
    try {
        const { reached, open } = cluster ? intoCluster(target, cluster, folder, say) : toEngine(target, engine!, folder, say);
        const close = await open();
        try {
            return await work(reached);
        } finally {
            close();
        }
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

/** A target as it is reached, and what opens the way to it; the result of that closes it. */
interface Way {
    reached: VerifyTarget;
    open: () => Promise<() => void>;
}

function intoCluster(target: VerifyTarget, cluster: TargetCluster, folder: string, say: (line: string) => void): Way {
    const { reached, forwards } = throughPods(target, cluster, folder);
    const ports = forwards.map(({ selector, port }) => `${port} of ${selector}`);
    say(`by port-forward into ${cluster.namespace} of ${cluster.context}: ${ports.join(", ")}`);
    return { reached, open: () => openPodTunnel(cluster, forwards, say) };
}

function toEngine(target: VerifyTarget, engine: URL, folder: string, say: (line: string) => void): Way {
    const { reached, forwards } = throughSockets(target, folder);
    if (forwards.length === 0) {
        return { reached: target, open: async () => () => undefined };
    }
    say(`by a tunnel to ${engine.host}: ${forwards.map(({ to }) => `${to.address}:${to.port}`).join(", ")}`);
    return { reached, open: () => TUNNELS[engine.protocol](engine, forwards, target, say) };
}

/** The engine, when it is another machine's as far as its address tells. */
function remoteEngine(host: string | undefined): URL | undefined {
    if (!host || host.startsWith("unix://")) {
        return undefined;
    }
    const engine = URL.canParse(host) ? new URL(host) : undefined;
    if (!engine || !(engine.protocol in TUNNELS)) {
        throw new TargetError(
            `The Docker engine's address is "${host}": expected unix:///..., ssh://user@host or tcp://host:port.`,
        );
    }
    return engine;
}

/** The target with a socket in the place of each loopback address of the engine's machine. */
export function throughSockets(
    target: VerifyTarget,
    folder: string,
): { reached: VerifyTarget; forwards: Forward[] } {
    const forwards: Forward[] = [];
    const through = (to: Address | LocalSocket): Address | LocalSocket => {
        if ("socketPath" in to || !isLoopback(to.address)) {
            return to;
        }
        const there = forwards.find((each) => each.to.address === to.address && each.to.port === to.port);
        const forward = there ?? { socketPath: path.join(folder, String(to.port)), to };
        if (!there) {
            forwards.push(forward);
        }
        return { socketPath: forward.socketPath };
    };
    const { jaegerUrl, jaegerConnectTo } = target;
    const reached = {
        ...target,
        // Where traces are kept elsewhere there is nobody to ask.
        ...(jaegerUrl === undefined
            ? {}
            : { jaegerConnectTo: through(jaegerConnectTo ?? addressOf(new URL(jaegerUrl))) }),
        apps: target.apps.map((app) => ({ ...app, connectTo: through(app.connectTo) })),
    };
    return { reached, forwards };
}

function isLoopback(address: string): boolean {
    return address === "localhost" || address === "::1" || /^127(\.\d+){3}$/.test(address);
}

// The ports of this machine that LoadBalancers have: held open, since kube-proxy takes a port's packets without listening.
import * as dgram from "node:dgram";
import * as net from "node:net";

import { listeningProcess } from "../listeners";

/** Ports with their protocol, such as `TCP 8080`. */
export type Port = string;

/** Lets go of something that is held. */
type Release = () => void;

/**
 * Holds ports on some addresses of this machine. Who holds a port is found by others as one who listens, and can't take
 * it from anybody: so that no request for one environment ends in another.
 */
export class HeldPorts {
    private readonly held = new Map<Port, Release>();

    constructor(private readonly addresses: readonly string[]) {}

    /** Holds these ports and lets go of all others; gives those that somebody else has, with who that is. */
    async hold(ports: readonly Port[]): Promise<Map<Port, string>> {
        for (const [port, release] of this.held) {
            if (!ports.includes(port)) {
                release();
                this.held.delete(port);
            }
        }
        const taken = new Map<Port, string>();
        for (const port of new Set(ports)) {
            const release = this.held.get(port) ?? (await this.open(port));
            if (release) {
                this.held.set(port, release);
            } else {
                taken.set(port, listeningProcess(Number(port.split(" ")[1])) ?? "something that listens on it");
            }
        }
        return taken;
    }

    /** Holds a port on all addresses; undefined when one of them is taken. */
    private async open(port: Port): Promise<Release | undefined> {
        const [protocol, number] = port.split(" ");
        const openers: Readonly<Record<string, typeof holdTcp>> = { TCP: holdTcp, UDP: holdUdp };
        const opened = await Promise.all(
            this.addresses.map((address) => openers[protocol]?.(address, Number(number)) ?? noRelease),
        );
        const releases = opened.filter((release) => release !== undefined);
        const releaseAll = () => releases.forEach((release) => release());
        if (releases.length === opened.length) {
            return releaseAll;
        }
        releaseAll();
        return undefined;
    }
}

function noRelease(): void {
    // Nothing was held.
}

// Any other error, such as an address that is not there yet, says nothing of others.
const TAKEN = "EADDRINUSE";

function holdTcp(host: string, port: number): Promise<Release | undefined> {
    return new Promise((resolve) => {
        // What comes before kube-proxy has its rules is refused as it was before.
        const server = net.createServer((socket) => socket.destroy());
        server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code === TAKEN ? undefined : noRelease));
        server.listen({ host, port, exclusive: true }, () => resolve(() => server.close()));
    });
}

function holdUdp(address: string, port: number): Promise<Release | undefined> {
    return new Promise((resolve) => {
        const socket = dgram.createSocket("udp4");
        socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code === TAKEN ? undefined : noRelease));
        socket.bind({ address, port, exclusive: true }, () => resolve(() => socket.close()));
    });
}

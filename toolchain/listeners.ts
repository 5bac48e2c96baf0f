// Whether a port of this machine is taken, and who listens on it, as far as the kernel tells.
import * as fs from "node:fs";
import * as net from "node:net";

/** Whether somebody listens on a TCP port of an address of this machine. */
export function isTaken(address: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = net.createServer();
        // Only this says that it is taken: without the right to a low port another process may still have it.
        server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
        server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(false)));
    });
}

/** The process that listens on a TCP port, for people; undefined where the kernel does not tell. */
export function listeningProcess(port: number): string | undefined {
    try {
        const tables = ["/proc/net/tcp", "/proc/net/tcp6"].filter((file) => fs.existsSync(file));
        const sockets = tables.flatMap((file) => listeningSockets(fs.readFileSync(file, "utf8"), port));
        const pid = fs.readdirSync("/proc").find((entry) => /^\d+$/.test(entry) && holdsOneOf(entry, sockets));
        return pid && `the process ${fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim()} (${pid})`;
    } catch {
        return undefined;
    }
}

/** The sockets that listen on a port, as `/proc/<pid>/fd` names them, from the kernel's table. */
export function listeningSockets(table: string, port: number): string[] {
    const LISTEN = "0A";
    return table
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local, , state]) => state === LISTEN && parseInt(local.split(":")[1], 16) === port)
        .map((columns) => `socket:[${columns[9]}]`);
}

// Others' processes can't be looked into without the right to it.
function holdsOneOf(pid: string, sockets: readonly string[]): boolean {
    try {
        return fs.readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.includes(readLink(`/proc/${pid}/fd/${fd}`)));
    } catch {
        return false;
    }
}

function readLink(file: string): string {
    try {
        return fs.readlinkSync(file);
    } catch {
        return "";
    }
}

// A tunnel through a Docker engine at tcp://host:port: each connection is a program in the ingress's container.
import { ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import * as net from "node:net";
import { promisify } from "node:util";

import { listContainers, membersOf } from "../../stack/containers";
import { Address } from "../http";
import { TargetError, VerifyTarget } from "../target";
import { Forward, OpenTunnel } from ".";

const run = promisify(execFile);

/** What is read of a container's `NetworkSettings`. */
export interface NetworkSettings {
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null>;
    Networks: Record<string, { IPAddress: string }>;
}

/**
 * Where in the ingress's container a published port leads: to its address on the edge network, from which alone Jaeger's
 * UI may be asked. Undefined when the container does not publish it.
 */
export function insideAddress({ Ports, Networks }: NetworkSettings, { port }: Address): Address | undefined {
    const inside = Object.entries(Ports).find(([, published]) => published?.some(({ HostPort }) => HostPort === String(port)));
    const edge = Object.entries(Networks).find(([name]) => name.endsWith("-edge"));
    return inside && edge && { address: edge[1].IPAddress, port: Number(inside[0].split("/")[0]) };
}

/** The ingress's container, and where in it an address of the host leads. */
async function inside(target: VerifyTarget, to: Address, env: NodeJS.ProcessEnv): Promise<{ id: string } & Address> {
    const members = target.members ? membersOf(target.members, await listContainers(env)) : [];
    for (const { id } of members.filter(({ component, state }) => component === "ingress" && state === "running")) {
        const { stdout } = await run("docker", ["inspect", "--format", "{{json .NetworkSettings}}", id], { env });
        const found = insideAddress(JSON.parse(stdout) as NetworkSettings, to);
        if (found) {
            return { id, ...found };
        }
    }
    throw new Error(`no running ingress of the environment publishes port ${to.port} on that engine`);
}

export const openEngineTunnel: OpenTunnel = async (engine, forwards, target, say) => {
    const env = { ...process.env, DOCKER_HOST: engine.href };
    try {
        await run("docker", ["version", "--format", "{{.Server.Version}}"], { env });
    } catch (error) {
        const { stderr, message } = error as Error & { stderr?: string };
        throw new TargetError(
            `The Docker engine at ${engine.href} does not answer: ${(stderr || message).trim()}\n` +
                "The environment is published on its machine's loopback address, which is reached through the engine. " +
                "For TLS set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.",
        );
    }
    const servers = await Promise.all(forwards.map((forward) => listen(forward, target, env, say)));
    return () => servers.forEach((server) => server.close());
};

function listen(
    { socketPath, to }: Forward,
    target: VerifyTarget,
    env: NodeJS.ProcessEnv,
    say: (line: string) => void,
): Promise<net.Server> {
    let said = "";
    const refuse = (socket: net.Socket, reason: string) => {
        if (reason !== said) {
            said = reason;
            say(`tunnel: ${reason}`);
        }
        socket.destroy();
    };
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
        socket.on("error", () => socket.destroy());
        inside(target, to, env).then(
            ({ id, address, port }) => {
                const program = ["exec", "--interactive", id, "nc", address, String(port)];
                pipe(socket, spawn("docker", program, { env }), refuse);
            },
            (error: Error) => refuse(socket, error.message),
        );
    });
    return new Promise((resolve, reject) => {
        server.on("error", reject);
        server.listen(socketPath, () => resolve(server));
    });
}

/** Gives a connection a program's input and output. */
function pipe(
    socket: net.Socket,
    program: ChildProcessWithoutNullStreams,
    refuse: (socket: net.Socket, reason: string) => void,
): void {
    let complaints = "";
    program.stderr.setEncoding("utf8").on("data", (text: string) => {
        complaints += text;
    });
    // What has ended can't be written to; its exit code tells why.
    program.stdin.on("error", () => undefined);
    socket.pipe(program.stdin);
    program.stdout.pipe(socket);
    socket.on("close", () => program.kill());
    program.on("error", (error) => refuse(socket, error.message));
    program.on("close", (code) => {
        if (code) {
            refuse(socket, complaints.trim() || `docker exec ended with code ${code}`);
        }
    });
}

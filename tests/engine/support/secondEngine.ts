// A second Docker engine, as on another machine: in a network namespace of its own, by tcp and by ssh.
import { ChildProcess, spawn } from "child_process";
import * as dgram from "dgram";
import * as fs from "fs";
import * as net from "net";
import * as path from "path";
import { setTimeout as sleep } from "timers/promises";

import { canInstallPackages, installPackages } from "../../../toolchain/debian";
import { ensureFolder, stateFolder } from "../../../toolchain/folders";
import { docker, run } from "./command";

/** Addresses of documentation, RFC 5737: nobody's. */
const [HERE, THERE] = ["203.0.113.1", "203.0.113.2"];
const [ENGINE_PORT, SSH_PORT, REGISTRY_PORT] = [2375, 2222, 5055];
const NAME = "traced-environment-test";
const [LINK_HERE, LINK_THERE] = ["te-test-here", "te-test-there"];
const START_MS = 60_000;

/** The engine, running. */
export interface SecondEngine {
    ssh: string;
    tcp: string;
    /** Where it finds the registry that is at `registry` here. */
    registry: string;
    /** With the key of its ssh server. */
    env: NodeJS.ProcessEnv;
    /** What `docker` prints of it. */
    docker(...args: string[]): Promise<string[]>;
    stop(): Promise<void>;
}

/** Why there can't be one on this machine; undefined when there can. */
export function whyNoSecondEngine(): string | undefined {
    if (process.getuid?.() !== 0) {
        return "only root can make a network namespace";
    }
    if (fs.existsSync("/usr/sbin/sshd")) {
        return undefined;
    }
    // Installing an ssh server must not open this machine.
    return canInstallPackages() && !fs.existsSync("/run/systemd/system")
        ? undefined
        : "no ssh server, and installing one would start it";
}

/** Starts the engine with nothing on it. `registry` is this machine's, which it reaches by a way of its own. */
export async function startSecondEngine(registry: string): Promise<SecondEngine> {
    await installPackages(["openssh-server", "iproute2"], "A second engine", "leave this test out.");
    // Not in the temporary folder, which may be a file system that images can't lie on.
    const folder = fs.mkdtempSync(path.join(ensureFolder(stateFolder()), "engine-"));
    const ends: (() => Promise<unknown>)[] = [];
    const stop = async () => {
        for (const end of ends.reverse()) {
            await end();
        }
        // An engine whose folder is on a mount of its own kind makes it a mount, and may leave that.
        await run("umount", [path.join(folder, "data")], { expect: "any" });
        fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    };
    try {
        await run("ip", ["netns", "add", NAME]);
        ends.push(() => run("ip", ["netns", "delete", NAME]));
        await run("ip", ["link", "add", LINK_HERE, "type", "veth", "peer", "name", LINK_THERE, "netns", NAME]);
        await run("ip", ["address", "add", `${HERE}/30`, "dev", LINK_HERE]);
        await run("ip", ["link", "set", LINK_HERE, "up"]);
        await run("ip", ["-netns", NAME, "address", "add", `${THERE}/30`, "dev", LINK_THERE]);
        await run("ip", ["-netns", NAME, "link", "set", LINK_THERE, "up"]);
        await run("ip", ["-netns", NAME, "link", "set", "lo", "up"]);

        const relay = await relayTo(registry);
        ends.push(() => new Promise((resolve) => relay.close(resolve)));
        const names = await nameServer();
        ends.push(() => new Promise<void>((resolve) => names.close(() => resolve())));
        const ssh = await sshFiles(folder);
        const there = (name: string, command: string, ...args: string[]) => {
            const log = fs.openSync(path.join(folder, `${name}.log`), "a");
            const enter = [`--net=/run/netns/${NAME}`, command, ...args];
            const child = spawn("nsenter", enter, { stdio: ["ignore", log, log] });
            ends.push(() => ended(child));
        };
        there("dockerd", "dockerd", ...engineArguments(folder));
        fs.mkdirSync("/run/sshd", { recursive: true });
        there("sshd", "/usr/sbin/sshd", "-D", "-e", "-f", ssh.serverFile);

        const engine = {
            ssh: `ssh://root@${THERE}:${SSH_PORT}`,
            tcp: `tcp://${THERE}:${ENGINE_PORT}`,
            registry: `${HERE}:${REGISTRY_PORT}`,
            env: { PATH: `${ssh.programs}:${process.env.PATH}` },
        };
        for (const host of [engine.tcp, engine.ssh]) {
            await untilAnswers(host, engine.env, folder);
        }
        return { ...engine, docker: (...args) => docker("--host", engine.tcp, ...args), stop };
    } catch (error) {
        await stop();
        throw error;
    }
}

function engineArguments(folder: string): string[] {
    const at = (name: string) => path.join(folder, name);
    return [
        `--data-root=${at("data")}`,
        `--exec-root=${at("exec")}`,
        `--pidfile=${at("pid")}`,
        `--host=unix://${at("docker.sock")}`,
        `--host=tcp://${THERE}:${ENGINE_PORT}`,
        "--tls=false",
        `--insecure-registry=${HERE}:${REGISTRY_PORT}`,
        "--default-address-pool=base=10.218.0.0/16,size=26",
        `--dns=${HERE}`,
        // Where both engines share a containerd.
        `--containerd-namespace=${NAME}`,
        `--containerd-plugins-namespace=${NAME}-plugins`,
    ];
}

/** The registry of this machine listens on its loopback address alone. */
async function relayTo(registry: string): Promise<net.Server> {
    const [host, port] = registry.split(":");
    const server = net.createServer((socket) => {
        const onwards = net.connect(Number(port), host);
        socket.pipe(onwards).pipe(socket);
        socket.on("error", () => onwards.destroy());
        onwards.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(REGISTRY_PORT, HERE, resolve));
    return server;
}

/**
 * A name server that knows no name. Without one every name that the engine does not know is waited for, also the one that
 * gRPC asks for before its first connection: the first spans of Traefik would be lost.
 */
async function nameServer(): Promise<dgram.Socket> {
    const socket = dgram.createSocket("udp4");
    socket.on("message", (query, { address, port }) => {
        const HEAD = 12;
        const end = query.indexOf(0, HEAD) + 1 + 4;
        const answer = Buffer.from(query.subarray(0, end));
        // A response of one question and nothing else: there is no such name (RFC 1035, 4.1.1).
        answer.writeUInt16BE(0x8183, 2);
        [1, 0, 0, 0].forEach((count, index) => answer.writeUInt16BE(count, 4 + 2 * index));
        socket.send(answer, port, address);
    });
    await new Promise<void>((resolve, reject) => socket.once("error", reject).bind(53, HERE, resolve));
    return socket;
}

/** Keys and configurations of an ssh server and of a client that knows it; `programs` is a folder with that client. */
async function sshFiles(folder: string): Promise<{ serverFile: string; programs: string }> {
    const at = (name: string) => path.join(folder, name);
    for (const key of ["host-key", "key"]) {
        await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(key)]);
    }
    const server = {
        Port: SSH_PORT,
        ListenAddress: THERE,
        HostKey: at("host-key"),
        AuthorizedKeysFile: at("key.pub"),
        PidFile: "none",
        UsePAM: "no",
        StrictModes: "no",
        PasswordAuthentication: "no",
        PermitRootLogin: "prohibit-password",
        SetEnv: `DOCKER_HOST=unix://${at("docker.sock")}`,
    };
    const client = {
        IdentityFile: at("key"),
        IdentitiesOnly: "yes",
        UserKnownHostsFile: at("known-hosts"),
        GlobalKnownHostsFile: "none",
    };
    const lines = (options: object) => Object.entries(options).map(([name, value]) => `${name} ${value}\n`).join("");
    fs.writeFileSync(at("server"), lines(server));
    fs.writeFileSync(at("client"), lines(client));
    fs.writeFileSync(at("known-hosts"), `[${THERE}]:${SSH_PORT} ${fs.readFileSync(at("host-key.pub"), "utf8")}`);
    fs.mkdirSync(at("programs"));
    const { stdout: installed } = await run("/bin/sh", ["-c", "command -v ssh"]);
    const program = `#!/bin/sh\nexec ${installed.trim()} -F ${at("client")} "$@"\n`;
    fs.writeFileSync(path.join(at("programs"), "ssh"), program, { mode: 0o755 });
    return { serverFile: at("server"), programs: at("programs") };
}

async function untilAnswers(host: string, env: NodeJS.ProcessEnv, folder: string): Promise<void> {
    const end = Date.now() + START_MS;
    while ((await run("docker", ["--host", host, "version"], { env, expect: "any" })).code !== 0) {
        if (Date.now() > end) {
            const logs = ["dockerd", "sshd"].map((name) => fs.readFileSync(path.join(folder, `${name}.log`), "utf8").slice(-2000));
            throw new Error(`${host} does not answer:\n${logs.join("\n")}`);
        }
        await sleep(250);
    }
}

/** Ends a process of ours, and waits until it has. */
async function ended(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
        const exit = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        await exit;
    }
}

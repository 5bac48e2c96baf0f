// A tunnel by ssh, to an engine at ssh://user@host: one login, as the Docker command logs in there.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { TargetError } from "../target";
import { Forward, OpenTunnel } from ".";

const LOOK_MS = 50;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What ssh is told: to ask nothing, to share no connection of the user's, and to end when it can't forward. */
export function sshArguments(engine: URL, forwards: readonly Forward[]): string[] {
    const options = {
        BatchMode: "yes",
        ConnectTimeout: "20",
        ControlMaster: "no",
        ControlPath: "none",
        ExitOnForwardFailure: "yes",
        ServerAliveInterval: "15",
    };
    const host = (address: string) => (address.includes(":") ? `[${address}]` : address);
    return [
        "-N",
        "-T",
        ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
        ...forwards.flatMap(({ socketPath, to }) => ["-L", `${socketPath}:${host(to.address)}:${to.port}`]),
        ...login(engine),
    ];
}

function login({ username, port, hostname }: URL): string[] {
    return [
        ...(username ? ["-l", decodeURIComponent(username)] : []),
        ...(port ? ["-p", port] : []),
        "--",
        hostname.replace(/^\[|\]$/g, ""),
    ];
}

export const openSshTunnel: OpenTunnel = async (engine, forwards) => {
    const ssh = spawn("ssh", sshArguments(engine, forwards), { stdio: ["ignore", "ignore", "pipe"] });
    let complaints = "";
    ssh.stderr.setEncoding("utf8").on("data", (text: string) => {
        complaints += text;
    });
    let failure: string | undefined;
    ssh.on("error", (error) => (failure = `ssh could not be started: ${error.message}`));
    ssh.on("close", (code) => (failure ??= `${complaints.trim() || "ssh said nothing"} (exit code ${code})`));

    const stop = () => ssh.kill();
    const stopAndEnd = (signal: NodeJS.Signals) => {
        stop();
        SIGNALS.forEach((each) => process.off(each, stopAndEnd));
        process.kill(process.pid, signal);
    };
    SIGNALS.forEach((signal) => process.on(signal, stopAndEnd));
    const close = () => {
        SIGNALS.forEach((signal) => process.off(signal, stopAndEnd));
        stop();
    };
    // ssh makes the sockets once it is logged in, and gives up by itself when that takes too long.
    while (failure === undefined && !forwards.every(({ socketPath }) => fs.existsSync(socketPath))) {
        await sleep(LOOK_MS);
    }
    if (failure !== undefined) {
        close();
        throw new TargetError(
            `No tunnel to ${engine.href}, on whose loopback address the environment is published: ${failure}\n` +
                `"ssh ${login(engine).join(" ")}" must log in without a question (a key, an agent, a known host), and its ` +
                "server must allow forwarding (AllowTcpForwarding).",
        );
    }
    return close;
};

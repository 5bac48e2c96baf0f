// An environment on a Docker engine, asked by the Docker command line.
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

import { Container, isInTrouble, listContainers, membersOf } from "../stack/containers";
import { Membership } from "../stack/membership";
import { Instance, LogPart, Runtime } from ".";

const execute = promisify(execFile);

/** A Docker engine. */
export class DockerRuntime implements Runtime {
    public readonly noun = "container";

    constructor(
        private readonly membership: Membership,
        private readonly env: NodeJS.ProcessEnv,
    ) {}

    async instances(): Promise<Instance[]> {
        return membersOf(this.membership, await listContainers(this.env)).map(instanceOf);
    }

    // A container is there before it runs.
    async warnings(): Promise<string[]> {
        return [];
    }

    async log({ id }: Pick<Instance, "id">, { since, lines }: LogPart): Promise<string> {
        const from = since === undefined ? [] : ["--since", new Date(since).toISOString()];
        const args = ["logs", "--timestamps", ...from, "--tail", String(lines), id];
        try {
            const { stdout, stderr } = await execute("docker", args, { env: this.env });
            return inOrder(stdout, stderr, lines).join("\n");
        } catch {
            return "";
        }
    }

    run({ id }: Pick<Instance, "id">, command: readonly string[], input = ""): Promise<string> {
        return new Promise((resolve, reject) => {
            const child = spawn("docker", ["exec", "--interactive", id, ...command], { env: this.env, stdio: "pipe" });
            const [out, err]: Buffer[][] = [[], []];
            child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
            child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
            child.on("error", (error) => reject(new Error(`docker could not be started: ${error.message}`)));
            child.on("close", (code) => {
                if (code === 0) {
                    resolve(Buffer.concat(out).toString());
                } else {
                    reject(new Error(Buffer.concat(err).toString().trim() || `${command[0]} ended with ${code}`));
                }
            });
            // Who ends before it has read everything says why by its exit code.
            child.stdin.on("error", () => undefined);
            child.stdin.end(input);
        });
    }
}

function instanceOf(container: Container): Instance {
    const { id, name, component, state, status } = container;
    return {
        id,
        name,
        component,
        running: state === "running",
        restarting: state === "restarting" || /^Up (\d+ seconds|Less than a second)/.test(status),
        trouble: isInTrouble(container) ? status : undefined,
    };
}

/** The last lines of both streams by their timestamps, without them. */
export function inOrder(stdout: string, stderr: string, lines: number): string[] {
    return [...stdout.split("\n"), ...stderr.split("\n")]
        .filter((line) => line !== "")
        .map((line) => /^(\S+) ?(.*)$/s.exec(line)!.slice(1))
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .slice(-lines)
        .map(([, text]) => text);
}

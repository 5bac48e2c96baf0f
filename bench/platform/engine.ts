// What benchmarks ask of the Docker engine of their stack: containers, their addresses, their descriptions.
import * as http from "node:http";

import { runProgram } from "../program";

/** What `docker inspect` says of a container, as far as it is read here. */
export interface Description {
    Id: string;
    Name: string;
    /** The image's id. */
    Image: string;
    State: { Status: string; Health?: { Status: string } };
    Config: {
        User: string;
        Env: string[] | null;
        Cmd: string[] | null;
        Entrypoint: string[] | null;
        Hostname: string;
        Image: string;
        Labels: Record<string, string>;
        Healthcheck?: {
            Test?: string[];
            Interval?: number;
            Timeout?: number;
            StartPeriod?: number;
            Retries?: number;
        };
        StopTimeout?: number;
    };
    HostConfig: {
        Memory: number;
        MemorySwap: number;
        ReadonlyRootfs: boolean;
        NetworkMode: string;
        CapDrop: string[] | null;
        SecurityOpt: string[] | null;
        Tmpfs?: Record<string, string>;
        RestartPolicy: { Name: string };
        LogConfig: { Type: string; Config: Record<string, string> };
        PortBindings: Record<string, { HostIp: string; HostPort: string }[]> | null;
    };
    Mounts: { Type: string; Name?: string; Destination: string; RW: boolean }[];
    NetworkSettings: { Networks: Record<string, { IPAddress: string; Aliases: string[] | null }> };
}

/** What the engine measures of a container, as far as it is read here. */
export interface Stats {
    cpu_stats: { cpu_usage: { total_usage: number } };
    memory_stats: { usage?: number; stats?: Record<string, number> };
}

/** The engine that a stack runs on. */
export class Engine {
    /** @param env the environment in which `docker` finds it */
    constructor(private readonly env: NodeJS.ProcessEnv) {}

    /** Runs `docker`, and returns its standard output without the last line's end. */
    async docker(args: readonly string[], input?: string | Buffer): Promise<string> {
        return (await runProgram("docker", args, { env: this.env, input })).trimEnd();
    }

    /** Describes containers by their names or ids. */
    async inspect(...containers: string[]): Promise<Description[]> {
        return containers.length === 0
            ? []
            : (JSON.parse(await this.docker(["inspect", "--type", "container", ...containers])) as Description[]);
    }

    /** The address of a container on one of its networks; the host can open it there when the engine is its own. */
    async addressOf(container: string, network: string): Promise<string> {
        const [{ NetworkSettings }] = await this.inspect(container);
        const address = NetworkSettings.Networks[network]?.IPAddress;
        if (!address) {
            throw new Error(`The container ${container} has no address on ${network}: expected it to run there.`);
        }
        return address;
    }

    /** The end of what a container has logged. */
    logs(container: string): Promise<string> {
        // A container's two outputs come apart, and most log to the second one.
        const args = ["-c", 'docker logs --tail 20 "$1" 2>&1', "logs", container];
        return runProgram("sh", args, { env: this.env });
    }

    /** The CPU that a container has used, in seconds. */
    async cpuSeconds(container: string): Promise<number> {
        const { cpu_stats } = await this.stats(container);
        return cpu_stats.cpu_usage.total_usage / 1e9;
    }

    /** What the engine measures of a running container, once. */
    async stats(container: string): Promise<Stats> {
        return (await this.ask(`/containers/${container}/stats?stream=false&one-shot=true`)) as Stats;
    }

    /** Removes containers with what they left, whether they run or not. */
    async remove(...containers: string[]): Promise<void> {
        if (containers.length > 0) {
            await this.docker(["rm", "--force", "--volumes", ...containers]);
        }
    }

    // What the command line does not tell in numbers is asked of the engine's API.
    private ask(path: string): Promise<unknown> {
        const host = this.env.DOCKER_HOST ?? "unix:///var/run/docker.sock";
        if (!host.startsWith("unix://")) {
            return Promise.reject(new Error(`The engine at ${host} is asked by its socket only: expected unix://...`));
        }
        return new Promise((resolve, reject) => {
            const request = http.get({ socketPath: host.slice("unix://".length), path }, (response) => {
                let text = "";
                response.setEncoding("utf8").on("data", (chunk: string) => {
                    text += chunk;
                });
                response.on("end", () => {
                    if (response.statusCode === 200) {
                        resolve(JSON.parse(text));
                    } else {
                        reject(new Error(`The engine answered ${path} with ${response.statusCode}: ${text}`));
                    }
                });
            });
            request.on("error", reject);
        });
    }
}

// The benchmarks' stack on a Docker engine of this machine.
import { Stack } from "../../scripts/stack";
import { Container, containersOf, listContainers } from "../../scripts/stack/containers";
import { engineFilters, membershipOf } from "../../scripts/stack/membership";
import { setting } from "../../scripts/stack/settings";
import { Beside, BenchPlatform, Differences, Measured } from ".";
import { copyFiles, modelArguments, removeLeftovers } from "./containers";
import { Description, Engine } from "./engine";

/** A Docker engine. */
export class DockerPlatform implements BenchPlatform {
    private readonly engine: Engine;

    constructor(private readonly stack: Stack) {
        this.engine = new Engine(stack.env);
    }

    async instance(role: string): Promise<Measured> {
        const { Id, NetworkSettings } = await this.describe(role);
        return this.measured(Id, Object.keys(NetworkSettings.Networks)[0]);
    }

    async start(role: string, { peer, folders, environment, cpu }: Differences): Promise<Beside> {
        const { engine } = this;
        const model = await this.describe(role);
        const shared = sharedNetwork(model, await this.describe(peer));
        // What publishes ports is reached by a network with a way out.
        const [first, ...others] = [...edgesOf(model), shared];
        const id = await engine.docker([
            ...["create", "--network", first, ...(cpu === undefined ? [] : ["--cpuset-cpus", String(cpu)])],
            ...modelArguments(model, Object.keys(folders), environment),
            model.Image,
            ...(model.Config.Cmd ?? []),
        ]);
        try {
            for (const network of others) {
                await engine.docker(["network", "connect", network, id]);
            }
            for (const [folder, files] of Object.entries(folders)) {
                await copyFiles(engine, id, folder, files);
            }
            await engine.docker(["start", id]);
            return {
                ...(await this.measured(id, first)),
                log: () => engine.logs(id),
                stop: async () => {
                    await engine.docker(["stop", "--time", "15", id]);
                    await engine.remove(id);
                },
            };
        } catch (error) {
            await engine.remove(id);
            throw error;
        }
    }

    async hostAddress(role: string): Promise<string> {
        const [edge] = edgesOf(await this.describe(role));
        return this.engine.docker(["network", "inspect", edge, "--format", "{{(index .IPAM.Config 0).Gateway}}"]);
    }

    async stopAll(): Promise<void> {
        for (const { id, state } of await this.containers()) {
            // One after the other: an engine that stops a hundred at once can miscount who is on a network, which then
            // can't be removed before the engine is started again (seen with Docker 20.10).
            if (state === "running") {
                await this.engine.docker(["stop", "--time", "1", id]);
            }
        }
    }

    async removeBeside(): Promise<void> {
        const { settings, project } = this.stack;
        await removeLeftovers(this.engine, String(setting(settings, project.name, "environmentId")));
    }

    async removeMade(): Promise<void> {
        const filters = engineFilters(membershipOf(this.stack));
        const found = async (...command: string[]) =>
            (await this.engine.docker([...command, "--quiet", ...filters])).split("\n").filter((id) => id !== "");
        await this.engine.remove(...(await found("ps", "--all")));
        for (const kind of ["network", "volume"]) {
            const made = await found(kind, "ls");
            if (made.length > 0) {
                await this.engine.docker([kind, "rm", ...made]);
            }
        }
    }

    private async containers(): Promise<Container[]> {
        return containersOf(this.stack, await listContainers(this.stack.env));
    }

    private async describe(role: string): Promise<Description> {
        const found = (await this.containers()).find(({ component, state }) => component === role && state === "running");
        if (!found) {
            throw new Error(`The stack "${this.stack.name}" has no running container of the role "${role}".`);
        }
        const [description] = await this.engine.inspect(found.id);
        return description;
    }

    private async measured(id: string, network: string): Promise<Measured> {
        return {
            address: await this.engine.addressOf(id, network),
            cpuSeconds: () => this.engine.cpuSeconds(id),
        };
    }
}

function networksOf({ NetworkSettings }: Description): string[] {
    return Object.keys(NetworkSettings.Networks);
}

function edgesOf(description: Description): string[] {
    return networksOf(description).filter((name) => name.endsWith("-edge"));
}

function sharedNetwork(one: Description, other: Description): string {
    const found = networksOf(one).filter((name) => networksOf(other).includes(name));
    if (found.length !== 1) {
        throw new Error(`${one.Name} and ${other.Name} share ${found.length} networks: expected one.`);
    }
    return found[0];
}

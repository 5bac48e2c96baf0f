// A program in Python on a real engine: it wires components of another language by their contracts.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { stringify } from "yaml";

import { withTools } from "../../scripts/stack/environment";
import { ensureEngine, ensurePythonHost, ensureTools } from "../../toolchain";
import { ensureImages } from "../../toolchain/images";
import { onPath } from "../../toolchain/run";
import { ensurePythonPackages } from "./python/packages";
import { docker, Ran, run } from "./support/command";
import { newTrace } from "./support/http";
import { findings, secretsOf } from "./support/secrets";
import { Container } from "./support/stack";

const PROJECT = "traced-environment-python";
const STACK = "test-python";
const PART_OF = `label=app.kubernetes.io/part-of=${PROJECT}-${STACK}`;
const TOKEN = "token-of-the-python-program";

const program = path.join(__dirname, "python");
const settings = path.join(program, `Pulumi.${STACK}.yaml`);
const backend = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-python-"));

let env: NodeJS.ProcessEnv = {};

const pulumi = (args: string[], expect: number | "any" = 0): Promise<Ran> =>
    run("pulumi", [...args, "--non-interactive"], { cwd: program, env, expect });

const onStack = (command: string, ...args: string[]) => pulumi([command, "--stack", STACK, ...args]);

/** Everything on the engine that belongs to the program's stack, by kind. */
async function onEngine(): Promise<{ containers: string[]; volumes: string[]; networks: string[] }> {
    const list = (...kind: string[]) => docker(...kind, "--quiet", "--filter", PART_OF);
    return {
        containers: await list("ps", "--all"),
        volumes: await list("volume", "ls"),
        networks: await list("network", "ls"),
    };
}

/** What a run leaves that failed or was interrupted. */
async function removeAll(): Promise<void> {
    const left = await onEngine();
    for (const [command, ids] of [
        [["rm", "--force"], left.containers],
        [["volume", "rm"], left.volumes],
        [["network", "rm"], left.networks],
    ]) {
        if (ids.length > 0) {
            await docker(...command, ...ids);
        }
    }
    fs.rmSync(settings, { force: true });
}

async function containers(): Promise<Container[]> {
    const ids = (await onEngine()).containers;
    return JSON.parse((await docker("inspect", ...ids)).join("\n")) as Container[];
}

async function container(suffix: string): Promise<Container> {
    // Pulumi finds the name of what it makes beside another one.
    const named = new RegExp(`[/-]${suffix}(-[0-9a-f]{7})?$`);
    const found = (await containers()).find(({ Name }) => named.test(Name));
    if (!found) {
        throw new Error(`no container ends in -${suffix}`);
    }
    return found;
}

interface Resource {
    urn: string;
    type: string;
    custom: boolean;
    provider?: string;
    parent?: string;
    outputs?: Record<string, unknown>;
}

async function state(): Promise<Resource[]> {
    const { stdout } = await pulumi(["stack", "export", "--stack", STACK]);
    return (JSON.parse(stdout) as { deployment: { resources: Resource[] } }).deployment.resources;
}

async function variables(suffix: string): Promise<Record<string, string>> {
    const { Config } = await container(suffix);
    return Object.fromEntries(
        Config.Env.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
}

/** Whether the CLI finds a Python host: the vendor's has it beside itself. */
function hasPythonHost(searched: string): boolean {
    const host = "pulumi-language-python";
    const pulumi = onPath("pulumi", searched);
    const beside = pulumi && fs.existsSync(path.join(path.dirname(fs.realpathSync(pulumi)), host));
    return beside === true || onPath(host, searched) !== undefined;
}

beforeAll(async () => {
    const tools = await ensureTools();
    const pythonHost = hasPythonHost([...tools.path, process.env.PATH].join(":"))
        ? []
        : [await ensurePythonHost()];
    const engine = await ensureEngine();
    const images = await ensureImages(engine, ["elasticsearch", "jaeger"]);
    env = {
        ...withTools(process.env, { ...tools, path: [...tools.path, ...pythonHost] }),
        DOCKER_HOST: engine.host,
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: "python",
        PYTHONPATH: await ensurePythonPackages(),
        PYTHONDONTWRITEBYTECODE: "1",
    };
    await removeAll();
    const config = {
        images: { registry: images.registry, versions: images.versions },
        appImage: images.refs.jaeger ?? "docker.io/jaegertracing/jaeger:2.21.0",
        dockerHost: engine.host,
    };
    const prefixed = Object.entries(config).map(([key, value]) => [`${PROJECT}:${key}`, value]);
    fs.writeFileSync(settings, stringify({ config: Object.fromEntries(prefixed) }));
    await pulumi(["stack", "init", STACK]);
    await pulumi(["config", "set", "--stack", STACK, "--secret", "token", TOKEN]);
});

afterAll(async () => {
    await removeAll();
    fs.rmSync(backend, { recursive: true, force: true });
});

describe("a program in Python", () => {
    it("brings the components up, and finds nothing to change when it is run again", async () => {
        await onStack("up", "--yes");
        await onStack("up", "--yes", "--expect-no-changes");
        const running = (await containers()).filter(({ State }) => State.Running);
        const names = running.map(({ Name }) => Name.replace(/-[0-9a-f]{7}$/, "").split(/[/-]/).slice(-2).join("-"));
        expect(names.sort()).toEqual(["app-0", "collector-0", "collector-strategies", "query-0", "storage-0"]);
    });

    it("gives its docker provider to every child", async () => {
        const resources = await state();
        const engine = resources.find(({ urn }) => urn.endsWith("pulumi:providers:docker::engine"));
        const made = resources.filter(({ type }) => type.startsWith("docker:"));
        expect(made.length).toBeGreaterThanOrEqual(16);
        const others = made.filter(({ provider }) => !provider?.startsWith(`${engine?.urn}::`));
        expect(others.map(({ urn }) => urn)).toEqual([]);
        const providers = resources.filter(({ type }) => type === "pulumi:providers:docker");
        expect(providers.map(({ urn }) => urn)).toEqual([engine?.urn]);
    });

    it("parents every child to its component", async () => {
        const resources = await state();
        const own = resources.filter(({ type }) => type.startsWith("traced-environment:"));
        const components = new Set(own.map(({ urn }) => urn));
        const children = resources.filter(({ type }) => /^(docker|random):/.test(type));
        expect(components.size).toBe(4);
        const strays = children.filter(({ parent }) => !components.has(parent ?? ""));
        expect(strays.map(({ urn }) => urn)).toEqual([]);
    });

    it("hands the collector's endpoint on to the app", async () => {
        const { Config, NetworkSettings } = await container("app-0");
        const collector = (await container("collector-0")).Name.slice(1).replace(/-0$/, "");
        expect(await variables("app-0")).toMatchObject({
            OTEL_EXPORTER_OTLP_ENDPOINT: `http://${collector}:4318`,
            OTEL_RESOURCE_ATTRIBUTES: expect.stringContaining(`service.instance.id=${Config.Hostname}`),
            OTEL_SERVICE_NAME: "app",
        });
        expect(Object.keys(NetworkSettings.Networks)).toEqual([`${collector}-network`]);
    });

    it("has a span that the app sends read back from storage", async () => {
        const { id, parent } = newTrace();
        const now = BigInt(Date.now()) * 1_000_000n;
        const times = { startTimeUnixNano: `${now}`, endTimeUnixNano: `${now + 1n}` };
        const span = { traceId: id, spanId: parent, name: "from the app", kind: 1, ...times };
        const spans = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
        const app = (await container("app-0")).Id;
        const post = 'wget -q -O - --header "Content-Type: application/json" --post-data "$1"';
        const send = `${post} "$OTEL_EXPORTER_OTLP_ENDPOINT/v1/traces"`;
        await docker("exec", app, "sh", "-c", send, "send", spans);

        const query = (await container("query-0")).Id;
        const read = ["exec", query, "wget", "-q", "-O", "-", `http://127.0.0.1:16686/api/v3/traces/${id}`];
        let answer = "";
        for (let attempt = 0; attempt < 60 && !answer.includes("from the app"); attempt++) {
            await new Promise((resolve) => setTimeout(resolve, 500));
            answer = (await run("docker", read, { expect: "any" })).stdout;
        }
        expect(answer).toContain("from the app");
    });

    it("keeps secret what is secret on both sides", async () => {
        const stack = { pulumi: (...args: string[]) => pulumi([...args, "--stack", STACK]) };
        const passwords = await secretsOf(stack);
        const secrets = [TOKEN, ...passwords];
        expect(secrets.length).toBeGreaterThanOrEqual(7);
        const files = fs.readdirSync(backend, { recursive: true, withFileTypes: true });
        const haystacks = files
            .filter((entry) => entry.isFile())
            .map(({ parentPath, name }) => ({
                where: name,
                text: fs.readFileSync(path.join(parentPath, name), "utf8"),
            }));
        haystacks.push({ where: "preview", text: (await onStack("preview", "--diff")).stdout });
        haystacks.push({ where: "outputs", text: (await stack.pulumi("stack", "output", "--json")).stdout });
        for (const one of await containers()) {
            haystacks.push({ where: `description of ${one.Name}`, text: JSON.stringify(one) });
        }
        expect(haystacks.length).toBeGreaterThanOrEqual(10);
        expect(findings(secrets, haystacks)).toEqual([]);

        // It is there where it belongs.
        const { Id } = await container("app-0");
        const environment = (await docker("exec", Id, "cat", "/proc/1/environ")).join("");
        expect(environment).toContain(`TOKEN=${TOKEN}`);
    });
});

describe("bad arguments from Python", () => {
    const previewWith = async (key: string[], value: string) => {
        await pulumi(["config", "set", "--stack", STACK, ...key, value]);
        const { code, stdout, stderr } = await pulumi(["preview", "--stack", STACK], "any");
        await pulumi(["config", "rm", "--stack", STACK, key[key.length - 1].split(".")[0]]);
        return { code, text: stdout + stderr };
    };

    it("are refused by their path when they are plain", async () => {
        const { code, text } = await previewWith(["storageMemory"], "lots");
        expect(code).not.toBe(0);
        expect(text).toContain('- memory: got "lots", expected a size of at least 1GiB such as "2GiB"');
    });

    it("are refused with the same words when they are known later", async () => {
        const { code, text } = await previewWith(["--path", "otlp.http"], "collector:4318");
        expect(code).not.toBe(0);
        expect(text).toContain('TracedApp "app": otlp.http: got "collector:4318", expected an address with');
    });
});

describe("pulumi destroy", () => {
    it("leaves nothing", async () => {
        await onStack("destroy", "--yes");
        expect(await onEngine()).toEqual({ containers: [], volumes: [], networks: [] });
    });
});

// Programs in other languages on a real engine, by the SDKs that are made from the plugin's schema: parts wired by their
// contracts from Python, a whole environment from YAML, and an app from Go that joins that environment.
import * as fs from "fs";
import * as path from "path";

import { LABELS } from "../../components/support/labels";
import { docker, ROOT } from "./support/command";
import { newTrace, readTrace, request, traceWith } from "./support/http";
import { LanguageEnvironment, languageEnvironment, PROGRAMS } from "./support/languages";
import { Program, programBackend, ProgramImages, programImages } from "./support/program";
import { findings, secretsOf } from "./support/secrets";
import { Container } from "./support/stack";
import { eventually } from "./support/wait";

const STACK = "test-languages";
const SECRET_KEY = "of-the-shop-in-another-language";
const WEB = 18170;
const JAEGER_UI = 18171;

let ready: LanguageEnvironment;
let made: ProgramImages;

beforeAll(async () => {
    made = await programImages();
    ready = await languageEnvironment();
});

afterAll(() => ready?.remove());

it("the schema that the CLI tells is the one that was reviewed", () => {
    const golden = path.join(ROOT, "tests/components/golden/schema.json");
    expect(ready.schema).toEqual(JSON.parse(fs.readFileSync(golden, "utf8")));
});

interface Resource {
    urn: string;
    type: string;
    provider?: string;
    parent?: string;
}

/** The resources in a stack's state. */
async function resourcesOf(program: Program): Promise<Resource[]> {
    const { stdout } = await program.pulumi("stack", "export");
    return (JSON.parse(stdout) as { deployment: { resources: Resource[] } }).deployment.resources;
}

/** The ids of what belongs to a program's stack on the engine. */
function onEngine(program: Program, ...kind: string[]): Promise<string[]> {
    return docker(...kind, "--quiet", "--filter", `label=${LABELS.partOf}=${program.project}-${STACK}`);
}

async function containersOf(program: Program): Promise<Container[]> {
    const ids = await onEngine(program, "ps", "--all");
    return JSON.parse((await docker("inspect", ...ids)).join("\n")) as Container[];
}

async function expectNothingLeft(program: Program): Promise<void> {
    const left = [["ps", "--all"], ["volume", "ls"], ["network", "ls"]].map((kind) => onEngine(program, ...kind));
    expect(await Promise.all(left)).toEqual([[], [], []]);
}

describe("a program in Python", () => {
    const program = new Program(PROGRAMS.python, STACK);

    beforeAll(async () => {
        const own = { images: made.images, image: made.shop, dockerHost: process.env.DOCKER_HOST };
        await program.init(ready.env, { own, secrets: { secretKey: SECRET_KEY } });
    });

    afterAll(() => program.remove());

    async function container(suffix: string): Promise<Container> {
        // Pulumi finds the name of what it makes beside another one.
        const named = new RegExp(`[/-]${suffix}(-[0-9a-f]{7})?$`);
        const found = (await containersOf(program)).find(({ Name }) => named.test(Name));
        if (!found) {
            throw new Error(`no container ends in -${suffix}`);
        }
        return found;
    }

    it("brings the parts up, and finds nothing to change when it is run again", async () => {
        await program.up();
        expect(await program.preview()).toEqual([]);
        const running = (await containersOf(program)).filter(({ State }) => State.Running);
        const names = running.map(({ Name }) => Name.replace(/^\/(python-test-languages-)?|-[0-9a-f]{7}$/g, ""));
        expect(names.sort()).toEqual(["app-0", "collector-0", "collector-strategies", "query-0", "retention", "storage-0"]);
    });

    it("gives its docker provider to every child, and every child to its component", async () => {
        const resources = await resourcesOf(program);
        const engine = resources.find(({ urn }) => urn.endsWith("pulumi:providers:docker::engine"));
        const dockers = resources.filter(({ type }) => type.startsWith("docker:"));
        expect(dockers.length).toBeGreaterThanOrEqual(16);
        const others = dockers.filter(({ provider }) => !provider?.startsWith(`${engine?.urn}::`));
        expect(others.map(({ urn }) => urn)).toEqual([]);
        const providers = resources.filter(({ type }) => type === "pulumi:providers:docker");
        expect(providers.map(({ urn }) => urn)).toEqual([engine?.urn]);

        const own = resources.filter(({ type }) => type.startsWith("traced-environment:"));
        expect(own.length).toBe(5);
        const components = new Set(own.map(({ urn }) => urn));
        const children = resources.filter(({ type }) => /^(docker|random):/.test(type));
        expect(children.filter(({ parent }) => !components.has(parent ?? "")).map(({ urn }) => urn)).toEqual([]);
    });

    it("has its transform reach every container, whichever component makes it", async () => {
        const labels = (await containersOf(program)).map(({ Name, Config }) => [Name, Config.Labels["org.example.team"]]);
        expect(labels.length).toBeGreaterThanOrEqual(6);
        expect(labels.filter(([, team]) => team !== "checkout")).toEqual([]);
    });

    it("hands the collector's endpoint on to the app, whose spans are read back from storage", async () => {
        const app = await container("app-0");
        const collector = (await container("collector-0")).Name.slice(1).replace(/-0$/, "");
        expect(app.Config.Env).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=http://${collector}:4318`);
        expect(app.Config.Env).toContainEqual(expect.stringMatching(/^OTEL_RESOURCE_ATTRIBUTES=.*team=checkout/));
        const network = `${collector}-network`;
        expect(Object.keys(app.NetworkSettings.Networks)).toEqual([network]);

        const { id, traceparent } = newTrace();
        const address = app.NetworkSettings.Networks[network].IPAddress;
        const answer = await request(8000, "/api/products", { address, headers: { traceparent } });
        expect(answer.status).toBe(200);
        const networks = Object.values((await container("query-0")).NetworkSettings.Networks);
        const reads = networks.map(({ IPAddress }) => IPAddress).find((each) => each !== "");
        const spans = await eventually(() => readTrace(16686, id, reads), (all) => all.length > 0);
        expect(spans).toMatchObject([{ service: "app", name: "GET api/products" }]);
    });

    it("keeps secret what is secret on both sides", async () => {
        const secrets = [SECRET_KEY, ...(await secretsOf(program))];
        expect(secrets.length).toBeGreaterThanOrEqual(7);
        const state = fs
            .readdirSync(programBackend(), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map(({ parentPath, name }) => path.join(parentPath, name))
            .filter((file) => file.includes("/python/"));
        expect(state.length).toBeGreaterThanOrEqual(1);
        const haystacks = [
            ...state.map((file) => ({ where: path.basename(file), text: fs.readFileSync(file, "utf8") })),
            { where: "preview", text: (await program.pulumi("preview", "--diff")).stdout },
            { where: "outputs", text: (await program.pulumi("stack", "output", "--json")).stdout },
            ...(await containersOf(program)).map((each) => ({ where: each.Name, text: JSON.stringify(each) })),
        ];
        expect(findings(secrets, haystacks)).toEqual([]);

        // It is there where it belongs.
        const { Id } = await container("app-0");
        expect((await docker("exec", Id, "cat", "/proc/1/environ")).join("")).toContain(`SECRET_KEY=${SECRET_KEY}`);
    });

    it.each([
        ["plain", ["storageMemory", "lots"], '- memory: got "lots", expected a size of at least 1GiB such as "2GiB"'],
        [
            "known later",
            ["--path", "otlp.http", "collector:4318"],
            'TracedApp "app": otlp.http: got "collector:4318", expected an address with',
        ],
    ])("is told by path what is wrong with an argument that is %s", async (_when, setting, message) => {
        await program.pulumi("config", "set", ...setting);
        expect(await program.failingPreview()).toContain(message);
        await program.pulumi("config", "rm", setting[setting.length - 2].split(".")[0]);
    });

    it("is removed as a whole", async () => {
        await program.destroy();
        await expectNothingLeft(program);
    });
});

describe("a program in YAML, and one in Go that joins its environment", () => {
    const environment = new Program(PROGRAMS.yaml, STACK);
    const app = new Program(PROGRAMS.go, STACK);

    afterAll(async () => {
        await app.remove();
        await environment.remove();
    });

    /** The services that took part in one request to a host. */
    async function servicesOf(host: string): Promise<string[]> {
        const { id, traceparent } = newTrace();
        const asked = () => request(WEB, "/api/products", { host, headers: { traceparent } });
        expect(await eventually(asked, ({ status }) => status === 200)).toMatchObject({ status: 200 });
        const whole = (all: { service: string }[]) => new Set(all.map(({ service }) => service)).size >= 2;
        const spans = await traceWith(JAEGER_UI, id, whole);
        return [...new Set(spans.map(({ service }) => service))].sort();
    }

    it("make each request one trace, and change nothing when they are run again", async () => {
        await environment.init(ready.env, {
            own: { images: made.images, image: made.shop, port: WEB, jaegerUiPort: JAEGER_UI },
            secrets: { secretKey: SECRET_KEY },
        });
        expect(await environment.up()).toMatchObject({
            urls: { shop: `http://shop.localhost:${WEB}/` },
            jaegerUi: `http://127.0.0.1:${JAEGER_UI}`,
            environment: { contract: 1 },
        });
        await ready.compiled;
        await app.init(ready.env, {
            own: { image: made.shop, environment: `organization/${environment.project}/${STACK}` },
            secrets: { secretKey: SECRET_KEY },
        });
        expect(await app.up()).toEqual({ url: `http://go.localhost:${WEB}/` });
        expect(await servicesOf("shop.localhost")).toEqual(["ingress", "shop"]);
        expect(await servicesOf("go.localhost")).toEqual(["ingress", "orders"]);
        expect([await environment.preview(), await app.preview()]).toEqual([[], []]);
    });

    it("go one after the other, and leave nothing", async () => {
        await app.destroy();
        await expectNothingLeft(app);
        await environment.destroy();
        await expectNothingLeft(environment);
    });
});

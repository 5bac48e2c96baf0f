// The examples of parts, alone and composed, and the template for Docker, on a real engine and as their readers run them.
import * as path from "path";

import { LABELS } from "../../components/support/labels";
import { LocalFolder } from "../../scripts/stack/localFolder";
import { openProject } from "../../scripts/stack/project";
import { ensureEngine } from "../../toolchain";
import { ensureImages } from "../../toolchain/images";
import { PASSWORDS } from "../helpers/realm";
import { ELASTICSEARCH, Servers, VENDORS } from "./external/servers";
import { docker, ROOT } from "./support/command";
import { newTrace, readTrace, request, traceWith } from "./support/http";
import { Program, programEnvironment, ProgramImages, programImages } from "./support/program";
import { commandsToFirstTrace, LibraryProject, TemplateProject } from "./support/template";
import { eventually } from "./support/wait";

const WEB = 18150;
const JAEGER_UI = 18151;
const HOST = "shop.localhost";

let made: ProgramImages;

/** Requests a page, and reads its trace when a span of that name is in it too: the last one of its way. */
async function traceOf(path: string, last: string): Promise<string[]> {
    const trace = newTrace();
    const { status, body } = await request(WEB, path, { host: HOST, headers: { traceparent: trace.traceparent } });
    expect({ status, body: status < 300 ? "" : body }).toEqual({ status: 200, body: "" });
    const whole = (all: { service: string; name: string }[]) =>
        all.some(({ service }) => service === "ingress") && all.some(({ name }) => name === last);
    const spans = await traceWith(JAEGER_UI, trace.id, whole);
    expect(whole(spans)).toBe(true);
    return [...new Set(spans.map(({ service }) => service))].sort();
}

beforeAll(async () => {
    made = await programImages();
});

describe("examples/compose", () => {
    const program = new Program(path.join(ROOT, "examples/compose"), "test-compose");

    beforeAll(async () => {
        await program.init(programEnvironment(), {
            own: {
                images: made.images,
                image: made.shop,
                ...(made.postgres ? { databaseImage: made.postgres } : {}),
                ...{ port: WEB, jaegerUiPort: JAEGER_UI },
            },
            secrets: { secretKey: "of-the-composed-shop" },
        });
    });

    afterAll(() => program.remove());

    it("makes the parts beside the program's own database, and each request is one trace down to that", async () => {
        expect(await program.up()).toEqual({
            url: `http://${HOST}:${WEB}/`,
            jaegerUi: `http://127.0.0.1:${JAEGER_UI}`,
        });
        expect(await traceOf("/api/products", "SELECT")).toEqual(["ingress", "shop"]);
    });

    it("changes nothing when it is run again, and leaves nothing", async () => {
        expect(await program.preview()).toEqual([]);
        await program.destroy();
        const all = ["ps", "--all", "--quiet", "--filter", `label=${LABELS.partOf}=compose-test-compose`];
        expect(await docker(...all)).toEqual([]);
    });
});

describe("examples/tracing-backend and examples/app-alone", () => {
    const backend = new Program(path.join(ROOT, "examples/tracing-backend"), "test-backend");
    const alone = new Program(path.join(ROOT, "examples/app-alone"), "test-alone");

    afterAll(async () => {
        await alone.remove();
        await backend.remove();
    });

    /** The address of a program's container with a role, on the network that another one joined. */
    async function addressOf(partOf: string, role: string, network: string): Promise<string> {
        const labels = [`label=${LABELS.partOf}=${partOf}`, `label=${LABELS.component}=${role}`];
        const [id] = await docker("ps", "--quiet", ...labels.flatMap((label) => ["--filter", label]));
        const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
        return (await docker("inspect", "--format", format, id)).join("");
    }

    it("keep the spans of an app whose stack knows nothing but the endpoint", async () => {
        await backend.init(programEnvironment(), { own: { images: made.images } });
        const { otlp, query } = (await backend.up()) as Record<string, { reach: { network: string } }>;
        await alone.init(programEnvironment(), {
            own: { image: made.shop, otlp },
            secrets: { secretKey: "of-the-app-alone" },
        });
        expect(await alone.up()).toEqual({ instanceUrls: [expect.stringMatching(/^http:\/\/.*:8000$/)] });

        const { id, traceparent } = newTrace();
        const app = await addressOf("app-alone-test-alone", "app", otlp.reach.network);
        expect(await request(8000, "/api/products", { address: app, headers: { traceparent } })).toMatchObject({ status: 200 });
        const reads = await addressOf("tracing-backend-test-backend", "query", query.reach.network);
        const spans = await eventually(() => readTrace(16686, id, reads), (all) => all.length > 0);
        expect(spans).toMatchObject([{ service: "app", name: "GET api/products" }]);
        expect([await backend.preview(), await alone.preview()]).toEqual([[], []]);
    });

    it("go one after the other", async () => {
        await alone.destroy();
        await backend.destroy();
    });
});

describe("examples/external-storage and examples/canary", () => {
    const PREFIX = "kept";
    const servers = new Servers(`${new LocalFolder(openProject(ROOT)).environmentId}-examples`);
    const stored = new Program(path.join(ROOT, "examples/external-storage"), "test-stored");
    const canary = new Program(path.join(ROOT, "examples/canary"), "test-canary");
    const partsOf = ({ project }: Program, stack: string) => ["--filter", `label=${LABELS.partOf}=${project}-${stack}`];

    /** What the engine has of both programs: containers, volumes and networks. */
    async function left(): Promise<string[]> {
        const filters = [partsOf(stored, "test-stored"), partsOf(canary, "test-canary")];
        const kinds = [["ps", "--all"], ["volume", "ls"], ["network", "ls"]];
        const lists = filters.flatMap((filter) => kinds.map((kind) => docker(...kind, "--quiet", ...filter)));
        return (await Promise.all(lists)).flat();
    }

    beforeAll(async () => {
        const { refs } = await ensureImages(ensureEngine, ["elasticsearch7"]);
        await servers.start();
        await servers.elasticsearch(refs.elasticsearch7 ?? VENDORS.elasticsearch7, PREFIX);
        await servers.listens(ELASTICSEARCH, 9200);
    });

    afterAll(async () => {
        await canary.remove();
        await stored.remove();
        await servers.remove();
    });

    it("keep the traces in the server that exists already, under the prefix, and run no storage", async () => {
        await stored.init(programEnvironment(), {
            own: {
                images: made.images,
                image: made.shop,
                server: {
                    version: "7.17.9",
                    urls: [`https://${ELASTICSEARCH}:9200`],
                    ca: servers.ca,
                    network: servers.network,
                },
                ...{ indexPrefix: PREFIX, retentionDays: 14, port: WEB, jaegerUiPort: JAEGER_UI },
            },
            secrets: {
                writerPassword: PASSWORDS.writer,
                readerPassword: PASSWORDS.reader,
                maintainerPassword: PASSWORDS.maintainer,
                secretKey: "of-the-shop-on-an-external-storage",
            },
        });
        expect(await stored.up()).toMatchObject({
            url: `http://${HOST}:${WEB}/`,
            jaegerUi: `http://127.0.0.1:${JAEGER_UI}`,
        });
        expect(await traceOf("/api/products", "GET api/products")).toEqual(["ingress", "shop"]);
        expect(await servers.ask("maintainer", "/_cat/indices?h=index")).toMatch(new RegExp(`^${PREFIX}-jaeger-span-`, "m"));
        const role = `{{.Label "${LABELS.component}"}}`;
        const roles = new Set(await docker("ps", "--format", role, ...partsOf(stored, "test-stored")));
        expect([...roles].sort()).toEqual(["app", "collector", "declared-file", "ingress", "query", "retention"]);
    });

    it("ask the environment of another stack, whose requests are whole traces", async () => {
        await canary.init(programEnvironment(), {
            own: {
                images: made.images,
                environment: "organization/external-storage/test-stored",
                routes: [{ service: "shop", host: HOST }],
                interval: "3m",
            },
        });
        // The first run is part of it.
        await canary.up();
        const [id] = await docker("ps", "--quiet", ...partsOf(canary, "test-canary"));
        expect(await docker("inspect", "--format", "{{.State.Health.Status}}", id)).toEqual(["healthy"]);
        expect((await docker("logs", id)).join("\n")).toContain("run succeeded, the next one begins in 180 s");
    });

    it("change nothing when they are run again, and leave nothing", async () => {
        await stored.up("--expect-no-changes");
        await canary.up("--expect-no-changes");
        await canary.destroy();
        await stored.destroy();
        expect(await left()).toEqual([]);
    });
});

describe("the template for Docker", () => {
    const project = new TemplateProject("docker-typescript", "test-template");

    beforeAll(() => project.prepare());

    afterAll(() => project.remove());

    it("comes to the first trace by less than ten commands of the README", async () => {
        expect(commandsToFirstTrace()).toBeLessThan(10);
        await project.followReadme({
            image: made.shop,
            images: JSON.stringify(made.images),
            port: String(WEB),
            jaegerUiPort: String(JAEGER_UI),
        });
        // Its database is a file, which nobody asks over a wire.
        expect(await traceOf("/api/products", "GET api/products")).toEqual(["ingress", "shop"]);
    });

    it("changes nothing when it is run again, and is removed", async () => {
        await project.expectNoChanges();
        await project.destroy(0);
    });
});

describe("a project with the library", () => {
    const project = new LibraryProject("test-library");

    afterAll(() => project.remove());

    it("comes to the first trace by less than ten commands of the guide, with the README's program", async () => {
        const settings = {
            image: made.shop,
            images: JSON.stringify(made.images),
            ...(made.postgres ? { databaseImage: made.postgres } : {}),
            ...{ port: String(WEB), jaegerUiPort: String(JAEGER_UI) },
        };
        expect(await project.followGuide(settings, "of-the-library-project")).toBeLessThan(10);
        expect(await traceOf("/api/products", "SELECT")).toEqual(["ingress", "shop"]);
    });

    it("is removed", () => project.destroy(0));
});

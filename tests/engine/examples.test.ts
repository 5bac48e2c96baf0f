// The example that composes parts and the template for Docker, on a real engine and as their readers run them.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { stringify } from "yaml";

import { LABELS } from "../../components/support/labels";
import { buildApps } from "../../scripts/stack/apps";
import { ensureEngine } from "../../toolchain";
import { ensureImages, ImageSet } from "../../toolchain/images";
import { code, read, section } from "../unit/docs/pages";
import { cloneCheckout } from "./support/clone";
import { docker, ROOT, run } from "./support/command";
import { newTrace, request, traceWith } from "./support/http";
import { Program, programEnvironment } from "./support/program";

const WEB = 18150;
const JAEGER_UI = 18151;
const HOST = "shop.localhost";
/** The template's stack; its name is in the README's place of `dev`. */
const STACK = "test-template";

let env: NodeJS.ProcessEnv;
let images: ImageSet;
let shop: string;

/** Where the parts' images come from, as the programs' setting `images` says it. */
const imageSettings = () => {
    const { registry, versions } = images;
    const parts = (["elasticsearch", "jaeger", "traefik"] as const).filter((part) => versions[part] !== undefined);
    return { ...(registry ? { registry } : {}), ...Object.fromEntries(parts.map((part) => [part, { version: versions[part] }])) };
};

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
    env = await programEnvironment();
    const engine = await ensureEngine();
    images = await ensureImages(engine);
    const { registry } = images;
    const apps = [{ name: "shop", folder: "examples/django-shop" }];
    shop = (await buildApps(ROOT, apps, { engine, registry, bases: registry })).shop;
});

describe("examples/compose", () => {
    const program = new Program(path.join(ROOT, "examples/compose"), "test-compose");

    beforeAll(async () => {
        await program.init(env, {
            own: {
                images: imageSettings(),
                image: shop,
                ...(images.refs.postgres ? { databaseImage: images.refs.postgres } : {}),
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

describe("the template for Docker", () => {
    const parent = fs.mkdtempSync(path.join(os.tmpdir(), "template-"));
    const first = path.join(parent, "first");
    let checkout = "";

    const removeStack = () =>
        run("pulumi", ["destroy", "--yes", "--stack", STACK, "--remove"], { cwd: first, env, expect: "any" });

    beforeAll(async () => {
        const clone = await cloneCheckout();
        checkout = path.join(parent, "checkout");
        fs.renameSync(clone, checkout);
        // What an interrupted run left is removed from a project of the same name.
        fs.mkdirSync(first);
        fs.writeFileSync(path.join(first, "Pulumi.yaml"), stringify({ name: path.basename(first), runtime: "nodejs" }));
        await removeStack();
        fs.rmSync(first, { recursive: true });
    });

    afterAll(async () => {
        await removeStack();
        fs.rmSync(parent, { recursive: true });
    });

    it("comes to the first trace by the commands of the README", async () => {
        const [commands] = code(section(read("README.md"), "## A program of your own, from a template"), "sh");
        const lines = commands.trim().split("\n");
        expect(lines.length).toBeLessThan(10);
        // The SDKs whose plugins are here: a newer one would have its plugin downloaded.
        const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
        const sdks = Object.entries(devDependencies).flatMap(([name, version]) =>
            name.startsWith("@pulumi/") ? [`${name}@${version}`] : [],
        );
        // The image that is built for tests, and another port than that of somebody's own environment.
        const settings = [
            `pulumi config set image ${shop}`,
            `pulumi config set port ${WEB}`,
            `pulumi config set jaegerUiPort ${JAEGER_UI}`,
            `pulumi config set images '${JSON.stringify(imageSettings())}'`,
        ];
        const done = lines
            .filter((line) => !/^(npm ci|docker build)/.test(line))
            .flatMap((line) => (line === "pulumi stack init dev" ? [`pulumi stack init ${STACK}`, ...settings] : [line]))
            .map((line) => (line.startsWith("npm install") ? `${line} ${sdks.join(" ")}` : line));
        await run("bash", ["-ec", done.join("\n")], { cwd: checkout, env });
        // Its database is a file, which nobody asks over a wire.
        expect(await traceOf("/api/products", "GET api/products")).toEqual(["ingress", "shop"]);
    });

    it("changes nothing when it is run again", async () => {
        await run("pulumi", ["preview", "--expect-no-changes", "--stack", STACK], { cwd: first, env });
    });
});

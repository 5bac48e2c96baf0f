// An environment on an engine of another machine: made, verified and removed by ssh, verified by tcp too.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { parse, stringify } from "yaml";

import { LocalFolder } from "../../../scripts/stack/localFolder";
import { openProject } from "../../../scripts/stack/project";
import { recordNotRun } from "../../../scripts/tests/notRun";
import { appWithoutDatabase } from "../support/clone";
import { docker, Ran, ROOT, run } from "../support/command";
import { SecondEngine, startSecondEngine, whyNoSecondEngine } from "../support/secondEngine";
import { TestStack } from "../support/stack";

const NAME = "test-second-engine";
const FILE = path.join(ROOT, `Pulumi.${NAME}.yaml`);
const PREFIX = "traced-environment:";

/** Registers the tests. The stack was up: its images are in the registry of this machine. */
export function secondEngineTests(stack: TestStack, ports: { web: number; jaegerUi: number }): void {
    const reason = whyNoSecondEngine();
    if (reason !== undefined) {
        recordNotRun(`an engine on another machine: ${reason}`);
        return;
    }
    describe("an engine on another machine", () => {
        let engine: SecondEngine;
        let folder: string;

        const command = (name: string, args: string[], expect: number | "any" = 0): Promise<Ran> =>
            run(process.execPath, ["scripts/run.js", name, "--stack", NAME, ...args], {
                expect,
                env: {
                    ...engine.env,
                    PULUMI_BACKEND_URL: `file://${folder}`,
                    PULUMI_CONFIG_PASSPHRASE: "of a test",
                    // The tools of the local stacks, whatever they were taken from.
                    TRACED_ENVIRONMENT_TOOLS: "path,download,packages",
                },
            });
        /** Names the engine; what Pulumi has written beside it stays. */
        const moveTo = (address: string) => {
            const file = parse(fs.readFileSync(FILE, "utf8"));
            file.config[`${PREFIX}engine`] = address;
            fs.writeFileSync(FILE, stringify(file));
        };
        const verified = async () => JSON.parse((await command("verify", ["--json"])).stdout) as unknown;

        beforeAll(async () => {
            folder = fs.mkdtempSync(path.join(os.tmpdir(), "backend-"));
            // The settings of the local stack as this machine made them: with the registry and the image of the shop.
            const { config = {} } = new LocalFolder(openProject(ROOT)).readStackFile(stack.name);
            const images = config[`${PREFIX}images`] as { registry: string };
            engine = await startSecondEngine(images.registry);
            const { shop } = config[`${PREFIX}apps`] as Record<string, Record<string, unknown>>;
            const image = (shop.image as string).replace(images.registry, engine.registry);
            const settings = {
                engine: engine.ssh,
                images: { ...images, registry: engine.registry },
                ingress: { port: ports.web, jaegerUiPort: ports.jaegerUi },
                apps: { shop: { ...appWithoutDatabase(shop), image } },
            };
            const prefixed = Object.entries(settings).map(([key, value]) => [`${PREFIX}${key}`, value]);
            fs.writeFileSync(FILE, stringify({ config: Object.fromEntries(prefixed) }));
        });

        afterAll(async () => {
            if (engine) {
                moveTo(engine.ssh);
                await command("down", ["--yes"], "any");
                await engine.stop();
            }
            fs.rmSync(FILE, { force: true });
            fs.rmSync(folder, { recursive: true, force: true });
        });

        it("has the environment by ssh, verified by a tunnel, and this machine has nothing of it", async () => {
            const { verification } = JSON.parse((await command("up", ["--yes", "--json"])).stdout);
            expect(verification).toMatchObject({ whole: true });
            await command("preview", ["--expect-no-changes"]);
            const filter = `label=app.kubernetes.io/part-of=traced-environment-${NAME}`;
            expect((await engine.docker("ps", "--quiet", "--filter", filter)).length).toBeGreaterThanOrEqual(6);
            expect(await docker("ps", "--all", "--quiet", "--filter", filter)).toEqual([]);
        });

        it("is verified by tcp through the engine, and what can't be reached is said", async () => {
            moveTo(engine.tcp);
            expect(await verified()).toMatchObject({ whole: true });
            moveTo(engine.tcp.replace(/\d+$/, "9"));
            expect(await command("verify", [], 2)).toMatchObject({ stderr: expect.stringContaining("does not answer") });
            moveTo(engine.ssh.replace(/\d+$/, "9"));
            expect(await command("verify", [], 2)).toMatchObject({ stderr: expect.stringContaining("must log in") });
        });

        it("is left with nothing", async () => {
            moveTo(engine.ssh);
            await command("down", ["--yes"]);
            expect(await engine.docker("ps", "--all", "--quiet")).toEqual([]);
            expect(await engine.docker("volume", "ls", "--quiet")).toEqual([]);
            expect(await engine.docker("network", "ls", "--filter", "type=custom", "--quiet")).toEqual([]);
        });
    });
}

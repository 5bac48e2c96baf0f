// The npm package as its users get it: packed, installed into an empty project, compiled and run there.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import * as library from "../../components";
import { ROOT, run } from "../engine/support/command";

const CONSUMER = path.join(__dirname, "consumer");
const TEMPLATES = path.join(ROOT, "templates");
const INSTALL = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];

interface Manifest {
    version: string;
    peerDependencies: Record<string, string>;
    devDependencies: Record<string, string>;
}

const read = (file: string) => fs.readFileSync(file, "utf8");
const manifest = JSON.parse(read(path.join(ROOT, "package.json"))) as Manifest;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-package-"));
let packed: { filename: string; files: { path: string }[] };

beforeAll(async () => {
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: ROOT });
    // What `prepack` writes comes first.
    [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [typeof packed];
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

/** All files below a folder, by their paths in it. */
const below = (parent: string) =>
    fs
        .readdirSync(parent, { recursive: true, encoding: "utf8" })
        .filter((file) => fs.statSync(path.join(parent, file)).isFile());

describe("what is packed", () => {
    const files = () => packed.files.map((file) => file.path);

    it("is the compiled components, what they read, and what npm always takes", () => {
        const modules = below(path.join(ROOT, "components"))
            .filter((file) => !/^(package\.json|PulumiPlugin\.yaml|tsconfig(\.build)?\.json)$/.test(file))
            .flatMap((file) =>
                file.endsWith(".ts")
                    ? [".js", ".js.map", ".d.ts"].map((ending) => file.replace(/\.ts$/, ending))
                    : [file],
            )
            .map((file) => `dist/${file}`);
        expect(files().sort()).toEqual([...modules, "CHANGELOG.md", "LICENSE", "README.md", "package.json"].sort());
    });

    it("has source maps with their sources", () => {
        for (const file of files().filter((each) => each.endsWith(".js.map"))) {
            const { sourcesContent } = JSON.parse(read(path.join(ROOT, file))) as { sourcesContent?: string[] };
            expect([file, sourcesContent?.length]).toEqual([file, 1]);
        }
    });
});

/** The newest Pulumi packages on 2026-12-01, where they are newer than those that everything else is tried with. */
const NEWEST: Readonly<Record<string, string>> = { "@pulumi/docker": "5.2.0", "@pulumi/pulumi": "3.276.0" };

/** The lower and the upper end of what the package says that it works with, and how modules are found there. */
const ENDS: [string, (peer: string) => string, string[]][] = [
    ["oldest", (peer) => manifest.peerDependencies[peer].replace(/^\^/, ""), ["commonjs", "node10"]],
    ["newest", (peer) => NEWEST[peer] ?? manifest.devDependencies[peer], ["node16", "node16"]],
];

describe.each(ENDS)("beside the %s Pulumi packages", (end, version, [module, moduleResolution]) => {
    const project = path.join(folder, end);
    const node = async (...args: string[]) => (await run(process.execPath, args, { cwd: project })).stdout;

    beforeAll(async () => {
        fs.mkdirSync(project);
        fs.writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "consumer", version: "1.0.0" }));
        const peers = Object.keys(manifest.peerDependencies).map((peer) => `${peer}@${version(peer)}`);
        const compiler = ["typescript", "@types/node"].map((name) => `${name}@${manifest.devDependencies[name]}`);
        await run("npm", [...INSTALL, path.join(folder, packed.filename), ...peers, ...compiler], { cwd: project });
        fs.cpSync(CONSUMER, project, { recursive: true });
    });

    it("is installed beside those very versions, once each", () => {
        for (const peer of Object.keys(manifest.peerDependencies)) {
            const installed = JSON.parse(read(path.join(project, "node_modules", peer, "package.json"))) as Manifest;
            expect([peer, installed.version.replace(/^v/, "")]).toEqual([peer, version(peer)]);
        }
        expect(fs.existsSync(path.join(project, "node_modules/traced-environment/node_modules"))).toBe(false);
    });

    it(`has types (${moduleResolution}), by which a program makes an environment on each platform`, async () => {
        const options = ["--strict", "--target", "es2022", "--types", "node"];
        const modules = ["--module", module, "--moduleResolution", moduleResolution];
        await node("node_modules/typescript/bin/tsc", ...options, ...modules, "environments.ts");
        const registered = JSON.parse(await node("environments.js")) as string[];
        expect(registered).toEqual(
            expect.arrayContaining([
                "docker:index/container:Container here-shop-0",
                "kubernetes:apps/v1:StatefulSet there-storage",
                "traced-environment:index:TracedEnvironment here",
                "traced-environment:index:TracedEnvironment there",
            ]),
        );
    });

    it.each(fs.readdirSync(TEMPLATES))("has types by which the template %s compiles", async (template) => {
        fs.cpSync(path.join(TEMPLATES, template), path.join(project, template), { recursive: true });
        await node("node_modules/typescript/bin/tsc", "--project", template);
    });

    it("does nothing when it is imported, and loads no platform's SDK", async () => {
        const loaded = "Object.keys(require.cache).filter((file) => /@pulumi[\\\\/](docker|kubernetes)[\\\\/]/.test(file)).length";
        const names = `const library = require("traced-environment");
            console.log(JSON.stringify({ names: Object.keys(library).sort(), loaded: ${loaded} }))`;
        expect(JSON.parse(await node("-e", names))).toEqual({ names: Object.keys(library).sort(), loaded: 0 });
    });

    it("can be imported by name from an ES module", async () => {
        const program = 'import { TracedApp } from "traced-environment"; console.log(typeof TracedApp);';
        expect(await node("--input-type=module", "-e", program)).toBe("function\n");
    });

    it("opens nothing but its door", async () => {
        const { stderr } = await run(process.execPath, ["-e", 'require("traced-environment/dist/platform")'], { cwd: project, expect: 1 });
        expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
    });
});

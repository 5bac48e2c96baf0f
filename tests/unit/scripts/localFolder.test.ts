// What a checkout keeps on this machine about its local stacks.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { parse } from "yaml";

import { LocalFolder, stacksWithResources } from "../../../scripts/stack/localFolder";
import { ensurePassphraseFile } from "../../../scripts/stack/passphrase";
import { openProject, readStackFile } from "../../../scripts/stack/project";

let folder: string;
const stateHome = process.env.XDG_STATE_HOME;

beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-test-"));
    process.env.XDG_STATE_HOME = path.join(folder, "state");
});

afterEach(() => {
    fs.rmSync(folder, { recursive: true });
    delete process.env.XDG_STATE_HOME;
    Object.assign(process.env, stateHome === undefined ? {} : { XDG_STATE_HOME: stateHome });
});

function checkout(name: string): LocalFolder {
    const project = { folder: path.join(folder, name), name: "traced-environment" };
    fs.mkdirSync(project.folder, { recursive: true });
    return new LocalFolder(project);
}

describe("LocalFolder", () => {
    test("two checkouts share neither id nor state, one checkout always has the same", () => {
        const [a, b] = [checkout("a"), checkout("b")];
        expect(a.environmentId).toMatch(/^[a-z0-9]{1,8}$/);
        expect(a.environmentId).not.toBe(b.environmentId);
        expect(a.backend).not.toBe(b.backend);
        expect(checkout("a").backend).toBe(a.backend);
    });

    test("the settings of a stack are only the owner's to read, and keep what was set in them", () => {
        const local = checkout("a");
        local.writeStackFile("dev", { config: { "p:a": 1 } });
        const file = local.stackFile("dev");
        expect(fs.statSync(file).mode & 0o777).toBe(0o600);
        fs.appendFileSync(file, "  p:secret:\n    secure: v1:x\nencryptionsalt: v1:salt\n");
        local.writeStackFile("dev", { config: { "p:a": 2 } });
        expect(parse(fs.readFileSync(file, "utf8"))).toEqual({
            config: { "p:a": 2, "p:secret": { secure: "v1:x" } },
            encryptionsalt: "v1:salt",
        });
    });

    test("says of which plugins a stack has resources", () => {
        const local = checkout("a");
        const stacks = path.join(new URL(local.backend).pathname, ".pulumi/stacks/traced-environment");
        fs.mkdirSync(stacks, { recursive: true });
        const state = (type: string) => JSON.stringify({ checkpoint: { latest: { resources: [{ type }] } } });
        fs.writeFileSync(path.join(stacks, "three.json"), state("tls:index/privateKey:PrivateKey"));
        fs.writeFileSync(path.join(stacks, "one.json"), state("kubernetes:core/v1:Service"));
        expect(["three", "one", "none"].map((stack) => local.hasResources(stack, "tls"))).toEqual([true, false, false]);
    });

    test("Pulumi finds a project of the same name beside the settings", () => {
        const local = checkout("a");
        expect(openProject(local.projectFolder).name).toBe("traced-environment");
    });
});

describe("stacksWithResources", () => {
    const state = (resources: unknown[]) => JSON.stringify({ checkpoint: { latest: { resources } } });
    const put = (stack: string, content: string) => {
        const file = path.join(folder, "stacks/1/backend/.pulumi/stacks/project", stack);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
        return file;
    };

    test("counts stacks with resources on the platform and those that can't be read", () => {
        const stack = { type: "pulumi:pulumi:Stack" };
        put("empty.json", state([stack]));
        put("gone.json.bak", state([{ type: "docker:index/network:Network" }]));
        const docker = put("docker.json", state([stack, { type: "docker:index/network:Network" }]));
        const kubernetes = put("kubernetes.json", state([stack, { type: "pulumi:providers:kubernetes" }]));
        const broken = put("broken.json", "{");
        const stacks = path.join(folder, "stacks");
        expect(stacksWithResources("docker", stacks).sort()).toEqual([broken, docker].sort());
        expect(stacksWithResources("kubernetes", stacks).sort()).toEqual([broken, kubernetes].sort());
    });

    test("is empty on a machine that has none", () => {
        expect(stacksWithResources("docker", path.join(folder, "none"))).toEqual([]);
    });
});

describe("the passphrase", () => {
    test("is made once, for its owner only", () => {
        const file = ensurePassphraseFile(folder);
        const made = fs.readFileSync(file, "utf8");
        expect(made.length).toBeGreaterThan(40);
        expect(fs.statSync(file).mode & 0o777).toBe(0o600);
        expect(fs.readFileSync(ensurePassphraseFile(folder), "utf8")).toBe(made);
    });

    test("is refused where others can read it, without showing it", () => {
        const file = ensurePassphraseFile(folder);
        fs.chmodSync(file, 0o644);
        expect(() => ensurePassphraseFile(folder)).toThrow(`chmod 600 ${file}`);
        expect(() => ensurePassphraseFile(folder)).not.toThrow(fs.readFileSync(file, "utf8"));
    });
});

describe("readStackFile", () => {
    const project = () => ({ folder, name: "p" });

    test("names the stacks that there are", () => {
        fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: {}\n");
        fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: p\n");
        expect(readStackFile(project(), "dev")).toEqual({ config: {} });
        expect(() => readStackFile(project(), "prod")).toThrow("Stacks with settings: dev.");
        expect(() => readStackFile(project(), "../dev")).toThrow("no settings");
    });

    test("names the file that is not YAML", () => {
        fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: {\n");
        expect(() => readStackFile(project(), "dev")).toThrow("Pulumi.dev.yaml is not YAML");
    });
});

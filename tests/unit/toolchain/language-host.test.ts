// How the Node.js language host starts programs and plugins and what it reads of them, without an engine.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { ProgramInfo, RunPluginRequest, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

import { Children, describeEnding } from "../../../toolchain/language-host/children";
import { installCommand } from "../../../toolchain/language-host/dependencies";
import { findEngineAddress, withoutLoggingOptions } from "../../../toolchain/language-host/engine-arguments";
import { dependenciesOfProgram, pluginOf, pluginsOfProgram } from "../../../toolchain/language-host/packages";
import { pluginCommand } from "../../../toolchain/language-host/plugin";
import { programCommand, programConfig, programResult } from "../../../toolchain/language-host/program";
import { pluginsToName } from "../../../toolchain/language-host/required-plugins";
import { readRuntimeOptions, splitWords } from "../../../toolchain/language-host/runtime-options";

let folder: string;

beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "language-host-")));
});

afterEach(() => {
    fs.rmSync(folder, { recursive: true });
});

function write(file: string, content: unknown): string {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
    return target;
}

function info(options: Record<string, JavaScriptValue> = {}): ProgramInfo {
    return new ProgramInfo()
        .setRootDirectory(folder)
        .setProgramDirectory(folder)
        .setEntryPoint(".")
        .setOptions(Struct.fromJavaScript(options));
}

describe("the arguments from the engine", () => {
    test.each([
        [["127.0.0.1:1"], "127.0.0.1:1"],
        [["--logtostderr", "-v=9", "127.0.0.1:1"], "127.0.0.1:1"],
        [["--tracing", "http://localhost:9411", "127.0.0.1:1"], "127.0.0.1:1"],
    ])("%j hold the address %s", (args, address) => {
        expect(findEngineAddress(args)).toBe(address);
    });

    test.each([[[]], [["--tracing", "http://localhost:9411"]]])(
        "%j without an address are refused",
        (args) => {
            expect(() => findEngineAddress(args)).toThrow(/address of the engine is missing/);
        },
    );

    test("lose their logging options before they go to a plugin", () => {
        expect(withoutLoggingOptions(["--logtostderr", "-v=9", "a", "b"])).toEqual(["a", "b"]);
    });
});

describe("runtime options", () => {
    test("have defaults", () => {
        expect(readRuntimeOptions({})).toEqual({ typescript: true, tsconfig: undefined, nodeargs: [] });
    });

    test("are read", () => {
        const given = {
            typescript: false,
            tsconfig: "tsconfig.a.json",
            nodeargs: "--a --b",
            packagemanager: "npm",
        };
        expect(readRuntimeOptions(given)).toEqual({
            typescript: false,
            tsconfig: "tsconfig.a.json",
            nodeargs: ["--a", "--b"],
        });
    });

    test.each([
        [{ typescript: "no" }, 'runtime.options.typescript is "no"; expected true or false'],
        [{ tsconfig: 1 }, "runtime.options.tsconfig is 1; expected the path of a tsconfig file"],
        [{ nodeargs: ["--a"] }, 'runtime.options.nodeargs is ["--a"]; expected a text'],
        [{ packagemanager: "pnpm" }, 'runtime.options.packagemanager is "pnpm"; expected "npm"'],
    ])("%j is refused", (given, message) => {
        expect(() => readRuntimeOptions(given)).toThrow(message);
    });

    test.each([
        ["", []],
        ["  --a   --b=1 ", ["--a", "--b=1"]],
        [`--title="two words" '--x y'`, ["--title=two words", "--x y"]],
        [`--say='it is "so"'`, ['--say=it is "so"']],
    ])("nodeargs %j are the words %j", (text, words) => {
        expect(splitWords(text)).toEqual(words);
    });
});

describe("the process of a program", () => {
    function request(options: Record<string, JavaScriptValue> = {}): RunRequest {
        const result = new RunRequest()
            .setInfo(info(options))
            .setPwd(folder)
            .setMonitorAddress("127.0.0.1:2")
            .setOrganization("org")
            .setProject("shop")
            .setStack("dev")
            .setParallel(8)
            .setConfigsecretkeysList(["shop:password"]);
        result.getConfigMap().set("shop:password", "x").set("docker:host", "y");
        return result;
    }

    test("runs the SDK that lies beside the program", () => {
        const run = write("node_modules/@pulumi/pulumi/cmd/run/index.js", "");
        expect(programCommand(request(), "127.0.0.1:1", {}).args).toEqual([
            run,
            ...["--monitor", "127.0.0.1:2"],
            ...["--engine", "127.0.0.1:1"],
            ...["--organization", "org"],
            ...["--project", "shop"],
            ...["--root-directory", folder],
            ...["--stack", "dev"],
            ...["--pwd", folder],
            ...["--parallel", "8"],
            ".",
        ]);
    });

    test("is told of a preview, of arguments for Node.js and of another entry point", () => {
        const run = write("node_modules/@pulumi/pulumi/cmd/run/index.js", "");
        const changed = request({ nodeargs: "--inspect" }).setDryrun(true).setArgsList(["one"]);
        changed.getInfo()!.setEntryPoint("infra/index.ts");
        const { args } = programCommand(changed, "127.0.0.1:1", {});
        expect(args.slice(0, 2)).toEqual(["--inspect", run]);
        expect(args.slice(-3)).toEqual(["--dry-run", "infra/index.ts", "one"]);
    });

    test("gets configuration, options and the inherited environment", () => {
        write("node_modules/@pulumi/pulumi/cmd/run/index.js", "");
        const { env, cwd } = programCommand(
            request({ tsconfig: "a.json" }),
            "127.0.0.1:1",
            { A: "b" },
            "00-1-2-01",
        );
        expect(cwd).toBe(folder);
        expect(env).toEqual({
            A: "b",
            PULUMI_CONFIG: '{"docker:config:host":"y","shop:config:password":"x"}',
            PULUMI_CONFIG_SECRET_KEYS: '["shop:password"]',
            PULUMI_NODEJS_TYPESCRIPT: "true",
            PULUMI_NODEJS_TSCONFIG_PATH: "a.json",
            TRACEPARENT: "00-1-2-01",
        });
    });

    test("can't be started without an SDK, and the error says what to do", () => {
        expect(() => programCommand(request(), "127.0.0.1:1", {})).toThrow(
            `cmd/run was not found from ${folder}: the Pulumi SDK has to be installed there. Run npm install`,
        );
    });

    test("gets configuration names with colons in them whole", () => {
        expect(programConfig([["a:b:c", "1"]])).toBe('{"a:config:b:c":"1"}');
    });

    test.each([
        [{ code: 0, signal: null }, false, { error: "", bail: false }],
        [{ code: 32, signal: null }, false, { error: "", bail: true }],
        [{ code: 1, signal: null }, false, { error: "the program exited with code 1", bail: false }],
        [
            { code: null, signal: "SIGKILL" as const },
            false,
            { error: "the program ended by SIGKILL", bail: false },
        ],
        [
            { code: null, signal: "SIGTERM" as const },
            true,
            { error: "the program was stopped because the operation was cancelled", bail: false },
        ],
        // A program that ends well although it is being stopped has not made all of its resources.
        [
            { code: 0, signal: null },
            true,
            { error: "the program was stopped because the operation was cancelled", bail: false },
        ],
    ])("ended with %j (cancelled: %s) is reported as %j", (ending, cancelled, expected) => {
        expect(programResult(ending, cancelled).toObject()).toEqual(expected);
    });
});

describe("the process of a plugin", () => {
    function request(kind: string): RunPluginRequest {
        return new RunPluginRequest()
            .setInfo(info())
            .setKind(kind)
            .setPwd("/elsewhere")
            .setArgsList(["--logtostderr", "127.0.0.1:1"])
            .setEnvList(["A=b=c", "PULUMI_CONFIG={}"]);
    }

    test("runs a policy pack in its own folder", () => {
        const run = write("node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js", "");
        expect(pluginCommand(request("analyzer"), "127.0.0.1:1", { A: "a", B: "b" })).toEqual({
            args: [run, "127.0.0.1:1", folder, "127.0.0.1:1"],
            cwd: folder,
            env: { A: "b=c", B: "b", PULUMI_CONFIG: "{}" },
        });
    });

    test("runs a package of components where the engine runs", () => {
        const run = write("node_modules/@pulumi/pulumi/cmd/run-plugin/index.js", "");
        expect(pluginCommand(request("resource"), "127.0.0.1:1", {})).toMatchObject({
            args: [run, folder, "127.0.0.1:1"],
            cwd: "/elsewhere",
        });
    });

    test("is refused for other kinds", () => {
        expect(() => pluginCommand(request("converter"), "127.0.0.1:1", {})).toThrow(
            /kind "converter".*expected "resource"/,
        );
    });
});

describe("packages of a program", () => {
    test.each([
        [
            "a provider's SDK",
            { name: "@pulumi/docker", version: "5.0.0", pulumi: { resource: true } },
            { name: "docker", version: "v5.0.0" },
        ],
        [
            "another's",
            { name: "@acme/thing", version: "v1.0.0", pulumi: { resource: true } },
            { name: "acme/thing", version: "v1.0.0" },
        ],
        [
            "one that names its plugin",
            {
                name: "@pulumi/docker",
                version: "5.0.0",
                pulumi: { resource: true, name: "dock", version: "5.0.1", server: "https://example.com" },
            },
            { name: "dock", version: "v5.0.1", server: "https://example.com" },
        ],
        [
            "one made from another provider",
            {
                name: "@pulumi/x",
                pulumi: {
                    resource: true,
                    name: "terraform-provider",
                    version: "1.0.0",
                    parameterization: { name: "x", version: "2.0.0", value: "YQ==" },
                },
            },
            {
                name: "terraform-provider",
                version: "v1.0.0",
                parameterization: { name: "x", version: "2.0.0", value: "YQ==" },
            },
        ],
        ["a package without a plugin", { name: "zod", version: "4.0.0" }, undefined],
        ["a package that says so", { name: "x", version: "4.0.0", pulumi: { resource: false } }, undefined],
    ])("name their plugin: %s", (_what, manifest, plugin) => {
        expect(pluginOf(manifest)).toEqual(plugin);
    });

    test("are found beside the program, above it, and within one another, once each", () => {
        const docker = { name: "@pulumi/docker", version: "5.0.0", pulumi: { resource: true } };
        write("node_modules/@pulumi/docker/package.json", docker);
        write("node_modules/components/package.json", { name: "components", version: "1.0.0" });
        write("node_modules/components/node_modules/@pulumi/docker/package.json", {
            ...docker,
            version: "4.0.0",
        });
        write("node_modules/broken/package.json", "{");
        write("app/node_modules/@pulumi/docker/package.json", docker);
        expect(pluginsOfProgram(path.join(folder, "app"))).toEqual([
            { name: "docker", version: "v4.0.0" },
            { name: "docker", version: "v5.0.0" },
        ]);
    });

    test("name their plugins to the engine, unless it is not to download any", () => {
        const plugins = [{ name: "docker", version: "v5.0.0" }];
        expect(pluginsToName(() => plugins, {})).toEqual(plugins);
        expect(pluginsToName(() => plugins, { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" })).toEqual(
            [],
        );
    });

    test("are listed with the versions that are installed", () => {
        write("package.json", { dependencies: { a: "^1.0.0" }, devDependencies: { missing: "^3.0.0" } });
        write("node_modules/a/package.json", { name: "a", version: "1.2.3" });
        write("node_modules/b/package.json", { name: "b", version: "2.0.0" });
        expect(dependenciesOfProgram(folder, false)).toEqual([
            { name: "a", version: "1.2.3" },
            { name: "missing", version: "^3.0.0" },
        ]);
        expect(dependenciesOfProgram(folder, true).map(({ name }) => name)).toEqual(
            expect.arrayContaining(["a", "b"]),
        );
    });

    test("are installed by npm, and not where there is nothing to install", () => {
        expect(installCommand(folder, false, {})).toBeUndefined();
        write("package.json", { dependencies: { "@acme/a": "^1.0.0" } });
        expect(installCommand(folder, false, {})).toMatchObject({ file: "npm", cwd: folder });
    });

    test("are left as they are in a plugin's folder that has them", () => {
        write("package.json", { dependencies: { "@acme/a": "^1.0.0" } });
        expect(installCommand(folder, true, {})).toMatchObject({ file: "npm" });
        write("node_modules/@acme/a/package.json", {});
        expect(installCommand(folder, true, {})).toBeUndefined();
    });
});

describe("child processes", () => {
    const script = (source: string) => ({ args: ["-e", source], cwd: folder, env: process.env });

    test("report how they ended", async () => {
        const children = new Children();
        expect(await children.start(script("process.exit(3)"), "ignore").ended).toEqual({
            code: 3,
            signal: null,
        });
        expect(describeEnding({ code: 3, signal: null })).toBe("exited with code 3");
    });

    test("are asked to end", async () => {
        const children = new Children();
        const { ended, child } = children.start(script("setInterval(() => 0, 1000)"), "ignore");
        await children.stop(child);
        expect(await ended).toEqual({ code: null, signal: "SIGTERM" });
    });

    test("are ended by force when they don't listen", async () => {
        const children = new Children(100);
        const source = "process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); console.log('ready')";
        const { child, ended } = children.start(script(source), ["ignore", "pipe", "ignore"]);
        await new Promise((resolve) => child.stdout!.once("data", resolve));
        await children.stopAll();
        expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
    });

    test("that could not be started say why", async () => {
        const children = new Children();
        const { ended } = children.start({ file: "/no/such/file", args: [], cwd: folder, env: {} }, "ignore");
        await expect(ended).rejects.toThrow(/\/no\/such\/file could not be started in .*ENOENT/);
        await children.stopAll();
    });
});

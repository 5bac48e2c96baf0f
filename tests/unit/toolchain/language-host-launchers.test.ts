// The launchers and the processes behind them, spoken to over gRPC as the engine does.
import { ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

import { identify } from "../../../toolchain/processes";
import { writeLaunchers } from "../../../toolchain/launchers";
import { KubernetesApiServer } from "./kubernetes-api-server";

let folder: string;
const started: ChildProcess[] = [];

beforeAll(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "launchers-")));
    process.env.XDG_CACHE_HOME = path.join(folder, "cache");
    writeLaunchers(path.join(folder, "bin"));
});

afterAll(() => {
    started.forEach((child) => child.kill("SIGKILL"));
    delete process.env.XDG_CACHE_HOME;
    fs.rmSync(folder, { recursive: true });
});

async function start(
    name: string,
): Promise<{ child: ChildProcess; address: string; ended: Promise<unknown> }> {
    const child = spawn(path.join(folder, "bin", name), ["127.0.0.1:1"], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    started.push(child);
    const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
    const line = await new Promise<string>((resolve) =>
        child.stdout!.once("data", (data: Buffer) => resolve(`${data}`)),
    );
    expect(line).toMatch(/^\d+\n$/);
    return { child, ended, address: `127.0.0.1:${line.trim()}` };
}

function ask<Response>(
    call: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
    return new Promise((resolve, reject) =>
        call((error, response) => (error ? reject(error) : resolve(response))),
    );
}

async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

describe("launchers", () => {
    test("are compiled once", () => {
        const compiled = path.join(folder, "cache", "traced-environment", "plugins");
        const before = fs.readdirSync(compiled);
        writeLaunchers(path.join(folder, "other"), ["pulumi-resource-random"]);
        expect(fs.readdirSync(compiled)).toEqual(before);
        expect(fs.readdirSync(path.join(folder, "other"))).toEqual(["pulumi-resource-random"]);
    });
});

describe("the language host", () => {
    let client: LanguageRuntimeClient;
    let host: Awaited<ReturnType<typeof start>>;

    beforeEach(async () => {
        host = await start("pulumi-language-nodejs");
        client = new LanguageRuntimeClient(host.address, grpc.credentials.createInsecure());
    });

    afterEach(async () => {
        client.close();
        host.child.kill("SIGINT");
        await host.ended;
    });

    // An SDK whose program records its process and what it was given, then goes on for ever.
    function longProgram(name: string): { program: string; record: string } {
        const program = path.join(folder, name);
        const record = path.join(program, "record.json");
        const run = path.join(program, "node_modules/@pulumi/pulumi/cmd/run");
        fs.mkdirSync(run, { recursive: true });
        fs.writeFileSync(
            path.join(run, "index.js"),
            `require("fs").writeFileSync(${JSON.stringify(record)}, JSON.stringify({ pid: process.pid }));
             setInterval(() => 0, 1000);`,
        );
        return { program, record };
    }

    function runRequest(program: string): language.RunRequest {
        const info = new language.ProgramInfo().setProgramDirectory(program).setEntryPoint(".");
        return new language.RunRequest().setInfo(info).setPwd(program);
    }

    async function pidIn(record: string): Promise<number> {
        await until(() => fs.existsSync(record) && fs.readFileSync(record, "utf8").endsWith("}"));
        return (JSON.parse(fs.readFileSync(record, "utf8")) as { pid: number }).pid;
    }

    test("stops the program when the engine cancels", async () => {
        const { program, record } = longProgram("cancelled");
        const result = ask<language.RunResponse>((done) => client.run(runRequest(program), done));
        const pid = await pidIn(record);
        await ask<Empty>((done) => client.cancel(new Empty(), done));
        expect((await result).getError()).toMatch(/cancelled/);
        expect(identify(pid)).toBeUndefined();
    });

    test("stops the program when it is stopped itself", async () => {
        const { program, record } = longProgram("interrupted");
        const result = ask<language.RunResponse>((done) => client.run(runRequest(program), done)).catch(
            () => undefined,
        );
        const pid = await pidIn(record);
        host.child.kill("SIGINT");
        expect(await host.ended).toBe(0);
        await result;
        expect(identify(pid)).toBeUndefined();
    });

    test("says what is missing when a program's packages are not installed", async () => {
        const empty = path.join(folder, "empty");
        fs.mkdirSync(empty, { recursive: true });
        await expect(
            ask<language.RunResponse>((done) => client.run(runRequest(empty), done)),
        ).rejects.toThrow(/SDK has to be installed there. Run npm install/);
    });

    test("refuses what it has not", async () => {
        await expect(
            ask<language.GeneratePackageResponse>((done) =>
                client.generatePackage(new language.GeneratePackageRequest(), done),
            ),
        ).rejects.toMatchObject({
            code: grpc.status.UNIMPLEMENTED,
            details: expect.stringMatching(/generates no code. Install the official Pulumi CLI/),
        });
    });

    test("says which version it stands for", async () => {
        expect(
            (await ask<PluginInfo>((done) => client.getPluginInfo(new Empty(), done))).getVersion(),
        ).toMatch(/^3\.\d+\.\d+\+from-packages$/);
    });
});

test("the language host ends with the engine that started it, and so does its program", async () => {
    const launcher = path.join(folder, "bin", "pulumi-language-nodejs");
    const engine = spawn(
        process.execPath,
        [
            "-e",
            `const { spawn } = require("child_process");
             const host = spawn(${JSON.stringify(launcher)}, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
             host.stdout.once("data", () => console.log(host.pid)); setInterval(() => 0, 1000);`,
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
    );
    started.push(engine);
    // Said once the host has told its port: by then it has noted its parent.
    const pid = Number(await new Promise((resolve) => engine.stdout.once("data", resolve)));
    expect(identify(pid)).toBeDefined();
    engine.kill("SIGKILL");
    await until(() => identify(pid) === undefined);
});

describe("the random provider", () => {
    let client: ResourceProviderClient;
    let plugin: Awaited<ReturnType<typeof start>>;
    const type = "random:index/randomPassword:RandomPassword";
    const inputs = Struct.fromJavaScript({ length: 12 });

    beforeAll(async () => {
        plugin = await start("pulumi-resource-random");
        client = new ResourceProviderClient(plugin.address, grpc.credentials.createInsecure());
    });

    afterAll(async () => {
        client.close();
        plugin.child.kill("SIGINT");
        expect(await plugin.ended).toBe(0);
    });

    const create = (preview: boolean) =>
        ask<provider.CreateResponse>((done) =>
            client.create(
                new provider.CreateRequest().setType(type).setProperties(inputs).setPreview(preview),
                done,
            ),
        );

    test("creates a value and takes it as it is afterwards", async () => {
        const made = await create(false);
        const read = await ask<provider.ReadResponse>((done) =>
            client.read(
                new provider.ReadRequest()
                    .setType(type)
                    .setId(made.getId())
                    .setProperties(made.getProperties())
                    .setInputs(inputs),
                done,
            ),
        );
        expect(read.getProperties()!.toJavaScript()).toEqual(made.getProperties()!.toJavaScript());
        expect(read.getInputs()!.toJavaScript()).toEqual({ length: 12 });
        const diff = await ask<provider.DiffResponse>((done) =>
            client.diff(
                new provider.DiffRequest().setType(type).setOlds(made.getProperties()).setNews(inputs),
                done,
            ),
        );
        expect(diff.getChanges()).toBe(provider.DiffResponse.DiffChanges.DIFF_NONE);
    });

    test("draws nothing in a preview, and says that the value will be a secret", async () => {
        const { result } = (await create(true)).getProperties()!.toJavaScript();
        expect(result).toEqual({
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            value: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        });
    });

    test("finds the type in the URN where an older engine sends no type", async () => {
        const urn = `urn:pulumi:dev::shop::traced-environment:index:ElasticsearchStorage$${type}::password`;
        const checked = await ask<provider.CheckResponse>((done) =>
            client.check(new provider.CheckRequest().setUrn(urn).setNews(new Struct()), done),
        );
        expect(checked.getFailuresList().map((failure) => failure.getProperty())).toEqual(["length"]);
    });

    test("has no schema to show", async () => {
        await expect(
            ask<provider.GetSchemaResponse>((done) =>
                client.getSchema(new provider.GetSchemaRequest(), done),
            ),
        ).rejects.toMatchObject({
            code: grpc.status.UNIMPLEMENTED,
        });
    });
});

describe("the tls provider", () => {
    let client: ResourceProviderClient;
    let plugin: Awaited<ReturnType<typeof start>>;

    beforeAll(async () => {
        plugin = await start("pulumi-resource-tls");
        client = new ResourceProviderClient(plugin.address, grpc.credentials.createInsecure());
    });

    afterAll(async () => {
        client.close();
        plugin.child.kill("SIGINT");
        expect(await plugin.ended).toBe(0);
    });

    const create = async (type: string, inputs: Record<string, JavaScriptValue>) => {
        const request = new provider.CreateRequest().setType(type).setProperties(Struct.fromJavaScript(inputs));
        const made = await ask<provider.CreateResponse>((done) => client.create(request, done));
        return made.getProperties()!.toJavaScript() as Record<string, JavaScriptValue>;
    };

    test("makes a key and a certificate of it", async () => {
        const key = await create("tls:index/privateKey:PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" });
        const certificate = await create("tls:index/selfSignedCert:SelfSignedCert", {
            privateKeyPem: key.privateKeyPem,
            subject: { commonName: "a" },
            allowedUses: ["server_auth"],
            validityPeriodHours: 1,
        });
        expect(new X509Certificate(String(certificate.certPem)).subject).toBe("CN=a");
    });
});

describe("the kubernetes provider", () => {
    let plugin: Awaited<ReturnType<typeof start>>;
    let client: ResourceProviderClient;
    const server = new KubernetesApiServer();

    afterAll(() => server.stop());

    beforeEach(async () => {
        plugin = await start("pulumi-resource-kubernetes");
        client = new ResourceProviderClient(plugin.address, grpc.credentials.createInsecure());
    });

    afterEach(async () => {
        client.close();
        plugin.child.kill("SIGINT");
        expect(await plugin.ended).toBe(0);
    });

    async function configure(server: string): Promise<void> {
        const kubeconfig = [
            "current-context: here",
            "contexts: [{ name: here, context: { cluster: c, user: u, namespace: shop } }]",
            // Without it, the library speaks no HTTP.
            `clusters: [{ name: c, cluster: { server: "${server}", insecure-skip-tls-verify: true } }]`,
            "users: [{ name: u, user: { token: t } }]",
        ].join("\n");
        const request = new provider.ConfigureRequest();
        request.getVariablesMap().set("kubernetes:config:kubeconfig", kubeconfig);
        const configured = await ask<provider.ConfigureResponse>((done) => client.configure(request, done));
        expect(configured.getSupportsAutonamingConfiguration()).toBe(true);
    }

    const create = (type: string, inputs: Record<string, JavaScriptValue>) =>
        ask<provider.CreateResponse>((done) =>
            client.create(
                new provider.CreateRequest()
                    .setUrn(`urn:pulumi:dev::shop::${type}::a`)
                    .setType(type)
                    .setProperties(Struct.fromJavaScript(inputs)),
                done,
            ),
        );

    test("checks inputs without the cluster that the kubeconfig names, and tells why nothing is made", async () => {
        await configure("https://127.0.0.1:1");
        const type = "kubernetes:core/v1:ConfigMap";
        const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
        const checked = await ask<provider.CheckResponse>((done) =>
            client.check(new provider.CheckRequest().setType(type).setNews(Struct.fromJavaScript(inputs)), done),
        );
        expect(checked.getInputs()!.toJavaScript()).toMatchObject({ metadata: { name: "a", namespace: "shop" } });
        await expect(create(type, inputs)).rejects.toMatchObject({
            details:
                "configured Kubernetes cluster is unreachable: https://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
        });
    });

    test("gives the engine the state of what was made and does not become ready", async () => {
        const conditions = [{ type: "Failed", status: "True", reason: "Because", message: "it is so" }];
        server.controls = (object) => ({ ...object, status: { conditions } });
        await configure(await server.start());
        const inputs = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "a", namespace: "shop" } };
        const error = await create("kubernetes:batch/v1:Job", inputs).catch((each: grpc.ServiceError) => each);
        const [details] = (error as grpc.ServiceError).metadata.get("grpc-status-details-bin");
        const [detail] = Status.deserializeBinary(details as Buffer).getDetailsList();
        const failure = detail.unpack(
            (bytes) => provider.ErrorResourceInitFailed.deserializeBinary(bytes),
            "pulumirpc.ErrorResourceInitFailed",
        )!;
        expect(failure.getId()).toBe("shop/a");
        expect(failure.getReasonsList()).toContain("[Because] it is so");
        expect(failure.getProperties()!.toJavaScript()).toMatchObject({ __inputs: inputs });
    });
});

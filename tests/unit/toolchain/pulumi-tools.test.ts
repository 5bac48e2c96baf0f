// Where Pulumi's CLI, plugins, the engine and the registry are looked for, and how the CLI is downloaded.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import { AddressInfo } from "node:net";
import * as path from "node:path";

import { engineHosts } from "../../../toolchain/engine";
import {
    archiveUrl,
    downloadCli,
    installedPlugin,
    pluginsFolder,
    siteAnswers,
} from "../../../toolchain/executables/pulumi";
import { cacheFolder, stateFolder } from "../../../toolchain/folders";
import { registryAddress } from "../../../toolchain/registry";
import { VERSIONS } from "../../../toolchain/versions";
import { useTemporaryFolders } from "./temporary-folders";

describe("folders", () => {
    test.each([
        [{ HOME: "/home/ada" }, "/home/ada/.cache/traced-environment", "/home/ada/.local/state/traced-environment"],
        [
            { HOME: "/home/ada", XDG_CACHE_HOME: "/cache", XDG_STATE_HOME: "/state" },
            "/cache/traced-environment",
            "/state/traced-environment",
        ],
        [
            { HOME: "/home/ada", XDG_CACHE_HOME: "relative", XDG_STATE_HOME: "" },
            "/home/ada/.cache/traced-environment",
            "/home/ada/.local/state/traced-environment",
        ],
    ])("%p", (env, cache, state) => {
        expect(cacheFolder(env)).toBe(cache);
        expect(stateFolder(env)).toBe(state);
    });
});

describe("the engine's address", () => {
    test("is DOCKER_HOST alone when it is set", () => {
        expect(engineHosts({ DOCKER_HOST: "tcp://build:2376" }, "/home/ada")).toEqual(["tcp://build:2376"]);
    });

    test("is a local socket otherwise", () => {
        expect(engineHosts({ DOCKER_HOST: "" }, "/home/ada")).toEqual([
            "unix:///var/run/docker.sock",
            "unix:///home/ada/.docker/run/docker.sock",
        ]);
    });
});

describe("the registry's address", () => {
    test.each([
        [undefined, "127.0.0.1:5055"],
        ["", "127.0.0.1:5055"],
        ["6000", "127.0.0.1:6000"],
    ])("TRACED_ENVIRONMENT_REGISTRY_PORT=%s", (port, expected) => {
        expect(registryAddress({ TRACED_ENVIRONMENT_REGISTRY_PORT: port })).toBe(expected);
    });

    test.each(["0", "65536", "50.5", "http"])("%s is refused", (port) => {
        expect(() => registryAddress({ TRACED_ENVIRONMENT_REGISTRY_PORT: port })).toThrow(
            `TRACED_ENVIRONMENT_REGISTRY_PORT is "${port}": expected a port number from 1 to 65535`,
        );
    });
});

describe("installed plugins", () => {
    test("lie in the home of Pulumi", () => {
        expect(pluginsFolder({}, "/home/ada")).toBe("/home/ada/.pulumi/plugins");
        expect(pluginsFolder({ PULUMI_HOME: "/pulumi" }, "/home/ada")).toBe("/pulumi/plugins");
    });

    test.each([
        [["resource-docker-v5.0.0", "resource-docker-v5.0.0.lock"], "5.0.0"],
        [["resource-docker-v4.9.0", "resource-docker-build-v5.0.0"], undefined],
        [[], undefined],
    ])("%p", (names, expected) => {
        expect(installedPlugin(() => names, "/plugins", "docker", "5.0.0")).toBe(expected);
    });

    test("are none where the folder is missing", () => {
        expect(installedPlugin(fs.readdirSync, "/nowhere/plugins", "docker", "5.0.0")).toBeUndefined();
    });
});

describe("Pulumi's site", () => {
    const folder = useTemporaryFolders();
    const servers: http.Server[] = [];

    beforeEach(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
    afterEach(() => {
        jest.restoreAllMocks();
        servers.splice(0).forEach((server) => server.close());
    });

    async function serve(handler: http.RequestListener): Promise<string> {
        const server = http.createServer(handler);
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    test("names archives by platform and architecture", () => {
        expect(archiveUrl("https://site", "darwin", "arm64")).toBe(
            `https://site/releases/sdk/pulumi-v${VERSIONS.pulumi}-darwin-arm64.tar.gz`,
        );
    });

    test("brings the CLI, once", async () => {
        const archive = path.join(folder(), "archive.tar.gz");
        fs.mkdirSync(path.join(folder(), "pulumi"));
        fs.writeFileSync(path.join(folder(), "pulumi", "pulumi"), "#!/bin/sh\n", { mode: 0o755 });
        execFileSync("tar", ["-czf", archive, "-C", folder(), "pulumi"]);
        const asked: string[] = [];
        const site = await serve((request, response) => {
            asked.push(`${request.method} ${request.url}`);
            response.end(fs.readFileSync(archive));
        });
        expect(await siteAnswers(site)).toBe(true);
        const cli = path.join(await downloadCli(site), "pulumi");
        expect(fs.statSync(cli).mode & 0o111).not.toBe(0);
        await downloadCli(site);
        const archivePath = archiveUrl("");
        expect(asked).toEqual([`HEAD ${archivePath}`, `GET ${archivePath}`]);
    });

    test("does not count as answering when it refuses, or is not there", async () => {
        const site = await serve((_, response) => response.writeHead(403).end());
        expect(await siteAnswers(site)).toBe(false);
        await expect(downloadCli(site)).rejects.toThrow(/answered 403, expected the archive of the Pulumi CLI/);
        expect(await siteAnswers("http://127.0.0.1:1")).toBe(false);
    });

    test("does not count as answering after three seconds", async () => {
        const site = await serve(() => undefined);
        const start = Date.now();
        expect(await siteAnswers(site)).toBe(false);
        expect(Date.now() - start).toBeLessThan(4_000);
        servers.forEach((server) => server.closeAllConnections());
    });
});

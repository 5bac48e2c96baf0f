// Stand-in images: their references, when they are made anew, and where the Debian base takes packages from.
import * as http from "node:http";
import { AddressInfo } from "node:net";

import { debianSources, networkSettings, parseTargets } from "../../../toolchain/images/debianBase";
import { refuseRemoteEngine } from "../../../toolchain/images/engines";
import { imageReference, recipeHash, shortHash } from "../../../toolchain/images/recipe";
import { digestInRegistry, labelsInRegistry } from "../../../toolchain/images/registryClient";

const recipe = { repository: "library/traefik", tag: "v3", ingredients: () => ["busybox"], onDebian: false };
const files = [{ path: "Dockerfile", executable: false, hash: "1" }];

describe("a recipe", () => {
    it("has the reference that a mirror of the vendor's registry would have", () => {
        expect(imageReference("127.0.0.1:5055", recipe)).toBe("127.0.0.1:5055/library/traefik:v3");
    });

    const hash = recipeHash(recipe, files, "base");
    it.each([
        ["a file", recipeHash(recipe, [{ ...files[0], hash: "2" }], "base")],
        ["a file's mode", recipeHash(recipe, [{ ...files[0], executable: true }], "base")],
        ["an ingredient", recipeHash({ ...recipe, ingredients: () => ["toybox"] }, files, "base")],
        ["the tag", recipeHash({ ...recipe, tag: "v4" }, files, "base")],
    ])("has another hash when %s changes", (_, changed) => {
        expect(changed).not.toBe(hash);
    });

    it("depends on the base only when it starts from it", () => {
        const onDebian = { ...recipe, onDebian: true };
        expect(recipeHash(recipe, files, "other")).toBe(hash);
        expect(recipeHash(onDebian, files, "other")).not.toBe(recipeHash(onDebian, files, "base"));
    });

    it("has a hash that fits into a tag", () => {
        expect(shortHash("a", "b")).toMatch(/^[0-9a-f]{16}$/);
        expect(shortHash("a", "b")).not.toBe(shortHash("ab"));
    });
});

describe("package sources of the base", () => {
    const output =
        "http://mirror/debian/\tDebian\nhttp://mirror/security/\tDebian-Security\nhttp://other/\tOther\n";

    it("are the mirrors of this machine", () => {
        expect(debianSources(parseTargets(output))).toEqual([
            "deb http://mirror/debian/ bookworm main",
            "deb http://mirror/debian/ bookworm-updates main",
            "deb http://mirror/security/ bookworm-security main",
        ]);
    });

    it("do without security fixes where this machine has no source of them", () => {
        expect(debianSources([{ uri: "http://mirror/debian/", label: "Debian" }])).toHaveLength(2);
    });

    it("are refused when none is Debian's, with the way out", () => {
        expect(() => debianSources(parseTargets("http://other/\tUbuntu\n"))).toThrow(
            /labelled "Debian".*Instead/s,
        );
    });

    it("are reached by the proxy and with the checks of this machine", () => {
        const dump = [
            'Acquire "";',
            'Acquire::http "";',
            'Acquire::http::Proxy "http://proxy:3128";',
            'Acquire::https::Verify-Peer "false";',
            'Acquire::Check-Valid-Until "false";',
            'Acquire::cdrom::mount "/media/cdrom/";',
            'APT::Architecture "amd64";',
        ];
        expect(networkSettings(dump.join("\n"))).toEqual([dump[2], dump[3], dump[4]]);
    });
});

describe("the engine that uses images made here", () => {
    it.each([
        "unix:///var/run/docker.sock",
        "tcp://127.0.0.1:2375",
        "tcp://localhost:2375",
        "tcp://[::1]:2375",
        "npipe:////./pipe/docker_engine",
    ])("may be %s", (host) => {
        expect(() => refuseRemoteEngine({ host })).not.toThrow();
    });

    it.each(["tcp://10.0.0.7:2376", "ssh://me@build.example", "tcp://build.example:2376"])(
        "can't be %s, which is another machine",
        (host) => {
            expect(() => refuseRemoteEngine({ host })).toThrow(/engine on this machine.*mirror/);
        },
    );
});

describe("a registry", () => {
    let server: http.Server;
    let address: string;
    beforeAll((done) => {
        server = http.createServer((request, response) => {
            const answers: Record<string, [number, unknown]> = {
                "/v2/a/manifests/1": [200, { config: { digest: "sha256:c" } }],
                "/v2/a/blobs/sha256:c": [200, { config: { Labels: { recipe: "x" } } }],
                "/v2/bare/manifests/1": [200, { config: { digest: "sha256:d" } }],
                "/v2/bare/blobs/sha256:d": [200, { config: {} }],
                "/v2/cut/manifests/1": [200, { config: { digest: "sha256:gone" } }],
                "/v2/ill/manifests/1": [500, {}],
            };
            const [status, body] = answers[request.url ?? ""] ?? [404, {}];
            response.writeHead(status, { "Docker-Content-Digest": "sha256:m" }).end(JSON.stringify(body));
        });
        server.listen(0, "127.0.0.1", () => {
            address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
            done();
        });
    });
    afterAll((done) => {
        server.close(done);
    });

    it.each([
        ["a", { recipe: "x" }],
        ["bare", {}],
        ["cut", undefined],
        ["missing", undefined],
    ])("tells the labels of %s", async (repository, labels) => {
        expect(await labelsInRegistry(address, repository, "1")).toEqual(labels);
    });

    it("tells digests", async () => {
        expect(await digestInRegistry(address, "a", "1")).toBe("sha256:m");
        expect(await digestInRegistry(address, "missing", "1")).toBeUndefined();
    });

    it("that fails is not taken for an empty one", async () => {
        await expect(labelsInRegistry(address, "ill", "1")).rejects.toThrow(/500.*expected 200 or 404/);
    });
});

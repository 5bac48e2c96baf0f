// When an application's image is built anew: what counts as its content, and what it starts from.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { buildArguments, contentTag } from "../../../toolchain/images/appImage";
import { buildArguments as dockerArguments } from "../../../toolchain/images/docker";
import { baseImages } from "../../../toolchain/images/dockerfile";
import { ignoreRules } from "../../../toolchain/images/dockerignore";
import { folderContent, normaliseModes } from "../../../toolchain/images/folderContent";

describe(".dockerignore", () => {
    const cases: [rule: string, file: string, ignored: boolean][] = [
        ["node_modules", "node_modules", true],
        ["node_modules", "node_modules/a/b.js", true],
        ["node_modules", "app/node_modules", false],
        ["/node_modules/", "node_modules", true],
        ["./docs", "docs/a.md", true],
        ["*.sqlite3", "db.sqlite3", true],
        ["*.sqlite3", "data/db.sqlite3", false],
        ["**/*.pyc", "db.pyc", true],
        ["**/*.pyc", "a/b/c.pyc", true],
        ["**/__pycache__", "a/__pycache__/x", true],
        ["a/**/c", "a/c", true],
        ["a/**/c", "a/b/b/c", true],
        ["a/**", "a/b/c", true],
        ["?.txt", "a.txt", true],
        ["?.txt", "ab.txt", false],
        ["a.txt", "abtxt", false],
        ["# a.txt", "a.txt", false],
        ["  a.txt  ", "a.txt", true],
        ["", "a.txt", false],
        ["*.md\n!README.md", "README.md", false],
        ["*.md\n!README.md", "CHANGES.md", true],
        ["docs\n!docs/keep", "docs/keep/a", false],
        ["!a.txt\na.txt", "a.txt", true],
    ];
    it.each(cases)("%j on %s: %s", (rule, file, ignored) => {
        expect(ignoreRules(rule).ignores(file)).toBe(ignored);
    });

    it("tells whether it takes files back in", () => {
        expect(ignoreRules("a\n!a/b").hasExceptions).toBe(true);
        expect(ignoreRules("a\n# !a/b").hasExceptions).toBe(false);
    });
});

describe("base images of a Dockerfile", () => {
    const cases: [name: string, dockerfile: string, args: Record<string, string>, images: string[]][] = [
        ["a plain one", "FROM debian:12\nRUN true", {}, ["debian:12"]],
        ["an argument's default", "ARG R=docker.io/\nFROM ${R}python:3", {}, ["docker.io/python:3"]],
        ["an argument given", "ARG R=docker.io/\nFROM ${R}python:3", { R: "h:1/" }, ["h:1/python:3"]],
        ["an argument that is not declared", "FROM ${R}python:3", { R: "h:1/" }, ["python:3"]],
        ["a default in quotes", 'ARG R="h/"\nFROM $R', {}, ["h/"]],
        ["a fallback in the reference", "FROM ${R:-h/}python", {}, ["h/python"]],
        ["stages", "FROM a AS build\nFROM b\nCOPY --from=build /x /x", {}, ["a", "b"]],
        ["a stage on a stage", "FROM a AS build\nFROM Build", {}, ["a"]],
        ["options and continued lines", "FROM --platform=linux/amd64 \\\n  a:1 as x", {}, ["a:1"]],
        ["scratch", "FROM scratch", {}, []],
        ["lower case", "arg t=2\nfrom a:${t}", {}, ["a:2"]],
    ];
    it.each(cases)("%s", (_, dockerfile, args, images) => {
        expect(baseImages(dockerfile, args)).toEqual(images);
    });
});

describe("build arguments", () => {
    it("prefix base images with the local registry, or with the public one", () => {
        expect(buildArguments({ bases: "127.0.0.1:5055" })).toEqual({ REGISTRY: "127.0.0.1:5055/" });
        expect(buildArguments({})).toEqual({ REGISTRY: "docker.io/" });
    });

    it("leave a given prefix and come in a fixed order", () => {
        const args = buildArguments({
            bases: "127.0.0.1:5055",
            buildArgs: { Z: "1", REGISTRY: "m/", A: "2" },
        });
        expect(Object.entries(args)).toEqual([
            ["A", "2"],
            ["REGISTRY", "m/"],
            ["Z", "1"],
        ]);
    });

    it("name proxies without their values, which may hold credentials", () => {
        const build = { folder: "f", reference: "r:1", buildArgs: { B: "1", A: "2" }, hostNetwork: true };
        const env = { HTTPS_PROXY: "http://user:secret@proxy", PIP_INDEX_URL: "" };
        expect(dockerArguments(build, env).join(" ")).toBe(
            "build --force-rm --network host --build-arg A=2 --build-arg B=1 " +
                "--build-arg HTTPS_PROXY --tag r:1 f",
        );
    });
});

describe("the content of a folder", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "content-"));
        fs.mkdirSync(path.join(folder, "sub"));
        fs.writeFileSync(path.join(folder, "sub", "b.txt"), "b");
        fs.writeFileSync(path.join(folder, "a.txt"), "a");
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    const tag = (ignored?: (file: string) => boolean, entersIgnored?: boolean) =>
        contentTag(folderContent(folder, ignored, entersIgnored), []);

    it("is listed by path", () => {
        fs.symlinkSync("a.txt", path.join(folder, "link"));
        expect(folderContent(folder).map((entry) => entry.path)).toEqual(["a.txt", "link", "sub/b.txt"]);
    });

    it.each<[string, () => void]>([
        ["a file's text", () => fs.writeFileSync(path.join(folder, "a.txt"), "c")],
        ["a file's name", () => fs.renameSync(path.join(folder, "a.txt"), path.join(folder, "c.txt"))],
        ["a file more", () => fs.writeFileSync(path.join(folder, "sub", "c.txt"), "")],
        ["a file less", () => fs.rmSync(path.join(folder, "a.txt"))],
        ["a file made executable", () => fs.chmodSync(path.join(folder, "a.txt"), 0o755)],
    ])("changes the tag by %s", (_, change) => {
        const before = tag();
        change();
        expect(tag()).not.toBe(before);
    });

    it.each<[string, () => void]>([
        ["a file's time", () => fs.utimesSync(path.join(folder, "a.txt"), 1, 1)],
        ["permissions that Git does not keep", () => fs.chmodSync(path.join(folder, "a.txt"), 0o600)],
        ["an empty folder", () => fs.mkdirSync(path.join(folder, "empty"))],
    ])("does not change the tag by %s", (_, change) => {
        const before = tag();
        change();
        expect(tag()).toBe(before);
    });

    it("changes the tag by what else decides the image", () => {
        expect(contentTag([], ["a", "b"])).not.toBe(contentTag([], ["ab"]));
    });

    it("leaves out what is ignored, and finds what a later rule takes back in", () => {
        const { ignores } = ignoreRules("sub\n!sub/b.txt");
        fs.writeFileSync(path.join(folder, "sub", "c.txt"), "");
        expect(folderContent(folder, ignores, true).map((entry) => entry.path)).toEqual([
            "a.txt",
            "sub/b.txt",
        ]);
        expect(folderContent(folder, ignores, false).map((entry) => entry.path)).toEqual(["a.txt"]);
    });

    it("gets modes that don't depend on the umask of the checkout", () => {
        fs.chmodSync(path.join(folder, "sub"), 0o700);
        fs.chmodSync(path.join(folder, "sub", "b.txt"), 0o700);
        fs.chmodSync(path.join(folder, "a.txt"), 0o600);
        normaliseModes(folder);
        const modes = ["sub", "sub/b.txt", "a.txt"].map(
            (file) => fs.statSync(path.join(folder, file)).mode & 0o777,
        );
        expect(modes).toEqual([0o755, 0o755, 0o644]);
    });
});

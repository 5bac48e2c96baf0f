// Small parts of the program: the engine's address, the database's options and address, references.
import { databaseUrl, serverOptions } from "../../../infra/database";
import { pathText } from "../../../infra/draft";
import { engineHost } from "../../../infra/providers";
import { referenceProblem, registryProblem } from "../../../infra/references";

describe("the engine's address", () => {
    it("is the one that is named", () => {
        expect(engineHost("tcp://docker.example.org:2376", { DOCKER_HOST: "unix:///elsewhere.sock" })).toBe(
            "tcp://docker.example.org:2376",
        );
    });

    it("is DOCKER_HOST for a local engine, or the usual socket", () => {
        expect(engineHost("local", { DOCKER_HOST: "unix:///elsewhere.sock" })).toBe("unix:///elsewhere.sock");
        expect(engineHost("local", {})).toBe("unix:///var/run/docker.sock");
    });
});

describe("the database", () => {
    it("gets a quarter of the memory as its cache", () => {
        expect(serverOptions(512)).toEqual(expect.arrayContaining(["shared_buffers=128MB"]));
    });

    it("has an address that survives any password", () => {
        const url = new URL(databaseUrl("shop", "p@ss:w/rd%?#", "db", "shop"));
        expect(decodeURIComponent(url.password)).toBe("p@ss:w/rd%?#");
        expect(url.host).toBe("db:5432");
        expect(url.pathname).toBe("/shop");
    });
});

describe("an image's reference", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    it.each([
        "shop:1",
        "registry.example.org:5000/team/shop:1.4.2",
        `shop@${digest}`,
        `shop:latest@${digest}`,
        "localhost:5000/shop:x",
    ])("%s is one", (reference) => {
        expect(referenceProblem(reference)).toBeUndefined();
    });

    it.each([
        "",
        "shop",
        "shop:latest",
        "localhost:5000/shop",
        "Shop:1",
        "https://shop:1",
        "shop:",
        "shop@sha256:1",
        "shop:1 ",
    ])("%j is none", (reference) => {
        expect(referenceProblem(reference)).toBeDefined();
    });
});

describe("a registry", () => {
    it.each(["mirror.example.org", "127.0.0.1:5000", "mirror.example.org/docker/hub"])(
        "%s is one",
        (registry) => {
            expect(registryProblem(registry)).toBeUndefined();
        },
    );

    it.each(["", "https://mirror.example.org", "mirror.example.org/", "mirror example"])(
        "%j is none",
        (registry) => {
            expect(registryProblem(registry)).toBeDefined();
        },
    );
});

describe("a path", () => {
    it.each([
        [["apps", "shop", "tasks", 0, "name"], "apps.shop.tasks[0].name"],
        [["apps", "shop", "resourceAttributes", "team.name"], 'apps.shop.resourceAttributes["team.name"]'],
        [["apps", "my-shop"], "apps.my-shop"],
    ])("%j is written as Pulumi does", (path, text) => {
        expect(pathText(path)).toBe(text);
    });
});

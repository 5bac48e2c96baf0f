// Small parts of the program: the engine's address, the database's options and address, references.
import * as fs from "node:fs";
import * as path from "node:path";

import { CHECK_DATA, databaseUrl, serverOptions, START } from "../../../infra/database";
import { pathText } from "../../../infra/draft";
import { engineHost } from "../../../infra/providers";
import { referenceProblem, registryProblem } from "../../../components/support/references";
import { run } from "../components/platform/docker/shell";
import { useTemporaryFolder } from "../components/temporaryFolder";

const folder = useTemporaryFolder();

/** A program by this name and content, found before any other. */
function program(name: string, script: string): void {
    fs.writeFileSync(path.join(folder(), name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const found = () => ({ PATH: `${folder()}:${process.env.PATH}` });

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

describe("the data of a database", () => {
    const look = (written: string | undefined) => {
        program("postgres", 'echo "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"');
        if (written !== undefined) {
            fs.writeFileSync(path.join(folder(), "PG_VERSION"), `${written}\n`);
        }
        return run(["/bin/sh", "-c", CHECK_DATA, "data-check", folder()], found());
    };

    it.each([undefined, "15"])("of version %s are opened by version 15", (written) => {
        expect(look(written)).toMatchObject({ status: 0 });
    });

    it.each(["14", "16", "1"])("of version %s are refused, with the way out", (written) => {
        const { status, stdout } = look(written);
        expect(status).toBe(1);
        expect(stdout).toContain(`PostgreSQL 15 can't open them. Set its version to ${written}; or dump`);
    });
});

describe("the start of a database", () => {
    const start = () => {
        program("postgres", 'cat > "$PGDATA/statements"; echo "backend> "; printf "%s " "$@" > "$PGDATA/options"');
        program("docker-entrypoint.sh", 'printf "%s|" "$@"');
        fs.writeFileSync(path.join(folder(), "password"), "S3cret");
        return run(["/bin/sh", "-c", START, "start", "-c", "a=b c"], {
            ...found(),
            PGDATA: folder(),
            POSTGRES_USER: "my-shop",
            POSTGRES_DB: "my-shop",
            POSTGRES_PASSWORD_FILE: path.join(folder(), "password"),
        });
    };

    it("is the image's own for new data", () => {
        expect(start()).toEqual({ status: 0, stdout: "postgres|-c|a=b c|", stderr: "" });
        expect(fs.existsSync(path.join(folder(), "statements"))).toBe(false);
    });

    it("gives data that are there the present password, on no command line", () => {
        fs.writeFileSync(path.join(folder(), "PG_VERSION"), "15\n");
        expect(start()).toEqual({ status: 0, stdout: "postgres|-c|a=b c|", stderr: "" });
        const written = (name: string) => fs.readFileSync(path.join(folder(), name), "utf8");
        expect(written("statements")).toBe(`ALTER ROLE "my-shop" PASSWORD 'S3cret';\n`);
        expect(written("options")).not.toContain("S3cret");
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

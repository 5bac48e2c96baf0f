// A container's environment: plain values for the engine, secret ones through a file that a shell reads.
import * as fs from "node:fs";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { INSTANCE_NAME } from "../../../../../components/platform";
import {
    exportLines,
    LAUNCHER,
    plainVariables,
    quoted,
    secretMount,
} from "../../../../../components/platform/docker/environment";
import { useTemporaryFolder } from "../../temporaryFolder";
import { valueOf } from "../../values";
import { run } from "./shell";

const AWKWARD: [string, string][] = [
    ["nothing", ""],
    ["a word", "word"],
    ["spaces", "  two  words  "],
    ["single quotes", "it's 'quoted' '"],
    ["only a single quote", "'"],
    ["double quotes", 'say "hi"'],
    ["a dollar sign", "$HOME ${HOME} $(id) $$ $1"],
    ["backquotes", "`id`"],
    ["backslashes", "a\\b\\n\\\\ \\"],
    ["newlines", "first\nsecond\n\nthird"],
    ["newlines at the end", "text\n\n"],
    ["a carriage return", "first\r\nsecond\r"],
    ["a tab", "\ta\tb\t"],
    ["unicode", "Käse, 日本語, 😀, \u00a0"],
    ["shell characters", "; & | < > ( ) { } [ ] * ? ~ # ! %"],
    ["an assignment", "A=B; export C"],
    ["a leading hyphen", "-n -e"],
    ["a certificate", "-----BEGIN X-----\nMIIB+/=\n-----END X-----\n"],
    ["much", "long'\n".repeat(2000)],
];

/** Prints a variable's value without changing it in any way. */
const SHOW = 'process.stdout.write(Buffer.from(process.env.VALUE ?? "unset").toString("base64"))';

function decoded(base64: string): string {
    return Buffer.from(base64, "base64").toString("utf8");
}

describe("the secret environment", () => {
    const folder = useTemporaryFolder();

    /** The launcher of a container whose secret file lies in a folder of the test's. */
    function launcherFor(content: string | undefined): string[] {
        const file = path.join(folder(), "exports.sh");
        if (content !== undefined) {
            fs.writeFileSync(file, content);
        }
        const launcher = LAUNCHER.map((part) => part.replace("/run/secrets/environment/exports.sh", file));
        expect(launcher).not.toEqual(LAUNCHER);
        return launcher;
    }

    test.each(AWKWARD)("reaches the process as it is: %s", (_, value) => {
        const launcher = launcherFor(exportLines({ VALUE: value }));
        const { status, stdout } = run([...launcher, process.execPath, "-e", SHOW]);
        expect(status).toBe(0);
        expect(decoded(stdout)).toBe(value);
    });

    test.each(AWKWARD)("is one word of a shell: %s", (_, value) => {
        const { stdout } = run(["/bin/sh", "-c", `printf "%s" ${quoted(value)} | base64`]);
        expect(decoded(stdout)).toBe(value);
    });

    test("does not mix up several variables, and leaves the others alone", () => {
        const launcher = launcherFor(exportLines({ SECOND: "2'\n", FIRST: "$SECOND" }));
        const show =
            "const { FIRST, SECOND, OTHER } = process.env; " +
            "console.log(JSON.stringify([FIRST, SECOND, OTHER]))";
        const { stdout } = run([...launcher, process.execPath, "-e", show], { OTHER: "kept" });
        expect(JSON.parse(stdout)).toEqual(["$SECOND", "2'\n", "kept"]);
    });

    test("hands the command's arguments on, and its exit code back", () => {
        const launcher = launcherFor(exportLines({ VALUE: "x" }));
        const program = "console.log(JSON.stringify(process.argv.slice(1))); process.exit(7)";
        const { status, stdout } = run([
            ...launcher,
            process.execPath,
            "-e",
            program,
            "--",
            "a b",
            "$VALUE",
            "it's",
            "",
        ]);
        expect(status).toBe(7);
        expect(JSON.parse(stdout)).toEqual(["a b", "$VALUE", "it's", ""]);
    });

    test("becomes the process itself, so that signals reach it", () => {
        const launcher = launcherFor(exportLines({ VALUE: "x" }));
        const { stdout } = run([
            "/bin/sh",
            "-c",
            'echo $$; exec "$@"',
            "outer",
            ...launcher,
            "/bin/sh",
            "-c",
            "echo $$",
        ]);
        const [outer, inner] = stdout.trim().split("\n");
        expect(inner).toBe(outer);
    });

    test("that can't be read starts nothing", () => {
        const { status, stdout } = run([...launcherFor(undefined), "/bin/echo", "started"]);
        expect(status).not.toBe(0);
        expect(stdout).toBe("");
    });

    test("is written sorted by name", () => {
        expect(exportLines({ B: "2", A: "1" })).toBe("export A='1'\nexport B='2'\n");
        expect(exportLines({})).toBe("");
    });
});

describe("the mount of the secret environment", () => {
    test("is not there without secrets", () => {
        expect(secretMount({})).toBeUndefined();
        expect(secretMount({ PLAIN: { value: "x" }, EACH: { perInstance: "y" } })).toBeUndefined();
    });

    test("carries the secrets alone, as a secret, in the place where the launcher looks", async () => {
        const mount = secretMount({
            PLAIN: { value: "x" },
            B: { secret: "2" },
            A: { secret: pulumi.output("1") },
        });
        const [[name, file]] = Object.entries(mount?.files ?? {});
        expect(LAUNCHER.join(" ")).toContain(`. ${mount?.path}/${name} `);
        expect(file.secret).toBe(true);
        const content = pulumi.output(file.content);
        expect(await pulumi.isSecret(content)).toBe(true);
        expect(await valueOf(content)).toBe("export A='1'\nexport B='2'\n");
    });

    test("also carries an empty secret", async () => {
        const mount = secretMount({ A: { secret: "" } });
        expect(await valueOf(pulumi.output(Object.values(mount?.files ?? {})[0].content))).toBe(
            "export A=''\n",
        );
    });
});

describe("the plain environment", () => {
    const valuesOf = (environment: Parameters<typeof plainVariables>[0]) =>
        Promise.all(plainVariables(environment, "shop-0").map((variable) => valueOf(variable)));

    test("is NAME=value, sorted by name, without the secrets", async () => {
        expect(
            await valuesOf({ B: { value: "2" }, S: { secret: "no" }, A: { value: pulumi.output("1") } }),
        ).toEqual(["A=1", "B=2"]);
    });

    test.each<[string, string]>([
        [INSTANCE_NAME, "shop-0"],
        [`id=${INSTANCE_NAME},again=${INSTANCE_NAME}`, "id=shop-0,again=shop-0"],
        ["none", "none"],
    ])("fills in the instance's name: %s", async (perInstance, value) => {
        expect(await valuesOf({ A: { perInstance } })).toEqual([`A=${value}`]);
    });

    test("leaves the place of the instance's name alone in a value that is not per instance", async () => {
        expect(await valuesOf({ A: { value: INSTANCE_NAME } })).toEqual([`A=${INSTANCE_NAME}`]);
    });

    test("keeps empty values", async () => {
        expect(await valuesOf({ A: { value: "" }, B: {} })).toEqual(["A=", "B="]);
    });
});

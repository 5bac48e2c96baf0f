// What programs in other languages need to run: language hosts, and the SDKs that `pulumi package add` would make.
import { execFileSync } from "child_process";
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { withTools } from "../../../scripts/stack/environment";
import { ensureGo, ensureLanguages, ensureTools, generateSdk } from "../../../toolchain";
import { installPackages } from "../../../toolchain/debian";
import { stored } from "../../../toolchain/executables/store";
import { onPath, run } from "../../../toolchain/run";
import { VERSIONS } from "../../../toolchain/versions";
import { ROOT } from "./command";
import { programEnvironment } from "./program";

/** The programs' folders. */
export const PROGRAMS = {
    python: path.join(ROOT, "examples/python"),
    yaml: path.join(ROOT, "examples/yaml"),
    go: path.join(ROOT, "examples/go"),
};

/** What the programs run with. */
export interface LanguageEnvironment {
    env: NodeJS.ProcessEnv;
    /** The schema of the package, as `pulumi package get-schema` tells it. */
    schema: Record<string, unknown>;
    /** Done when the program in Go is compiled once, which takes minutes: its host compiles it again from the cache. */
    compiled: Promise<unknown>;
    /** Removes what was made for them: the SDKs, and Go's caches. */
    remove(): Promise<void>;
}

/** The environment for the programs in all three languages, with the SDKs in their `sdks` folders. */
export async function languageEnvironment(): Promise<LanguageEnvironment> {
    const tools = await ensureTools();
    const hosts = await ensureLanguages([...tools.path, process.env.PATH].join(":"));
    const go = await ensureGo();
    const made = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-languages-"));
    const env = {
        ...withTools(programEnvironment(), { ...tools, path: [...hosts, ...tools.path, path.dirname(go)] }),
        GOCACHE: path.join(made, "objects"),
        GOMODCACHE: path.join(made, "modules"),
        // A module cache that is read-only can't be removed.
        GOFLAGS: "-modcacherw",
        PYTHONDONTWRITEBYTECODE: "1",
    };
    const packages = await ensurePythonPackages();
    const schema = await run("pulumi", ["package", "get-schema", "./components"], { log: "schema", cwd: ROOT, env });
    await sdk("go", schema);
    const compiled = run(go, ["build", "-o", path.join(made, "program"), "."], { log: "go-program", cwd: PROGRAMS.go, env });
    // Who awaits it is told; until then nobody is.
    compiled.catch(() => undefined);
    const sdkOfPython = path.join(made, "python");
    const from = ["--no-cache-dir", "--no-deps", "--target", sdkOfPython, await sdk("python", schema)];
    await run("python3", ["-m", "pip", "install", ...from], { log: "pip-python-sdk" });
    return {
        schema: JSON.parse(schema) as Record<string, unknown>,
        env: { ...env, PYTHONPATH: [sdkOfPython, packages].join(":") },
        compiled,
        async remove() {
            await compiled.catch(() => undefined);
            const sdks = [PROGRAMS.go, PROGRAMS.python].map((program) => path.join(program, "sdks"));
            [made, ...sdks].forEach((folder) => fs.rmSync(folder, { recursive: true, force: true }));
        },
    };
}

/** Makes a program's SDK from the package's schema, and gives its folder. */
async function sdk(language: "python" | "go", schema: string): Promise<string> {
    const folder = path.join(PROGRAMS[language], "sdks/traced-environment");
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, "schema.json");
    fs.writeFileSync(file, schema);
    await generateSdk(language, file, folder);
    return folder;
}

/** The folder for PYTHONPATH with what the program's `requirements.txt` names. */
async function ensurePythonPackages(): Promise<string> {
    if (!onPath("python3") || !onPath("pip3")) {
        await installPackages(["python3", "python3-pip"], "The program in Python", "install Python 3 with pip.");
    }
    const requirements = path.join(PROGRAMS.python, "requirements.txt");
    const python = execFileSync("python3", ["--version"], { encoding: "utf8" });
    return stored(
        {
            name: "python-program",
            version: VERSIONS.pulumi,
            ingredients: [python, fs.readFileSync(requirements)],
        },
        async (folder, waitingFor) => {
            waitingFor("pip");
            const where = ["--no-cache-dir", "--target", folder, "--requirement", requirements];
            await run("python3", ["-m", "pip", "install", ...where], { log: "pip-python-program" });
        },
    );
}

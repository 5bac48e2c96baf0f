// The Python packages of the program, installed once into the cache.
import { execFileSync } from "child_process";
import * as fs from "fs";
import * as path from "path";

import { installPackages } from "../../../toolchain/debian";
import { stored } from "../../../toolchain/executables/store";
import { onPath, run } from "../../../toolchain/run";
import { VERSIONS } from "../../../toolchain/versions";

/** The folder for PYTHONPATH with what `requirements.txt` names. */
export async function ensurePythonPackages(): Promise<string> {
    if (!onPath("python3") || !onPath("pip3")) {
        await installPackages(["python3", "python3-pip"], "The Python program", "install Python 3 with pip.");
    }
    const requirements = path.join(__dirname, "requirements.txt");
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

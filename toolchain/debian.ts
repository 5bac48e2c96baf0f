// Debian packages that the toolchain needs on a machine which does not have them.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { withLock } from "./lock";
import { step } from "./progress";
import { onPath, run, tryOutput } from "./run";

/** Whether this process may install Debian packages: root, on a Debian or one of its derivatives. */
export function canInstallPackages(): boolean {
    return isRoot() && onPath("apt-get") !== undefined && fs.existsSync("/etc/debian_version");
}

/** Throws unless this process may install packages; for what needs more of the machine than them. */
export function expectRootOnDebian(purpose: string, instead: string): void {
    if (!canInstallPackages()) {
        throw new Error(`${purpose} needs root on Debian; this is ${who()}. Instead: ${instead}`);
    }
}

/**
 * Installs those of the packages that are not installed yet. `purpose` says in an error what they are needed
 * for, `instead` what the user can do on a machine where they can't be installed.
 */
export async function installPackages(
    names: readonly string[],
    purpose: string,
    instead: string,
): Promise<void> {
    await withLock("apt", async () => {
        const missing = await notInstalled(names);
        if (missing.length === 0) {
            return;
        }
        if (!canInstallPackages()) {
            throw new Error(
                `${purpose} needs the Debian packages ${missing.join(", ")}, which only root on Debian ` +
                    `can install; this is ${who()}. Instead: ${instead}`,
            );
        }
        await step(`Debian packages ${missing.join(", ")}`, async (waitingFor) => {
            waitingFor("apt-get install");
            // The first try is without the slow update of the package lists, which most machines don't need.
            if (await installs(missing)) {
                return;
            }
            waitingFor("apt-get update");
            await run("apt-get", [...LOCK_TIMEOUT, "update"], { log: "apt" }).catch(() => undefined);
            waitingFor("apt-get install");
            await install(missing);
        });
    });
}

/** Unpacks a package's files below a folder, without installing it. */
export async function unpackPackage(name: string, folder: string): Promise<void> {
    const download = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-package-"));
    try {
        await run("apt-get", ["download", name], { log: "apt", cwd: download });
        const [archive] = fs.readdirSync(download);
        await run("dpkg-deb", ["--extract", path.join(download, archive), folder], { log: "apt" });
    } finally {
        fs.rmSync(download, { recursive: true });
    }
}

const LOCK_TIMEOUT = ["-o", "DPkg::Lock::Timeout=300"];

async function notInstalled(names: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (const name of names) {
        const status = await tryOutput("dpkg-query", ["--show", "--showformat=${db:Status-Status}", name]);
        if (status !== "installed") {
            missing.push(name);
        }
    }
    return missing;
}

async function installs(names: readonly string[]): Promise<boolean> {
    return install(names).then(
        () => true,
        () => false,
    );
}

async function install(names: readonly string[]): Promise<void> {
    await run("apt-get", [...LOCK_TIMEOUT, "install", "--yes", "--no-install-recommends", ...names], {
        log: "apt",
        env: { DEBIAN_FRONTEND: "noninteractive" },
    });
}

function who(): string {
    const system = fs.existsSync("/etc/debian_version") ? "Debian" : process.platform;
    return `${isRoot() ? "root" : "an ordinary user"} on ${system}`;
}

function isRoot(): boolean {
    return process.getuid?.() === 0;
}

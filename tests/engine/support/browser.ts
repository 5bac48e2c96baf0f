// A real browser for the tests: the machine's Chromium, installed on Debian when it is missing.
import { Browser, chromium } from "playwright-core";

import { canInstallPackages, installPackages } from "../../../toolchain/debian";
import { onPath } from "../../../toolchain/run";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

const FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/** Starts a browser with a profile of its own; rejects where there is none and none can be installed. */
export async function startBrowser(): Promise<Browser> {
    if (!found() && canInstallPackages()) {
        // Without a font a page has no text to measure.
        await installPackages(["chromium", "fonts-liberation"], "Looking at a page", "install Chromium.");
    }
    const executablePath = found();
    if (executablePath === undefined) {
        throw new Error("no Chromium on PATH, and only root on Debian can install it");
    }
    // The sandbox needs rights that root in a container does not have.
    return chromium.launch({ executablePath, chromiumSandbox: false, args: FLAGS });
}

function found(): string | undefined {
    return PROGRAMS.map((program) => onPath(program)).find((file) => file !== undefined);
}

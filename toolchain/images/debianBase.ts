// The small Debian that stand-in images start from: made once, with the package sources of this machine.
import * as fs from "node:fs";
import * as path from "node:path";

import { canInstallPackages, installPackages } from "../debian";
import { ensureFolder } from "../folders";
import { step } from "../progress";
import { run } from "../run";
import { imageBuildsFolder } from "./buildFolders";
import { copyCertificates } from "./certificates";
import { docker, EngineAddress, labelsInEngine } from "./docker";
import { BASE_REPOSITORY, RECIPE_LABEL, shortHash } from "./recipe";
import { labelsInRegistry } from "./registryClient";

const SUITE = "bookworm";
const LOG = "image-debian";

// Manuals and translations are of no use in a container; licences stay.
const PACKAGE_MANAGER_OPTIONS = [
    "path-exclude=/usr/share/man/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "force-unsafe-io",
];

// Without this package, and the hook that makes what it stands for, Perl is installed for the same purpose.
const MERGED_FOLDERS = ["--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr", "--include=usr-is-merged"];

/** What starting the packages' services during an installation would need: an init system. */
const NO_SERVICES = "#!/bin/sh\nexit 101\n";

// Installations of Java and others put links there and fail when there is no such folder.
const MANUAL_FOLDERS = [1, 2, 3, 4, 5, 6, 7, 8].map((section) => `usr/share/man/man${section}`);

/** Hash of how the base is made. What differs between machines, such as the package sources, is not in it. */
export const BASE_HASH = shortHash(
    SUITE,
    ...PACKAGE_MANAGER_OPTIONS,
    ...MERGED_FOLDERS,
    NO_SERVICES,
    ...MANUAL_FOLDERS,
);

/** A reference in the local registry to the base, which is made and pushed now if it is not there. */
export async function ensureDebianBase(engine: EngineAddress, registry: string): Promise<string> {
    const reference = `${registry}/${BASE_REPOSITORY}:${SUITE}-${BASE_HASH}`;
    if ((await labelsInRegistry(registry, BASE_REPOSITORY, `${SUITE}-${BASE_HASH}`)) === undefined) {
        await step(`image ${BASE_REPOSITORY}:${SUITE}`, async (waitingFor) => {
            if ((await labelsInEngine(engine, reference)) === undefined) {
                waitingFor("mmdebstrap, which installs a small Debian");
                await makeBase(engine, reference);
            }
            waitingFor("docker push");
            await docker(engine, ["push", reference]);
        });
    }
    return reference;
}

/** One line of `apt-get indextargets`, as asked for in `hostTargets`. */
export interface IndexTarget {
    uri: string;
    label: string;
}

/**
 * The package sources of the base: Debian's release, its updates and its security fixes, from the mirrors
 * that this machine uses. Throws when it uses none of Debian's.
 */
export function debianSources(targets: readonly IndexTarget[]): string[] {
    const mirror = targets.find((target) => target.label === "Debian")?.uri;
    const security = targets.find((target) => target.label === "Debian-Security")?.uri;
    if (mirror === undefined) {
        throw new Error(
            "Images are made from Debian's packages, but apt on this machine has no source of them: " +
                'expected one labelled "Debian" in /etc/apt, and an "apt-get update" that succeeded. ' +
                "Instead: use an engine that reaches the vendors' registries.",
        );
    }
    return [
        `deb ${mirror} ${SUITE} main`,
        `deb ${mirror} ${SUITE}-updates main`,
        ...(security === undefined ? [] : [`deb ${security} ${SUITE}-security main`]),
    ];
}

/** Reads the output of `apt-get indextargets`: one target a line, address and label with a tab between. */
export function parseTargets(output: string): IndexTarget[] {
    return output
        .split("\n")
        .map((line) => line.split("\t"))
        .filter((fields) => fields.length === 2)
        .map(([uri, label]) => ({ uri, label }));
}

/** Those of apt's settings (`apt-config dump`) that say how package sources are reached. */
export function networkSettings(dump: string): string[] {
    return dump
        .split("\n")
        .filter((line) =>
            /^Acquire::(https?::(Proxy|Verify|No-Cache|Timeout)|Check-(Date|Valid-Until))\b/i.test(line),
        )
        .filter((line) => !/ "";$/.test(line));
}

async function makeBase(engine: EngineAddress, reference: string): Promise<void> {
    if (!canInstallPackages()) {
        throw new Error(
            "Making images needs root on Debian: nothing else has the tools for it. Instead: use an engine " +
                "that reaches the vendors' registries, or run this once as root.",
        );
    }
    await installPackages(
        ["mmdebstrap"],
        "Making images",
        "use an engine that reaches the vendors' registries.",
    );
    const folder = fs.mkdtempSync(path.join(ensureFolder(imageBuildsFolder()), "debian-"));
    try {
        const root = path.join(folder, "root.tar");
        const extra = ensureFolder(path.join(folder, "extra"));
        copyCertificates(extra);
        MANUAL_FOLDERS.forEach((manuals) => ensureFolder(path.join(extra, manuals)));
        const noServices = path.join(ensureFolder(path.join(extra, "usr", "sbin")), "policy-rc.d");
        fs.writeFileSync(noServices, NO_SERVICES, { mode: 0o755 });
        const sources = path.join(folder, "sources.list");
        fs.writeFileSync(sources, `${debianSources(await hostTargets()).join("\n")}\n`);
        await run("mmdebstrap", await bootstrapArguments(root, extra, sources), { log: LOG });
        await docker(engine, ["import", "--change", `LABEL ${RECIPE_LABEL}=${BASE_HASH}`, root, reference]);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

async function bootstrapArguments(root: string, extra: string, sources: string): Promise<string[]> {
    const settings = networkSettings(await run("apt-config", ["dump"], { log: LOG }));
    return [
        ...["--mode=root", "--variant=apt", ...MERGED_FOLDERS],
        ...PACKAGE_MANAGER_OPTIONS.map((option) => `--dpkgopt=${option}`),
        ...[...settings, 'Acquire::Retries "3";'].map((setting) => `--aptopt=${setting}`),
        `--customize-hook=sync-in ${extra} /`,
        // They name this machine; an engine gives every container its own.
        '--customize-hook=rm -f "$1/etc/hostname" "$1/etc/resolv.conf"',
        ...[SUITE, root, sources],
    ];
}

async function hostTargets(): Promise<IndexTarget[]> {
    const ask = ["indextargets", "--format", "$(REPO_URI)\t$(LABEL)", "Created-By: Packages"];
    const targets = parseTargets(await run("apt-get", ask, { log: LOG }));
    if (targets.some((target) => target.label === "Debian")) {
        return targets;
    }
    // The labels come from the lists, which a fresh machine does not have yet.
    await run("apt-get", ["update"], { log: LOG });
    return parseTargets(await run("apt-get", ask, { log: LOG }));
}

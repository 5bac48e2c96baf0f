// Digests of files, which tell when what carries them must be made anew.
import { createHash, createHmac } from "crypto";

import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { Scope } from "../workload";

/**
 * A digest of the files of a mount, and of all else that their volume and its carrier are made of: what changes either
 * must replace both, because the new ones are made beside the old.
 * With secrets among the files it is keyed, so that a short secret can't be found by trying.
 */
export function digest(
    files: Readonly<Record<string, string>>,
    madeOf: readonly unknown[],
    key: string | undefined,
): string {
    const hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
    for (const path of Object.keys(files).sort()) {
        hash.update(`${path}\0${files[path].length}\0${files[path]}\0`);
    }
    hash.update(JSON.stringify(madeOf));
    return hash.digest("hex").slice(0, 10);
}

/** The key of digests that secrets go into: generated once per carrier. */
export function digestKey(carrier: string, scope: Scope): pulumi.Output<string> {
    return new random.RandomPassword(
        `${carrier}-digest-key`,
        { length: 32, special: false },
        { parent: scope.parent },
    ).result;
}

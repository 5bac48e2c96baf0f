// Physical names: one function makes every name that a Docker engine or a cluster sees.
import { createHash } from "crypto";

import * as pulumi from "@pulumi/pulumi";

/** The longest name that is also a DNS label, so that it can be used as a host name (RFC 1035). */
export const MAX_NAME_LENGTH = 63;

const HASH_LENGTH = 8;

/** Turns a text into lower-case letters, digits and single hyphens, as a DNS label wants it. */
function label(text: string): string {
    return text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "");
}

/** A short hexadecimal digest of a text, for names: not for secrets. */
export function shortHash(text: string, length = HASH_LENGTH): string {
    return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/**
 * Joins parts to a name of at most `max` characters that is a DNS label.
 * A name that must be cut, or whose parts lost a character, ends in a hash of all parts. A hyphen within a part looks
 * like one between two: parts that differ only there give the same name.
 */
export function joinName(parts: readonly string[], max = MAX_NAME_LENGTH): string {
    const given = parts.filter((part) => part !== "");
    const name = given
        .map(label)
        .filter((part) => part !== "")
        .join("-");
    if (name === given.join("-") && name.length <= max) {
        return name;
    }
    const kept = name.slice(0, max - HASH_LENGTH - 1).replace(/-+$/, "");
    return [...(kept === "" ? [] : [kept]), shortHash(JSON.stringify(given))].join("-");
}

/**
 * The deterministic physical name of a part: `<project>-<stack>[-<environmentId>]-<name>[-<suffix>]`.
 * `environmentId` tells two clones of the same project and stack apart on one host.
 */
export function physicalName(environmentId: string | undefined, ...parts: string[]): string {
    return joinName([pulumi.getProject(), pulumi.getStack(), environmentId ?? "", ...parts]);
}

/** What a name in a cluster may have so that what the cluster appends (an ordinal, a hash) still fits into a label. */
const MAX_OBJECT_NAME_LENGTH = 52;

/** The name of a part's objects in a cluster. */
export function objectName(environmentId: string | undefined, name: string): string {
    return joinName([physicalName(environmentId, name)], MAX_OBJECT_NAME_LENGTH);
}

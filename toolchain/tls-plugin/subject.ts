// Whom a certificate is about: the subject's distinguished name, and the other names that it goes by.
import { isIP } from "node:net";

import type { Extension, Name } from "@peculiar/x509";

import { isMap, known, TEXTS } from "../resource-plugin/input-types";
import type { Failure, InputType } from "../resource-plugin/resource-kind";
import type { Properties, Value } from "../property-values";
import { library } from "./x509";

/** The parts of a subject in the order in which Go writes them, with their object identifiers. */
const PARTS: readonly [string, string][] = [
    ["country", "2.5.4.6"],
    ["organization", "2.5.4.10"],
    ["organizationalUnit", "2.5.4.11"],
    ["locality", "2.5.4.7"],
    ["province", "2.5.4.8"],
    ["streetAddresses", "2.5.4.9"],
    ["postalCode", "2.5.4.17"],
    ["commonName", "2.5.4.3"],
    ["serialNumber", "2.5.4.5"],
    ["emailAddress", "1.2.840.113549.1.9.1"],
];

const IA5_STRINGS = new Set(["emailAddress"]);
const LISTS = new Set(["streetAddresses"]);

export const SUBJECT: InputType = {
    is: (value) =>
        isMap(value) &&
        Object.entries(value).every(
            ([part, given]) =>
                given === null ||
                (PARTS.some(([name]) => name === part) && (LISTS.has(part) ? TEXTS.is(given) : typeof given === "string")),
        ),
    words: `a map with any of ${PARTS.map(([name]) => name).join(", ")}`,
};

/** The inputs that name whom a certificate is about, and their types. */
export const NAMES = { dnsNames: TEXTS, ipAddresses: TEXTS, subject: SUBJECT, uris: TEXTS } as const;

/** What is wrong with the names that are known. */
export function nameFailures({ ipAddresses, uris }: Properties): Failure[] {
    return [
        ...known(ipAddresses)
            .filter((address) => isIP(address) === 0)
            .map((address) => ({ property: "ipAddresses", reason: `has "${address}"; expected IP addresses` })),
        ...known(uris)
            .filter((uri) => uri === "" || !URL.canParse(uri, "https://relative"))
            .map((uri) => ({ property: "uris", reason: `has "${uri}"; expected URIs` })),
    ];
}

/** A subject's distinguished name. */
export async function distinguishedName(subject: Value | undefined): Promise<Name> {
    const { Name } = await library();
    const given = isMap(subject ?? null) ? (subject as { [key: string]: Value }) : {};
    return new Name(
        PARTS.flatMap(([part, identifier]) => {
            const values = known(LISTS.has(part) ? given[part] : [given[part] ?? ""]).filter((value) => value !== "");
            return values.length === 0 ? [] : [{ [identifier]: values.map((value) => encoded(part, value)) }];
        }),
    );
}

/** The other names; none without any. */
export async function alternativeNames({ dnsNames, ipAddresses, uris }: Properties): Promise<Extension[]> {
    const { SubjectAlternativeNameExtension } = await library();
    const names = [
        ...known(dnsNames).map((value) => ({ type: "dns" as const, value })),
        ...known(ipAddresses).map((value) => ({ type: "ip" as const, value })),
        ...known(uris).map((value) => ({ type: "url" as const, value })),
    ];
    return names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)];
}

// Said which string it is: the library would take a bare text for one with escapes in it.
function encoded(part: string, value: string): Record<string, string> {
    if (IA5_STRINGS.has(part)) {
        return { ia5String: value };
    }
    return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? { printableString: value } : { utf8String: value };
}

// What self-signed and locally signed certificates share: their inputs, what is written into them, and when they end.
import { randomBytes } from "node:crypto";

import type { Extension, Name, PublicKey } from "@peculiar/x509";

import { COUNT, SWITCH, TEXTS } from "../resource-plugin/input-types";
import type { Failure, InputType, Made, ResourceKind } from "../resource-plugin/resource-kind";
import { Properties } from "../property-values";
import type { SigningKey } from "./keys";
import { useExtensions, useFailures } from "./uses";
import { library } from "./x509";

const HOUR_MS = 3_600_000;

/** -1 is the official plugin's word for no limit. */
const PATH_LENGTH: InputType = {
    is: (value) => Number.isSafeInteger(value) && (value as number) >= -1,
    words: "a whole number, -1 or more",
};

/** What both kinds have in common, with what is their own. */
export function certificateKind(own: {
    inputs: Readonly<Record<string, InputType>>;
    required: readonly string[];
    defaults?: Properties;
    keyAlgorithm: string;
    secrets: readonly string[];
    rules(inputs: Properties): Failure[];
    create(inputs: Properties): Promise<Made>;
}): ResourceKind {
    return {
        inputs: {
            allowedUses: TEXTS,
            earlyRenewalHours: COUNT,
            isCaCertificate: SWITCH,
            maxPathLength: PATH_LENGTH,
            setSubjectKeyId: SWITCH,
            validityPeriodHours: COUNT,
            ...own.inputs,
        },
        required: ["allowedUses", "validityPeriodHours", ...own.required],
        outputs: ["certPem", own.keyAlgorithm, "readyForRenewal", "validityEndTime", "validityStartTime"],
        secrets: own.secrets,
        rules: (inputs) => [...useFailures(inputs), ...own.rules(inputs)],
        withDefaults: (inputs) => ({
            earlyRenewalHours: 0,
            isCaCertificate: false,
            setSubjectKeyId: false,
            ...own.defaults,
            ...inputs,
        }),
        // When it is to be renewed is nowhere in the certificate.
        replaces: (input) => input !== "earlyRenewalHours",
        create: own.create,
        current: (state) => ({ readyForRenewal: isDue(state) }),
        outlived: (state) => (isDue(state) ? "readyForRenewal" : undefined),
    };
}

/** Whom a certificate is about, and who vouches for it. */
export interface Parties {
    subject: Name;
    subjectKey: PublicKey;
    names: readonly Extension[];
    issuer: Name;
    /** The issuer's subject key identifier, in hexadecimal, where it is to be named. */
    issuerKeyId?: string;
    signer: SigningKey;
}

/** Makes a certificate. */
export async function certificate(inputs: Properties, parties: Parties): Promise<Made> {
    const { AuthorityKeyIdentifierExtension, BasicConstraintsExtension, SubjectKeyIdentifierExtension, X509CertificateGenerator } =
        await library();
    const { isCaCertificate = false, maxPathLength, setSubjectKeyId, validityPeriodHours } = inputs;
    const isAuthority = isCaCertificate === true;
    // A certificate knows no parts of seconds.
    const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000);
    const notAfter = new Date(notBefore.getTime() + Number(validityPeriodHours) * HOUR_MS);
    const serialNumber = randomBytes(16).toString("hex");
    const made = await X509CertificateGenerator.create({
        serialNumber,
        subject: parties.subject,
        publicKey: parties.subjectKey,
        issuer: parties.issuer,
        signingKey: parties.signer.pair.privateKey,
        signingAlgorithm: parties.signer.signing,
        notBefore,
        notAfter,
        extensions: [
            ...(await useExtensions(inputs)),
            new BasicConstraintsExtension(isAuthority, isAuthority ? limit(maxPathLength) : undefined, true),
            ...(isAuthority || setSubjectKeyId === true
                ? [await SubjectKeyIdentifierExtension.create(parties.subjectKey)]
                : []),
            ...(parties.issuerKeyId === undefined ? [] : [new AuthorityKeyIdentifierExtension(parties.issuerKeyId)]),
            ...parties.names,
        ],
    });
    const computed = {
        certPem: `${made.toString("pem")}\n`,
        validityStartTime: written(notBefore),
        validityEndTime: written(notAfter),
    };
    return {
        id: BigInt(`0x${serialNumber}`).toString(),
        computed: { ...computed, readyForRenewal: isDue({ ...inputs, ...computed }) },
    };
}

function limit(maxPathLength: unknown): number | undefined {
    return typeof maxPathLength === "number" && maxPathLength >= 0 ? maxPathLength : undefined;
}

/** RFC 3339 without parts of seconds. */
function written(time: Date): string {
    return time.toISOString().replace(/\.\d+Z$/, "Z");
}

/** Whether a certificate has ended, or will within the hours before its end in which it is to be renewed. */
function isDue({ validityEndTime, earlyRenewalHours }: Properties): boolean {
    return Date.parse(String(validityEndTime)) - Number(earlyRenewalHours ?? 0) * HOUR_MS <= Date.now();
}

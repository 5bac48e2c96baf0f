// PrivateKey: a key, as PEM in the forms that the official plugin gives.
import { createHash, generateKeyPair as generate, KeyObject } from "node:crypto";
import { promisify } from "node:util";

import { COUNT, TEXT } from "../resource-plugin/input-types";
import type { ResourceKind } from "../resource-plugin/resource-kind";
import type { Properties } from "../property-values";
import { CURVES } from "./keys";

/** Node.js's name of the form in which each algorithm's private keys are written. */
const FORMS = { RSA: "pkcs1", ECDSA: "sec1", ED25519: "pkcs8" } as const;

type Algorithm = keyof typeof FORMS;

/** The least that libraries of today accept. */
const LEAST_RSA_BITS = 1024;

const generateKeyPair = promisify(generate);

export const privateKey: ResourceKind = {
    inputs: { algorithm: TEXT, ecdsaCurve: TEXT, rsaBits: COUNT },
    required: ["algorithm"],
    outputs: [
        "privateKeyOpenssh",
        "privateKeyPem",
        "privateKeyPemPkcs8",
        "publicKeyFingerprintMd5",
        "publicKeyFingerprintSha256",
        "publicKeyOpenssh",
        "publicKeyPem",
    ],
    secrets: ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"],
    rules: ({ algorithm, ecdsaCurve, rsaBits }) => [
        ...oneOf("algorithm", algorithm, Object.keys(FORMS)),
        // The official plugin's default is P224, which Node.js can't sign with.
        ...oneOf("ecdsaCurve", ecdsaCurve ?? (algorithm === "ECDSA" ? "P224" : undefined), Object.keys(CURVES)),
        ...(algorithm === "RSA" && Number(rsaBits ?? LEAST_RSA_BITS) < LEAST_RSA_BITS
            ? [{ property: "rsaBits", reason: `is ${rsaBits}; expected ${LEAST_RSA_BITS} or more` }]
            : []),
    ],
    withDefaults: (inputs) => ({ ecdsaCurve: "P224", rsaBits: 2048, ...inputs }),
    replaces: () => true,
    create: async (inputs) => {
        const key = await newKey(inputs);
        const form = FORMS[inputs.algorithm as Algorithm];
        const publicDer = key.publicKey.export({ type: "spki", format: "der" });
        return {
            id: createHash("sha1").update(publicDer).digest("hex"),
            computed: {
                privateKeyPem: key.privateKey.export({ type: form as "pkcs8", format: "pem" }),
                privateKeyPemPkcs8: key.privateKey.export({ type: "pkcs8", format: "pem" }),
                publicKeyPem: key.publicKey.export({ type: "spki", format: "pem" }),
                // Empty as the official plugin's are of a key that OpenSSH does not know.
                privateKeyOpenssh: "",
                publicKeyOpenssh: "",
                publicKeyFingerprintMd5: "",
                publicKeyFingerprintSha256: "",
            } as Properties,
        };
    },
};

function newKey({ algorithm, ecdsaCurve, rsaBits }: Properties): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
    switch (algorithm as Algorithm) {
        case "RSA":
            return generateKeyPair("rsa", { modulusLength: Number(rsaBits ?? 2048) });
        case "ECDSA":
            return generateKeyPair("ec", { namedCurve: CURVES[String(ecdsaCurve)].node });
        case "ED25519":
            return generateKeyPair("ed25519");
    }
}

function oneOf(property: string, value: unknown, known: readonly string[]) {
    return typeof value !== "string" || known.includes(value)
        ? []
        : [{ property, reason: `is ${value}; expected one of ${known.join(", ")}` }];
}

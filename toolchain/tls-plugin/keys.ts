// Private keys as PEM, and as what signs.
import { createPrivateKey, createPublicKey, KeyObject, webcrypto } from "node:crypto";

import type { Failure } from "../resource-plugin/resource-kind";
import type { Properties } from "../property-values";

/** What the resources call the algorithm of a key, by what Node.js calls it. */
const ALGORITHMS: Readonly<Record<string, string>> = { rsa: "RSA", ec: "ECDSA", ed25519: "ED25519" };

/** Curves by what the resources call them, each with what Node.js calls it and how keys of it sign. */
export const CURVES: Readonly<Record<string, { node: string; web: string; hash: string }>> = {
    P256: { node: "prime256v1", web: "P-256", hash: "SHA-256" },
    P384: { node: "secp384r1", web: "P-384", hash: "SHA-384" },
    P521: { node: "secp521r1", web: "P-521", hash: "SHA-512" },
};

/** A key that signs certificates, and the algorithm's name in the resources' outputs. */
export interface SigningKey {
    algorithm: string;
    pair: webcrypto.CryptoKeyPair;
    signing: { name: string; hash?: string };
}

/** Reads a private key. Throws when the text is none, or one of a kind that is not served. */
export async function signingKey(pem: string): Promise<SigningKey> {
    const key = createPrivateKey(pem);
    const { imported, hash } = webAlgorithm(key);
    const [privateKey, publicKey] = await Promise.all([
        webcrypto.subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), imported, true, ["sign"]),
        webcrypto.subtle.importKey("spki", createPublicKey(key).export({ type: "spki", format: "der" }), imported, true, ["verify"]),
    ]);
    return {
        algorithm: ALGORITHMS[String(key.asymmetricKeyType)],
        pair: { privateKey, publicKey },
        signing: { name: imported.name, ...(hash ? { hash } : {}) },
    };
}

/** What is wrong with an input that has to be a private key, whose text is never shown. */
export function keyFailures(inputs: Properties, property: string): Failure[] {
    if (typeof inputs[property] !== "string") {
        return [];
    }
    try {
        webAlgorithm(createPrivateKey(inputs[property]));
        return [];
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const why = code === undefined ? (error as Error).message : code;
        return [{ property, reason: `expected an unencrypted private key of RSA, ECDSA or ED25519 as PEM (${why})` }];
    }
}

/** What is wrong with an input that has to be PEM with this label. */
export function pemFailures(inputs: Properties, property: string, label: string): Failure[] {
    const pem = inputs[property];
    return typeof pem !== "string" || pem.includes(`-----BEGIN ${label}-----\n`)
        ? []
        : [{ property, reason: `expected PEM that begins with -----BEGIN ${label}-----` }];
}

function webAlgorithm(key: KeyObject): { imported: { name: string; namedCurve?: string; hash?: string }; hash?: string } {
    switch (key.asymmetricKeyType) {
        case "rsa":
            return { imported: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, hash: "SHA-256" };
        case "ed25519":
            return { imported: { name: "Ed25519" } };
        case "ec": {
            const curve = Object.values(CURVES).find(({ node }) => node === key.asymmetricKeyDetails?.namedCurve);
            if (curve) {
                return { imported: { name: "ECDSA", namedCurve: curve.web }, hash: curve.hash };
            }
        }
    }
    const curves = Object.keys(CURVES).join(", ");
    throw new Error(`it is of another kind; curves that are served are ${curves}`);
}

// The certificate of the ingress and its private key (pure): what is wrong with them, before a server finds out.
import { createPrivateKey, KeyObject, X509Certificate } from "crypto";
import { isIP } from "net";

import { isCertificate, PemBlock, pemBlocks } from "../support/certificates";

/** What Go, which Traefik is written in, can serve TLS with. */
const KEY_TYPES = ["rsa", "ec", "ed25519"];

const DAY_MS = 24 * 60 * 60 * 1000;

function certificatesIn(text: string): PemBlock[] {
    return pemBlocks(text).filter(({ label }) => label === "CERTIFICATE");
}

function keysIn(text: string): PemBlock[] {
    return pemBlocks(text).filter(({ label }) => label.endsWith("PRIVATE KEY"));
}

/** The certificate itself: the first of its chain. */
function parsed(certificate: string): X509Certificate {
    return new X509Certificate(certificatesIn(certificate)[0].text);
}

/** What is wrong with a certificate, if anything. */
export function certificateProblem(certificate: string): string | undefined {
    if (keysIn(certificate).length > 0) {
        return "holds a private key too, which would be shown here; give the key as `key`, and the certificate alone here";
    }
    const chain = certificatesIn(certificate);
    if (chain.length === 0) {
        return 'expected the certificate as PEM, which begins with "-----BEGIN CERTIFICATE-----"; give the text, not its path';
    }
    const broken = chain.findIndex(({ text }) => !isCertificate(text));
    return broken < 0
        ? undefined
        : `certificate ${broken + 1} of ${chain.length} in it can't be read; give the file as the authority made it`;
}

/** The private key of a text that holds one. */
function privateKey(text: string): KeyObject | undefined {
    try {
        return createPrivateKey(keysIn(text)[0].text);
    } catch {
        return undefined;
    }
}

/** What is wrong with a private key, if anything; says nothing of the key itself. */
export function keyProblem(key: string): string | undefined {
    const [block, another] = keysIn(key);
    if (!block || another) {
        return (
            "expected one private key as PEM, which begins with \"-----BEGIN PRIVATE KEY-----\" or the like; give the " +
            "text, not its path"
        );
    }
    if (block.label.startsWith("ENCRYPTED") || block.text.includes("Proc-Type: 4,ENCRYPTED")) {
        return "has a passphrase, for which nobody can be asked; give it without one, e.g. by `openssl pkey -in key.pem`";
    }
    const type = privateKey(key)?.asymmetricKeyType;
    if (type === undefined) {
        return "can't be read; give the file as it was made";
    }
    return KEY_TYPES.includes(type)
        ? undefined
        : `is of the kind "${type}", which Traefik can't use; expected RSA, ECDSA or Ed25519`;
}

/** What is wrong with a key beside its certificate, if anything. Both must be right in themselves. */
export function pairProblem(certificate: string, key: string): string | undefined {
    const own = privateKey(key);
    return own && parsed(certificate).checkPrivateKey(own)
        ? undefined
        : "does not belong to the certificate; give the key that the certificate was made for, and the certificate " +
              "itself before those of its authority";
}

/** What an operator should know of a good certificate: that its time is over, or soon will be. */
export function certificateWarning(certificate: string, now = Date.now()): string | undefined {
    const { validFrom, validTo } = parsed(certificate);
    const [begins, ends] = [Date.parse(validFrom), Date.parse(validTo)];
    const day = (time: number) => new Date(time).toISOString().slice(0, 10);
    if (ends <= now) {
        return `expired on ${day(ends)}: clients refuse it; give a new one, with its key`;
    }
    if (begins > now) {
        return `is not valid before ${day(begins)}: clients refuse it until then`;
    }
    return ends - now < 14 * DAY_MS
        ? `expires on ${day(ends)}; give a new one, with its key. Traefik takes it up without a restart`
        : undefined;
}

/** Whether a certificate is for a host, also by a wildcard. */
export function isForHost(certificate: string, host: string): boolean {
    const own = parsed(certificate);
    return (isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host)) !== undefined;
}

/** The SHA-256 fingerprint by which a certificate is recognized: it is public, as the certificate is. */
export function fingerprintOf(certificate: string): string {
    return parsed(certificate).fingerprint256;
}

/** The certificate and its chain, and nothing that stood between them: Traefik reads its files as templates. */
export function chainOf(certificate: string): string {
    return certificatesIn(certificate)
        .map(({ text }) => text)
        .join("");
}

/** The private key, and nothing that stood beside it. */
export function keyOf(key: string): string {
    return keysIn(key)
        .map(({ text }) => text)
        .join("");
}

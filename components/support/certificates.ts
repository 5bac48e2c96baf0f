// Certificates in PEM form (pure): what a bundle of certificate authorities must look like.
import { X509Certificate } from "crypto";

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** What is wrong with a bundle of certificate authorities, if anything. The text itself is never shown. */
export function certificatesProblem(pem: string): string | undefined {
    const blocks = [...pem.matchAll(BLOCK)];
    if (blocks.length === 0) {
        return 'expected certificates as PEM, each from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----"';
    }
    const other = blocks.find(([, kind]) => kind !== "CERTIFICATE");
    if (other) {
        return `has a block "${other[1]}"; give the certificates of the authorities alone, no keys`;
    }
    return blocks.every(([block]) => isCertificate(block))
        ? undefined
        : "has a certificate that can't be read; give it as the authority made it, with all its lines";
}

function isCertificate(block: string): boolean {
    try {
        return new X509Certificate(block).subject !== null;
    } catch {
        return false;
    }
}

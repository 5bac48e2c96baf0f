// Certificates in PEM form (pure): their blocks, and what a bundle of certificate authorities must look like.
import { X509Certificate } from "crypto";

/** A block of a PEM file with its label, such as `CERTIFICATE`. */
export interface PemBlock {
    label: string;
    /** The block alone, without what people write around it. */
    text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** The blocks of a PEM file. */
export function pemBlocks(pem: string): PemBlock[] {
    return [...pem.matchAll(BLOCK)].map(([block, label]) => ({ label, text: `${block}\n` }));
}

/** What is wrong with a bundle of certificate authorities, if anything. The text itself is never shown. */
export function certificatesProblem(pem: string): string | undefined {
    const blocks = pemBlocks(pem);
    if (blocks.length === 0) {
        return 'expected certificates as PEM, each from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----"';
    }
    const other = blocks.find(({ label }) => label !== "CERTIFICATE");
    if (other) {
        return `has a block "${other.label}"; give the certificates of the authorities alone, no keys`;
    }
    return blocks.every(({ text }) => isCertificate(text))
        ? undefined
        : "has a certificate that can't be read; give it as the authority made it, with all its lines";
}

/** Whether a block can be read as a certificate. */
export function isCertificate(block: string): boolean {
    try {
        return new X509Certificate(block).subject !== null;
    } catch {
        return false;
    }
}

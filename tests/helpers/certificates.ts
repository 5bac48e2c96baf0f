// Certificates for tests: one of an authority, and such that are made on the spot, with keys that lie in no repository.
import { createHash, generateKeyPairSync, KeyObject, randomBytes, sign } from "crypto";

/** A certificate authority's certificate. */
export const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBiDCCAS+gAwIBAgIULItXN/HLJZXJt0VSbBOxQQ+w+MAwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MTAwOTI4WhgPMjEy
NjExMDExMDA5MjhaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAECYgd0DoTmNJgx/piwXMhz+Zd3Pr6XeLdGN/6IlTc
s7AxHOxTcDhzcvGpxdSNjsWPhGHg+Gy0lVrB3OKdUivUyKNTMFEwHQYDVR0OBBYE
FGlfS/tgnILqq7wcA1RGm3PF1YMkMB8GA1UdIwQYMBaAFGlfS/tgnILqq7wcA1RG
m3PF1YMkMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgXBQmuxDI
eYpkOcMByqxVD+BTQzOrzHQAOBZEs/BWeHYCIA5APBf5ipHe8aRNTng1bxi/PUWR
wL0oY/OGTigaB4mt
-----END CERTIFICATE-----
`;

/** A certificate and its private key, as PEM. */
export interface TestCertificate {
    certificate: string;
    key: string;
}

/** One value in the encoding of certificates (X.690, DER). */
function der(tag: number, ...content: Buffer[]): Buffer {
    const body = Buffer.concat(content);
    const { length } = body;
    // As short as possible: Go's reader takes no other.
    const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

const sequence = (...content: Buffer[]) => der(0x30, ...content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));
const COMMON_NAME = oid("550403");
const SUBJECT_ALT_NAME = oid("551d11");

function named(name: string): Buffer {
    return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
}

function time(date: Date): Buffer {
    return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, "")}`));
}

function pem(label: string, body: Buffer): string {
    const lines = body.toString("base64").replace(/(.{64})(?=.)/g, "$1\n");
    return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** A self-signed certificate for hosts, valid from and for so many days from now. */
export function testCertificate(hosts: string[], { from = -1, days = 90 } = {}): TestCertificate {
    const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const day = 24 * 60 * 60 * 1000;
    const begins = Date.now() + from * day;
    const names = hosts.map((host) => der(0x82, Buffer.from(host)));
    const content = sequence(
        der(0xa0, der(0x02, Buffer.from([2]))),
        der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
        ECDSA_WITH_SHA256,
        named(hosts[0]),
        sequence(time(new Date(begins)), time(new Date(begins + days * day))),
        named(hosts[0]),
        keys.publicKey.export({ type: "spki", format: "der" }),
        der(0xa3, sequence(sequence(SUBJECT_ALT_NAME, der(0x04, sequence(...names))))),
    );
    const signature = sign("sha256", content, keys.privateKey);
    const whole = sequence(content, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
    return { certificate: pem("CERTIFICATE", whole), key: keyText(keys.privateKey) };
}

/** A private key as PEM. */
export function keyText(key: KeyObject): string {
    return key.export({ type: "pkcs8", format: "pem" }) as string;
}

/** The SHA-256 fingerprint of a certificate as PEM, taken apart by hand. */
export function fingerprint(certificate: string): string {
    const body = Buffer.from(certificate.replace(/-----[A-Z ]+-----|\s/g, ""), "base64");
    return (createHash("sha256").update(body).digest("hex").toUpperCase().match(/../g) ?? []).join(":");
}

// The ingress's certificate and key: what a server would refuse is found before, by name.
import { generateKeyPairSync } from "node:crypto";

import {
    certificateProblem,
    certificateWarning,
    chainOf,
    fingerprintOf,
    isForHost,
    keyOf,
    keyProblem,
    pairProblem,
} from "../../../../components/ingress/certificate";
import { fingerprint, keyText, testCertificate } from "../../../helpers/certificates";

const own = testCertificate(["shop.example.org", "*.shop.example.org"]);
const other = testCertificate(["other.example.org"]);
const day = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10);

describe("a certificate is", () => {
    test.each([
        ["alone", own.certificate],
        ["with its chain", own.certificate + other.certificate],
        ["with what people write between", `subject=shop {{ .Env }}\n${own.certificate}\n\nissuer\n`],
        ["with other line ends", own.certificate.replace(/\n/g, "\r\n")],
    ])("taken %s", (_, text) => {
        expect(certificateProblem(text)).toBeUndefined();
    });

    test.each([
        ["empty", "", /begins with "-----BEGIN CERTIFICATE/],
        ["a path", "/etc/ssl/shop.pem", /give the text, not its path/],
        ["a key", own.key, /holds a private key too, which would be shown/],
        ["together with its key", own.certificate + own.key, /holds a private key too/],
        ["cut", own.certificate.replace(/\n.{64}(?=\n)/, ""), /certificate 1 of 1 in it can't be read/],
        [
            "broken in its chain",
            own.certificate + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            /certificate 2 of 2 in it can't be read/,
        ],
    ])("refused %s", (_, text, reason) => {
        expect(certificateProblem(text)).toMatch(reason);
    });
});

describe("a key is", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

    test.each([
        ["ECDSA", own.key],
        ["ECDSA as older tools write it", ec.export({ type: "sec1", format: "pem" }) as string],
        ["RSA", keyText(rsa)],
        ["RSA as older tools write it", rsa.export({ type: "pkcs1", format: "pem" }) as string],
        ["Ed25519", keyText(generateKeyPairSync("ed25519").privateKey)],
    ])("taken: %s", (_, text) => {
        expect(keyProblem(text)).toBeUndefined();
    });

    test.each([
        ["nothing", "", /one private key as PEM/],
        ["a path", "/etc/ssl/key.pem", /give the text, not its path/],
        ["a certificate", own.certificate, /one private key as PEM/],
        ["two keys", own.key + other.key, /one private key/],
        ["rubbish", own.key.replace(/\n.+\n/, "\nAAAA\n"), /can't be read/],
        [
            "one with a passphrase",
            ec.export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "x" }) as string,
            /has a passphrase.*openssl pkey/,
        ],
        [
            "one with a passphrase as older tools write it",
            ec.export({ type: "sec1", format: "pem", cipher: "aes-128-cbc", passphrase: "x" }) as string,
            /has a passphrase/,
        ],
        ["of another kind", keyText(generateKeyPairSync("x25519").privateKey), /kind "x25519".*RSA, ECDSA/],
    ])("refused: %s, without showing it", (_, text, reason) => {
        const problem = keyProblem(text);
        expect(problem).toMatch(reason);
        expect(problem).not.toContain(text.split("\n")[1] ?? "never");
    });
});

describe("a key and a certificate", () => {
    test("belong together", () => {
        expect(pairProblem(own.certificate + other.certificate, own.key)).toBeUndefined();
    });

    test("of two makings do not", () => {
        expect(pairProblem(own.certificate, other.key)).toMatch(/does not belong to the certificate/);
    });

    test("do not when an authority's certificate stands first", () => {
        expect(pairProblem(other.certificate + own.certificate, own.key)).toMatch(
            /the certificate itself before those of its authority/,
        );
    });

    test("are given to Traefik without what stands around them", () => {
        expect(chainOf(`{{ a }}\n${own.certificate}{{ b }}\n${other.certificate}`)).toBe(
            own.certificate + other.certificate,
        );
        expect(keyOf(`{{ a }}\n${own.key}`)).toBe(own.key);
    });

    test("are recognized by the certificate's fingerprint", () => {
        expect(fingerprintOf(own.certificate + other.certificate)).toBe(fingerprint(own.certificate));
    });
});

describe("of a certificate an operator is told", () => {
    test.each<[string, { from?: number; days: number }, RegExp]>([
        ["that it expired", { from: -30, days: 20 }, new RegExp(`^expired on ${day(-10)}: clients refuse it`)],
        ["that it is not valid yet", { from: 5, days: 90 }, new RegExp(`^is not valid before ${day(5)}`)],
        ["that it expires soon", { from: -80, days: 90 }, new RegExp(`^expires on ${day(10)}.*without a restart`)],
    ])("%s", (_, time, warning) => {
        expect(certificateWarning(testCertificate(["a.org"], time).certificate)).toMatch(warning);
    });

    test("nothing otherwise", () => {
        expect(certificateWarning(own.certificate)).toBeUndefined();
    });

    test.each([
        ["shop.example.org", true],
        ["a.shop.example.org", true],
        ["a.b.shop.example.org", false],
        ["example.org", false],
    ])("whether it is for %s: %s", (host, isFor) => {
        expect(isForHost(own.certificate, host)).toBe(isFor);
    });
});

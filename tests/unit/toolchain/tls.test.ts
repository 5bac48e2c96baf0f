// What the tls provider does with each kind of resource: checks, keys, certificates that hold, secrets, diffs and renewal.
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";

import { CreateRequest, CreateResponse, ReadRequest, ReadResponse, UpdateRequest, UpdateResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { isSecret, Properties, revealAll, secret, UNKNOWN } from "../../../toolchain/property-values";
import { checkInputs } from "../../../toolchain/resource-plugin/check";
import { changes } from "../../../toolchain/resource-plugin/diff";
import type { ResourceKind } from "../../../toolchain/resource-plugin/resource-kind";
import { kindOf, outputs, resourceProvider } from "../../../toolchain/resource-plugin/service";
import { TLS } from "../../../toolchain/tls-plugin/provider";

const [certRequest, locallySignedCert, privateKey, selfSignedCert] = [
    "certRequest:CertRequest",
    "locallySignedCert:LocallySignedCert",
    "privateKey:PrivateKey",
    "selfSignedCert:SelfSignedCert",
].map((name) => kindOf(TLS, `tls:index/${name}`));

/** A stack's state of a resource that was made with these inputs. */
async function stateOf(kind: ResourceKind, inputs: Properties): Promise<Properties> {
    return outputs(kind, inputs, (await kind.create(revealAll(inputs))).computed);
}

const text = (value: unknown) => String(value);
const key = async (inputs: Properties = { algorithm: "ECDSA", ecdsaCurve: "P256" }) =>
    text((await privateKey.create(inputs)).computed.privateKeyPem);

/** Inputs that are right, by kind; certificates are for a year. */
let right: { authority: Properties; request: Properties; leaf: Properties };

beforeAll(async () => {
    const authorityKey = await key();
    const authority = {
        privateKeyPem: authorityKey,
        isCaCertificate: true,
        subject: { commonName: "main-storage transport" },
        allowedUses: ["cert_signing", "crl_signing"],
        validityPeriodHours: 8760,
        earlyRenewalHours: 24,
    };
    const request = { privateKeyPem: await key(), subject: { commonName: "node" }, dnsNames: ["node.local"] };
    const leaf = {
        certRequestPem: (await certRequest.create(request)).computed.certRequestPem,
        caPrivateKeyPem: authorityKey,
        caCertPem: (await selfSignedCert.create(authority)).computed.certPem,
        allowedUses: ["digital_signature", "key_agreement", "server_auth", "client_auth"],
        validityPeriodHours: 8760,
    };
    right = { authority, request, leaf };
});

describe("checking inputs", () => {
    test("accepts those of the transport's certificates", () => {
        expect(checkInputs(selfSignedCert, right.authority)).toEqual([]);
        expect(checkInputs(certRequest, right.request)).toEqual([]);
        expect(checkInputs(locallySignedCert, right.leaf)).toEqual([]);
    });

    test.each<[string, ResourceKind, Properties]>([
        ["a curve", privateKey, { algorithm: "ECDSA", ecdsaCurve: "P384" }],
        ["the curve of no other algorithm", privateKey, { algorithm: "RSA", rsaBits: 3072 }],
        ["an algorithm that is not known yet", privateKey, { algorithm: UNKNOWN }],
        ["a key that is not known yet", certRequest, { privateKeyPem: UNKNOWN }],
        ["a key that is not known yet and a secret", certRequest, { privateKeyPem: secret(UNKNOWN) }],
        ["names that are not known yet", certRequest, { privateKeyPem: UNKNOWN, ipAddresses: [UNKNOWN], uris: [UNKNOWN] }],
        ["a subject that is not known yet", certRequest, { privateKeyPem: UNKNOWN, subject: { commonName: UNKNOWN } }],
    ])("accepts %s", (_what, kind, inputs) => {
        expect(checkInputs(kind, inputs)).toEqual([]);
    });

    test.each<[string, ResourceKind, Properties, string, RegExp]>([
        ["no algorithm", privateKey, {}, "algorithm", /is required; expected a string/],
        ["another algorithm", privateKey, { algorithm: "DSA" }, "algorithm", /is DSA; expected one of RSA, ECDSA, ED25519/],
        ["another curve", privateKey, { algorithm: "ECDSA", ecdsaCurve: "P192" }, "ecdsaCurve", /expected one of P256, P384, P521/],
        ["the default curve", privateKey, { algorithm: "ECDSA" }, "ecdsaCurve", /is P224; expected one of P256, P384, P521/],
        ["a short key", privateKey, { algorithm: "RSA", rsaBits: 512 }, "rsaBits", /is 512; expected 1024 or more/],
        ["no key", certRequest, {}, "privateKeyPem", /is required/],
        ["no PEM", certRequest, { privateKeyPem: "hunter2" }, "privateKeyPem", /expected an unencrypted private key/],
        ["a write-only key", certRequest, { privateKeyPem: UNKNOWN, privateKeyPemWo: "x" }, "privateKeyPemWo", /is not an input/],
        ["no IP address", certRequest, { privateKeyPem: UNKNOWN, ipAddresses: ["a.b"] }, "ipAddresses", /has "a\.b"; expected IP/],
        ["another part of a subject", certRequest, { privateKeyPem: UNKNOWN, subject: { cn: "a" } }, "subject", /any of country, .*commonName/],
        ["a list as a subject", certRequest, { privateKeyPem: UNKNOWN, subject: [] }, "subject", /expected a map .*, got a list/],
    ])("refuses %s", (_what, kind, inputs, property, reason) => {
        expect(checkInputs(kind, inputs)).toEqual([{ property, reason: expect.stringMatching(reason) }]);
    });

    test.each<[Properties, string, RegExp]>([
        [{ allowedUses: ["certSigning"] }, "allowedUses", /has "certSigning"; expected any of .*cert_signing/],
        [{ allowedUses: "cert_signing" }, "allowedUses", /expected a list of strings/],
        [{ validityPeriodHours: -1 }, "validityPeriodHours", /expected a whole number, 0 or more/],
        [{ validityPeriodHours: null }, "validityPeriodHours", /is required/],
        [{ maxPathLength: -2 }, "maxPathLength", /expected a whole number, -1 or more/],
    ])("refuses %j of a certificate", (wrong, property, reason) => {
        expect(checkInputs(selfSignedCert, { ...right.authority, ...wrong })).toEqual([
            { property, reason: expect.stringMatching(reason) },
        ]);
    });

    test("refuses certificates and requests that are none", () => {
        const inputs = { ...right.leaf, caCertPem: right.leaf.certRequestPem, certRequestPem: right.leaf.caCertPem };
        expect(checkInputs(locallySignedCert, inputs).map(({ property }) => property)).toEqual(["caCertPem", "certRequestPem"]);
    });

    test("does not show a secret", () => {
        const failures = checkInputs(selfSignedCert, { ...right.authority, privateKeyPem: secret("hunter2") });
        expect(failures).toHaveLength(1);
        expect(JSON.stringify(failures)).not.toContain("hunter2");
    });

    test("says which resources it serves", () => {
        expect(() => kindOf(TLS, "tls:index/getCertificate:getCertificate")).toThrow(
            /This tls provider was made from packages and does not serve tls:index\/getCertificate:getCertificate, only .*PrivateKey/,
        );
    });
});

describe("a private key", () => {
    test.each<[Properties, string, string, object]>([
        [{ algorithm: "RSA" }, "RSA PRIVATE KEY", "rsa", { modulusLength: 2048 }],
        [{ algorithm: "ECDSA", ecdsaCurve: "P256" }, "EC PRIVATE KEY", "ec", { namedCurve: "prime256v1" }],
        [{ algorithm: "ECDSA", ecdsaCurve: "P521" }, "EC PRIVATE KEY", "ec", { namedCurve: "secp521r1" }],
        [{ algorithm: "ED25519" }, "PRIVATE KEY", "ed25519", {}],
    ])("of %j is PEM as the official plugin writes it", async (inputs, label, type, details) => {
        const { id, computed } = await privateKey.create(inputs);
        expect(id).toMatch(/^[0-9a-f]{40}$/);
        const pem = (name: string) => text(computed[name]);
        expect(pem("privateKeyPem")).toMatch(new RegExp(`^-----BEGIN ${label}-----\\n[^]*-----END ${label}-----\\n$`));
        expect(pem("privateKeyPemPkcs8")).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
        expect(pem("publicKeyPem")).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
        const read = createPrivateKey(pem("privateKeyPem"));
        expect(read).toMatchObject({ asymmetricKeyType: type, asymmetricKeyDetails: details });
        expect(createPrivateKey(pem("privateKeyPemPkcs8")).equals(read)).toBe(true);
        expect(createPublicKey(pem("publicKeyPem")).equals(createPublicKey(read))).toBe(true);
    });

    test("is another one each time", async () => {
        expect(await key()).not.toBe(await key());
    });
});

describe("certificates", () => {
    test.each<[string, Properties, Properties]>([
        ["ECDSA", { algorithm: "ECDSA", ecdsaCurve: "P256" }, { algorithm: "ECDSA", ecdsaCurve: "P384" }],
        ["RSA", { algorithm: "RSA" }, { algorithm: "RSA" }],
        ["an ED25519 authority", { algorithm: "ED25519" }, { algorithm: "ECDSA", ecdsaCurve: "P521" }],
    ])("of %s make a chain that holds", async (_what, ofAuthority, ofNode) => {
        const [authorityKey, nodeKey] = [await key(ofAuthority), await key(ofNode)];
        const self = await selfSignedCert.create({ ...right.authority, privateKeyPem: authorityKey });
        const request = await certRequest.create({
            privateKeyPem: nodeKey,
            subject: { commonName: "node", organization: 'Mü "and" \\ Co', streetAddresses: ["a", "b"], emailAddress: "a@b.c" },
            dnsNames: ["node.local"],
            ipAddresses: ["10.0.0.1", "::1"],
            uris: ["spiffe://local/node"],
        });
        const local = await locallySignedCert.create({
            ...right.leaf,
            certRequestPem: request.computed.certRequestPem,
            caPrivateKeyPem: authorityKey,
            caCertPem: self.computed.certPem,
        });
        const [authority, leaf] = [self, local].map(({ computed }) => new X509Certificate(text(computed.certPem)));

        expect(authority.verify(authority.publicKey)).toBe(true);
        expect(authority).toMatchObject({ ca: true, subject: "CN=main-storage transport", issuer: "CN=main-storage transport" });
        expect(authority.checkPrivateKey(createPrivateKey(authorityKey))).toBe(true);

        expect(leaf.checkIssued(authority)).toBe(true);
        expect(leaf.verify(authority.publicKey)).toBe(true);
        expect(leaf.ca).toBe(false);
        expect(leaf.checkPrivateKey(createPrivateKey(nodeKey))).toBe(true);
        expect(leaf.subject).toContain("CN=node");
        expect(leaf.subject).toContain('Mü');
        expect(leaf.subjectAltName).toBe(
            "DNS:node.local, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:spiffe://local/node",
        );
        // The extended uses alone are what Node.js tells.
        expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
        expect(leaf.verify((new X509Certificate(text(right.leaf.caCertPem))).publicKey)).toBe(false);
    });

    test("end after their hours, and are named by their serial number", async () => {
        const { id, computed } = await selfSignedCert.create(right.authority);
        const made = new X509Certificate(text(computed.certPem));
        expect(BigInt(`0x${made.serialNumber}`).toString()).toBe(id);
        expect(Date.parse(text(computed.validityStartTime))).toBe(Date.parse(made.validFrom));
        expect(Date.parse(text(computed.validityEndTime))).toBe(Date.parse(made.validTo));
        expect(Date.parse(made.validTo) - Date.parse(made.validFrom)).toBe(8760 * 3_600_000);
        expect(Date.now() - Date.parse(made.validFrom)).toBeLessThan(60_000);
        expect(text(computed.validityEndTime)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    test("of a renewed authority hold with the old one, and the other way round: nodes are rolled one at a time", async () => {
        const renewed = (await selfSignedCert.create(right.authority)).computed.certPem;
        const signed = async (caCertPem: Properties[string]) =>
            new X509Certificate(text((await locallySignedCert.create({ ...right.leaf, caCertPem })).computed.certPem));
        for (const [by, seenWith] of [
            [renewed, right.leaf.caCertPem],
            [right.leaf.caCertPem, renewed],
        ]) {
            const authority = new X509Certificate(text(seenWith));
            const leaf = await signed(by);
            expect([leaf.checkIssued(authority), leaf.verify(authority.publicKey)]).toEqual([true, true]);
        }
    });

    test("carry the bits of their uses, as critical", async () => {
        const { X509Certificate: Read } = await import("@peculiar/x509");
        const extension = async (kind: ResourceKind, inputs: Properties) =>
            new Read(text((await kind.create(inputs)).computed.certPem)).getExtension("2.5.29.15");
        expect(await extension(selfSignedCert, right.authority)).toMatchObject({ usages: 32 + 64, critical: true });
        expect(await extension(locallySignedCert, right.leaf)).toMatchObject({ usages: 1 + 16, critical: true });
        expect(await extension(locallySignedCert, { ...right.leaf, allowedUses: ["server_auth"] })).toBeNull();
    });

    test("of an authority need a name", async () => {
        await expect(selfSignedCert.create({ ...right.authority, subject: {} })).rejects.toThrow(/^subject: .*commonName/);
    });

    test("name the algorithm of the key that signs", async () => {
        expect((await selfSignedCert.create(right.authority)).computed.keyAlgorithm).toBe("ECDSA");
        expect((await locallySignedCert.create(right.leaf)).computed.caKeyAlgorithm).toBe("ECDSA");
        const request = await certRequest.create({ privateKeyPem: await key({ algorithm: "RSA" }) });
        expect(request.computed.keyAlgorithm).toBe("RSA");
    });
});

describe("the state", () => {
    const secrets = (state: Properties) => Object.keys(state).filter((name) => isSecret(state[name])).sort();

    test("marks keys as secrets, given or made", async () => {
        expect(secrets(await stateOf(privateKey, { algorithm: "ED25519" }))).toEqual([
            "privateKeyOpenssh",
            "privateKeyPem",
            "privateKeyPemPkcs8",
        ]);
        expect(secrets(await stateOf(selfSignedCert, right.authority))).toEqual(["privateKeyPem"]);
        expect(secrets(await stateOf(certRequest, right.request))).toEqual(["privateKeyPem"]);
        expect(secrets(await stateOf(locallySignedCert, right.leaf))).toEqual(["caPrivateKeyPem"]);
    });

    test("holds the defaults of what was left out", async () => {
        expect(await stateOf(privateKey, { algorithm: "RSA" })).toMatchObject({ ecdsaCurve: "P224", rsaBits: 2048 });
        expect(await stateOf(locallySignedCert, right.leaf)).toMatchObject({
            earlyRenewalHours: 0,
            isCaCertificate: false,
            setSubjectKeyId: false,
            readyForRenewal: false,
        });
    });
});

describe("a change", () => {
    test.each<[keyof typeof right, ResourceKind, Properties]>([
        ["authority", selfSignedCert, {}],
        ["authority", selfSignedCert, { setSubjectKeyId: false, setAuthorityKeyId: false }],
        ["request", certRequest, {}],
        ["leaf", locallySignedCert, { isCaCertificate: false, earlyRenewalHours: 0 }],
    ])("of nothing, or a default that is written out, is none: %s %#", async (name, kind, change) => {
        expect(changes(kind, await stateOf(kind, right[name]), { ...right[name], ...change })).toEqual([]);
    });

    test.each<[keyof typeof right, ResourceKind, Properties, string]>([
        ["authority", selfSignedCert, { privateKeyPem: UNKNOWN }, "privateKeyPem"],
        ["authority", selfSignedCert, { subject: { commonName: "other" } }, "subject"],
        ["authority", selfSignedCert, { allowedUses: ["crl_signing", "cert_signing"] }, "allowedUses"],
        ["authority", selfSignedCert, { validityPeriodHours: 8761 }, "validityPeriodHours"],
        ["authority", selfSignedCert, { isCaCertificate: false }, "isCaCertificate"],
        ["authority", selfSignedCert, { maxPathLength: 1 }, "maxPathLength"],
        ["request", certRequest, { dnsNames: ["other.local"] }, "dnsNames"],
        ["leaf", locallySignedCert, { caCertPem: UNKNOWN }, "caCertPem"],
        ["leaf", locallySignedCert, { certRequestPem: UNKNOWN }, "certRequestPem"],
    ])("of the %s makes it anew: %#", async (name, kind, change, property) => {
        expect(changes(kind, await stateOf(kind, right[name]), { ...right[name], ...change })).toEqual([
            { property, how: expect.any(String), replaces: true },
        ]);
    });

    test("of a key's inputs makes it anew", async () => {
        const state = await stateOf(privateKey, { algorithm: "ECDSA", ecdsaCurve: "P256" });
        const found = changes(privateKey, state, { algorithm: "RSA" });
        expect(found.map(({ property, replaces }) => [property, replaces])).toEqual([
            ["algorithm", true],
            ["ecdsaCurve", true],
        ]);
    });

    test("of when it is to be renewed is made in place", async () => {
        const state = await stateOf(selfSignedCert, right.authority);
        expect(changes(selfSignedCert, state, { ...right.authority, earlyRenewalHours: 48 })).toEqual([
            { property: "earlyRenewalHours", how: "updated", replaces: false },
        ]);
    });

    test.each([
        ["its time has come", 24 * 3_600_000 - 60_000, {}],
        ["it has ended", -60_000, {}],
        ["it is now to be renewed earlier", 24 * 3_600_000 + 60_000, { earlyRenewalHours: 25 }],
    ])("of nothing makes it anew when %s", async (_what, endsIn, change) => {
        const state = {
            ...(await stateOf(selfSignedCert, right.authority)),
            validityEndTime: new Date(Date.now() + endsIn).toISOString(),
        };
        expect(changes(selfSignedCert, state, { ...right.authority, ...change })).toContainEqual({
            property: "readyForRenewal",
            how: "updated",
            replaces: true,
        });
    });

    test("of nothing is none before its time has come", async () => {
        const validityEndTime = new Date(Date.now() + 24 * 3_600_000 + 60_000).toISOString();
        const state = { ...(await stateOf(selfSignedCert, right.authority)), validityEndTime };
        expect(changes(selfSignedCert, state, right.authority)).toEqual([]);
    });
});

describe("the provider", () => {
    const provider = resourceProvider(TLS);
    const type = "tls:index/selfSignedCert:SelfSignedCert";
    const struct = (properties: Properties) => Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);

    function ask<Answer extends { getProperties(): Struct | undefined }>(
        call: "create" | "read" | "update",
        request: unknown,
    ): Promise<Properties> {
        return new Promise((resolve, reject) => {
            const done = (error: unknown, answer?: Answer | null) =>
                answer ? resolve(answer.getProperties()!.toJavaScript() as Properties) : reject(error);
            (provider[call] as (call: unknown, done: unknown) => void)({ request }, done);
        });
    }

    test("makes nothing in a preview, and says what will be known later", async () => {
        const inputs = { ...right.authority, privateKeyPem: secret(UNKNOWN) };
        const request = new CreateRequest().setType(type).setProperties(struct(inputs)).setPreview(true);
        expect(await ask<CreateResponse>("create", request)).toMatchObject({
            ...inputs,
            certPem: UNKNOWN,
            readyForRenewal: UNKNOWN,
            validityEndTime: UNKNOWN,
        });
    });

    test("says at a refresh when the time of a renewal has come", async () => {
        const state = await stateOf(selfSignedCert, right.authority);
        const read = (end: number) =>
            ask<ReadResponse>(
                "read",
                new ReadRequest().setType(type).setId("1").setProperties(struct({ ...state, validityEndTime: new Date(end).toISOString() })),
            );
        expect(await read(Date.now() + 3_600_000)).toMatchObject({ readyForRenewal: true, certPem: state.certPem });
        expect(await read(Date.now() + 25 * 3_600_000)).toMatchObject({ readyForRenewal: false });
    });

    test("keeps a certificate whose time of renewal alone has changed", async () => {
        const state = await stateOf(selfSignedCert, right.authority);
        const news = { ...right.authority, earlyRenewalHours: 48 };
        const request = new UpdateRequest().setType(type).setOlds(struct(state)).setNews(struct(news));
        expect(await ask<UpdateResponse>("update", request)).toEqual({ ...state, earlyRenewalHours: 48 });
    });

    test("imports nothing", async () => {
        await expect(ask<ReadResponse>("read", new ReadRequest().setType(type).setId("1"))).rejects.toMatchObject({
            details: `${type} can't be imported`,
        });
    });
});

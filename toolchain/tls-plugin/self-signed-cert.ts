// SelfSignedCert: a certificate that vouches for itself, as an authority's does.
import { SWITCH, TEXT } from "../resource-plugin/input-types";
import { certificate, certificateKind } from "./certificate";
import { keyFailures, signingKey } from "./keys";
import { alternativeNames, distinguishedName, nameFailures, NAMES } from "./subject";
import { library } from "./x509";

export const selfSignedCert = certificateKind({
    inputs: { privateKeyPem: TEXT, setAuthorityKeyId: SWITCH, ...NAMES },
    required: ["privateKeyPem"],
    defaults: { setAuthorityKeyId: false },
    keyAlgorithm: "keyAlgorithm",
    secrets: ["privateKeyPem"],
    rules: (inputs) => [...keyFailures(inputs, "privateKeyPem"), ...nameFailures(inputs)],
    create: async (inputs) => {
        const { PublicKey, SubjectKeyIdentifierExtension } = await library();
        const subject = await distinguishedName(inputs.subject);
        // RFC 5280, section 4.1.2.6.
        if (inputs.isCaCertificate === true && subject.toJSON().length === 0) {
            throw new Error("subject: an authority's certificate must have one; expected at least a commonName");
        }
        const signer = await signingKey(String(inputs.privateKeyPem));
        const subjectKey = await PublicKey.create(signer.pair.publicKey);
        const { id, computed } = await certificate(inputs, {
            subject,
            subjectKey,
            names: await alternativeNames(inputs),
            issuer: subject,
            ...(inputs.setAuthorityKeyId === true
                ? { issuerKeyId: (await SubjectKeyIdentifierExtension.create(subjectKey)).keyId }
                : {}),
            signer,
        });
        return { id, computed: { ...computed, keyAlgorithm: signer.algorithm } };
    },
});

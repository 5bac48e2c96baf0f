// LocallySignedCert: a certificate by an authority whose key is known here.
import { TEXT } from "../resource-plugin/input-types";
import { certificate, certificateKind } from "./certificate";
import { keyFailures, pemFailures, signingKey } from "./keys";
import { library } from "./x509";

/** Identifier of the extension with the names besides the subject, RFC 5280, section 4.2.1.6. */
const ALTERNATIVE_NAMES = "2.5.29.17";

export const locallySignedCert = certificateKind({
    inputs: { caCertPem: TEXT, caPrivateKeyPem: TEXT, certRequestPem: TEXT },
    required: ["caCertPem", "caPrivateKeyPem", "certRequestPem"],
    keyAlgorithm: "caKeyAlgorithm",
    secrets: ["caPrivateKeyPem"],
    rules: (inputs) => [
        ...keyFailures(inputs, "caPrivateKeyPem"),
        ...pemFailures(inputs, "caCertPem", "CERTIFICATE"),
        ...pemFailures(inputs, "certRequestPem", "CERTIFICATE REQUEST"),
    ],
    create: async (inputs) => {
        const { Pkcs10CertificateRequest, SubjectKeyIdentifierExtension, X509Certificate } = await library();
        const request = new Pkcs10CertificateRequest(String(inputs.certRequestPem));
        const authority = new X509Certificate(String(inputs.caCertPem));
        const signer = await signingKey(String(inputs.caPrivateKeyPem));
        // Of what the request asks for, only whom it is about is heeded.
        const names = request.getExtension(ALTERNATIVE_NAMES);
        const { id, computed } = await certificate(inputs, {
            subject: request.subjectName,
            subjectKey: request.publicKey,
            names: names ? [names] : [],
            issuer: authority.subjectName,
            issuerKeyId: authority.getExtension(SubjectKeyIdentifierExtension)?.keyId,
            signer,
        });
        return { id, computed: { ...computed, caKeyAlgorithm: signer.algorithm } };
    },
});

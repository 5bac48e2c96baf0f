// CertRequest: the wish of a key's owner for a certificate.
import { createHash } from "node:crypto";

import { TEXT } from "../resource-plugin/input-types";
import type { ResourceKind } from "../resource-plugin/resource-kind";
import { keyFailures, signingKey } from "./keys";
import { alternativeNames, distinguishedName, nameFailures, NAMES } from "./subject";
import { library } from "./x509";

export const certRequest: ResourceKind = {
    inputs: { privateKeyPem: TEXT, ...NAMES },
    required: ["privateKeyPem"],
    outputs: ["certRequestPem", "keyAlgorithm"],
    secrets: ["privateKeyPem"],
    rules: (inputs) => [...keyFailures(inputs, "privateKeyPem"), ...nameFailures(inputs)],
    withDefaults: (inputs) => inputs,
    replaces: () => true,
    create: async (inputs) => {
        const { Pkcs10CertificateRequestGenerator } = await library();
        const { algorithm, pair, signing } = await signingKey(String(inputs.privateKeyPem));
        const request = await Pkcs10CertificateRequestGenerator.create({
            name: await distinguishedName(inputs.subject),
            keys: pair,
            signingAlgorithm: signing,
            extensions: await alternativeNames(inputs),
        });
        return {
            id: createHash("sha1").update(Buffer.from(request.rawData)).digest("hex"),
            computed: { certRequestPem: `${request.toString("pem")}\n`, keyAlgorithm: algorithm },
        };
    },
};

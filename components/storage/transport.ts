// The certificates with which Elasticsearch nodes trust one another: an authority of this storage alone, and one for all nodes.
import * as pulumi from "@pulumi/pulumi";
import type * as tls from "@pulumi/tls";

import { WorkloadFile } from "../platform";
import { TRANSPORT_FILES } from "./configuration";

/** Ten years: nobody outside trusts the authority, and a node that came back with an expired one would be alone. */
const VALIDITY_HOURS = 10 * 365 * 24;
/** Renewed by an update in the last year. */
const RENEWAL_HOURS = 365 * 24;

/** Makes the certificates, and gives their files. */
export function transportFiles(name: string, parent: pulumi.Resource): Record<string, WorkloadFile> {
    // Loaded late on purpose: a single node needs none.
    const { CertRequest, LocallySignedCert, PrivateKey, SelfSignedCert } = require("@pulumi/tls") as typeof tls;
    const options = { parent };
    const key = (of: string) =>
        new PrivateKey(`${name}-transport-${of}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, options);
    const [authorityKey, nodeKey] = [key("authority"), key("node")];
    const times = { validityPeriodHours: VALIDITY_HOURS, earlyRenewalHours: RENEWAL_HOURS };
    const authority = new SelfSignedCert(
        `${name}-transport-authority`,
        {
            privateKeyPem: authorityKey.privateKeyPem,
            isCaCertificate: true,
            subject: { commonName: `${name} transport` },
            allowedUses: ["cert_signing", "crl_signing"],
            ...times,
        },
        options,
    );
    const request = new CertRequest(
        `${name}-transport-request`,
        { privateKeyPem: nodeKey.privateKeyPem, subject: { commonName: `${name} node` } },
        options,
    );
    const certificate = new LocallySignedCert(
        `${name}-transport-certificate`,
        {
            certRequestPem: request.certRequestPem,
            caPrivateKeyPem: authorityKey.privateKeyPem,
            caCertPem: authority.certPem,
            allowedUses: ["digital_signature", "key_agreement", "server_auth", "client_auth"],
            ...times,
        },
        options,
    );
    return {
        [TRANSPORT_FILES.authority]: { content: authority.certPem },
        [TRANSPORT_FILES.certificate]: { content: certificate.certPem },
        [TRANSPORT_FILES.key]: { content: pulumi.secret(nodeKey.privateKeyPem), secret: true },
    };
}

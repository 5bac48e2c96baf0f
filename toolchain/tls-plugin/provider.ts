// The tls provider's resources.
import { version } from "@pulumi/tls/package.json";

import type { Provider } from "../resource-plugin/service";
import { certRequest } from "./cert-request";
import { locallySignedCert } from "./locally-signed-cert";
import { privateKey } from "./private-key";
import { selfSignedCert } from "./self-signed-cert";

export const TLS: Provider = {
    name: "tls",
    version,
    kinds: {
        "tls:index/certRequest:CertRequest": certRequest,
        "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
        "tls:index/privateKey:PrivateKey": privateKey,
        "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
    },
};

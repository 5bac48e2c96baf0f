// Requests by HTTPS: which certificates are taken, and that it is said when another is served.
import * as https from "node:https";
import { AddressInfo } from "node:net";

import { KnownCertificate, send } from "../../../scripts/verify/http";
import { fingerprint, testCertificate } from "../../helpers/certificates";

const { certificate, key } = testCertificate(["shop.localhost"]);
const names: (string | false)[] = [];
const server = https.createServer({ cert: certificate, key }, (request, response) => {
    names.push((request.socket as unknown as { servername: string | false }).servername);
    response.end(`host ${request.headers.host}`);
});
let port = 0;

beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

function get(host: string, known: KnownCertificate | undefined) {
    return send({
        url: new URL(`https://${host}:${port}/`),
        connectTo: { address: "127.0.0.1", port },
        certificate: known,
        timeoutMs: 5000,
        keepBytes: 100,
    });
}

describe("a certificate", () => {
    test.each<[string, KnownCertificate]>([
        ["that is known", { fingerprint: fingerprint(certificate) }],
        ["of which nothing is known", {}],
    ])("%s is taken, for a name and for an address", async (_, known) => {
        for (const host of ["shop.localhost", "127.0.0.1"]) {
            expect(await get(host, known)).toMatchObject({ status: 200, body: `host ${host}:${port}` });
        }
        expect(names.slice(-2)).toEqual(["shop.localhost", false]);
    });

    test("that is another than the known one is refused, and named", async () => {
        const other = fingerprint(testCertificate(["shop.localhost"]).certificate);
        expect(await get("shop.localhost", { fingerprint: other })).toMatchObject({
            kind: "failed",
            code: "CERTIFICATE",
            message: expect.stringContaining(`not that of the settings: its fingerprint is ${fingerprint(certificate)}`),
        });
    });

    test("that nobody trusts is refused when nothing is said", async () => {
        expect(await get("shop.localhost", undefined)).toMatchObject({
            kind: "failed",
            code: "DEPTH_ZERO_SELF_SIGNED_CERT",
        });
    });
});

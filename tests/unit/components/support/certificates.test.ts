// What a bundle of certificate authorities must look like.
import { certificatesProblem } from "../../../../components/support/certificates";
import { AUTHORITY } from "../../../helpers/certificates";

const KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

describe("certificate authorities are", () => {
    test.each([
        ["one", AUTHORITY],
        ["several", AUTHORITY + AUTHORITY],
        ["commented", `# Our own\n${AUTHORITY}`],
    ])("taken: %s", (_, pem) => {
        expect(certificatesProblem(pem)).toBeUndefined();
    });

    test.each([
        ["an empty text", "", /expected certificates as PEM/],
        ["a path", "/etc/ssl/ca.crt", /expected certificates as PEM/],
        ["half a certificate", AUTHORITY.slice(0, 300), /expected certificates as PEM/],
        ["a damaged one", AUTHORITY.replace("MII", "AAA"), /can't be read/],
        ["a key", `${AUTHORITY}${KEY}`, /"PRIVATE KEY"; .*no keys/],
    ])("refused: %s", (_, pem, reason) => {
        expect(certificatesProblem(pem)).toMatch(reason);
    });

    test("never shown when they are refused", () => {
        const wrong = AUTHORITY.replace("MII", "AAA");
        expect(certificatesProblem(wrong)).not.toContain(wrong.split("\n")[1]);
    });
});

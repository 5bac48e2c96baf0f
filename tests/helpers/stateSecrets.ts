// The secrets of a recorded state in clear: encrypted with a passphrase that everybody knows, of stacks that are gone.
import * as crypto from "crypto";

const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ROUNDS = 1_000_000;
const TAG = 16;

/** A state as `pulumi stack export` prints it. */
export interface State {
    deployment: {
        secrets_providers: { state: { salt: string } };
        resources: { type: string; urn: string; outputs?: Record<string, unknown> }[];
    };
}

/** Every password that was generated, with its hash, by its name. */
export function generatedSecrets({ deployment }: State, passphrase = "recorded"): Map<string, string> {
    const [, salt] = /^v1:([^:]+):/.exec(deployment.secrets_providers.state.salt)!;
    const key = crypto.pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), ROUNDS, 32, "sha256");
    return new Map(
        deployment.resources
            .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
            .flatMap(({ urn, outputs = {} }) =>
                Object.entries(outputs).flatMap(([name, value]) => {
                    const text = isSecret(value) ? decrypted(value.ciphertext, key) : undefined;
                    return typeof text === "string" ? [[`${urn.split("::")[3]}.${name}`, text] as const] : [];
                }),
            ),
    );
}

function isSecret(value: unknown): value is { ciphertext: string } {
    return value !== null && typeof value === "object" && Object.values(value).includes(SECRET);
}

function decrypted(ciphertext: string, key: Buffer): unknown {
    const [, nonce, text] = ciphertext.split(":");
    const bytes = Buffer.from(text, "base64");
    const decipher = crypto.createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-TAG));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]).toString());
}

// RandomPassword: a text that is a secret, with a bcrypt hash of it.
import type { ResourceKind } from "../resource-plugin/resource-kind";
import { drawsAnew } from "./keepers";
import { drawText, inputsOfText, TEXT_INPUTS, textRules, textWithDefaults } from "./text";

/** The official plugin's cost factor: 2^10 rounds. */
const BCRYPT_COST = 10;

/** The official plugin's id for every password: an id is not a secret, so it can't be the password. */
const ID = "none";

export const randomPassword: ResourceKind = {
    inputs: TEXT_INPUTS,
    required: ["length"],
    outputs: ["bcryptHash", "result"],
    secrets: ["bcryptHash", "result"],
    rules: textRules,
    withDefaults: textWithDefaults,
    replaces: drawsAnew,
    create: async (inputs) => password(drawText(inputs)),
    import: async (result) => ({ ...(await password(result)), inputs: inputsOfText(result) }),
};

async function password(
    result: string,
): Promise<{ id: string; computed: { bcryptHash: string; result: string } }> {
    return { id: ID, computed: { bcryptHash: await bcryptHash(result), result } };
}

/** The bcrypt hash of the first 72 bytes of a password, which is all that bcrypt reads. */
export async function bcryptHash(password: string): Promise<string> {
    // Loaded here, since most starts of the provider (each preview) hash nothing.
    const bcrypt = await import("bcryptjs");
    // "2a" is what the official plugin writes and every reader of bcrypt knows; "2b" is the same algorithm.
    const salt = (await bcrypt.genSalt(BCRYPT_COST)).replace(/^\$2b\$/, "$$2a$$");
    return bcrypt.hash(password, salt);
}

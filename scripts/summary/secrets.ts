// Secret values: how the engine marks them, and that none is shown.

/** The key by which the engine marks a value, and what it says of a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What stands for a secret value. */
export const MASK = "[secret]";

/** Shorter texts are no secrets that could be told from other text. */
const SHORTEST = 4;

/** Whether a value is a secret one, in the form of either source. */
export function isSecret(value: unknown): boolean {
    return value === MASK || (isRecord(value) && value[SIGNATURE] === SECRET);
}

/** Whether a secret value stands anywhere in a value. */
export function hasSecret(value: unknown): boolean {
    if (isSecret(value)) {
        return true;
    }
    return value !== null && typeof value === "object" && Object.values(value).some(hasSecret);
}

/** The texts of all secret values that a source has in clear. */
export function clearSecrets(value: unknown): string[] {
    if (isRecord(value) && value[SIGNATURE] === SECRET) {
        return typeof value.plaintext === "string" ? texts(parsed(value.plaintext)) : [];
    }
    return value !== null && typeof value === "object" ? Object.values(value).flatMap(clearSecrets) : [];
}

/** A text without the secrets: in clear, in base64 and percent-encoded, the longest first. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
    const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
    return forms.reduce((rest, form) => rest.replaceAll(form, MASK), text);
}

/** The forms in which a secret may stand in a text. */
export function formsOf(secret: string): string[] {
    const base64 = Buffer.from(secret).toString("base64");
    return [secret, base64, base64.replace(/=+$/, ""), encodeURIComponent(secret)];
}

/** What the engine writes for values that are known only after the change. */
const UNKNOWN = /^04da6b54-80e4-46f7-96ec-b56ff033\w{4}$/;

/** Whether a value is known only after the change. */
export function isUnknown(value: unknown): boolean {
    return typeof value === "string" && UNKNOWN.test(value);
}

/** Whether such a value is one, or one of a list. */
export function hasUnknown(value: unknown): boolean {
    return isUnknown(value) || (Array.isArray(value) && value.some((each) => typeof each === "string" && each.split("=").some(isUnknown)));
}

/** Whether a value is a map. */
export function isRecord(value: unknown): value is Record<string, unknown> {
    return value !== null && typeof value === "object" && !Array.isArray(value);
}

function texts(value: unknown): string[] {
    if (typeof value === "string") {
        return value.length < SHORTEST ? [] : [value];
    }
    return value !== null && typeof value === "object" ? Object.values(value).flatMap(texts) : [];
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

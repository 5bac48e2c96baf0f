// Finds secrets where they must not be: by value, in clear, base64 and percent-encoded.
import { USERS } from "../../../components/storage/configuration";
import { run } from "./command";
import { TestStack } from "./stack";

/** A text that must hold no secret. */
export interface Haystack {
    where: string;
    text: string;
}

interface State {
    deployment: {
        resources: { urn: string; type: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> }[];
    };
}

/** The generated secrets of a stack, as its state knows them. */
export async function secretsOf(stack: Pick<TestStack, "pulumi">): Promise<string[]> {
    const { stdout } = await stack.pulumi("stack", "export", "--show-secrets");
    const state = JSON.parse(stdout) as State;
    return state.deployment.resources
        .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
        .flatMap(({ outputs }) => [shown(outputs?.result), shown(outputs?.bcryptHash)]);
}

/** The passwords of the storage's users, by their names. */
export async function storagePasswords(stack: Pick<TestStack, "pulumi">): Promise<Record<string, string>> {
    const { stdout } = await stack.pulumi("stack", "export", "--show-secrets");
    const { resources } = (JSON.parse(stdout) as State).deployment;
    const passwords = Object.entries(USERS).map(([role, user]) => {
        const found = resources.find(({ urn }) => urn.endsWith(`-storage-${role}-password`));
        return [user, found ? shown(found.outputs?.result) : ""];
    });
    return Object.fromEntries(passwords);
}

/** The stack's state, and what the engine says of its containers and has logged of them. */
export async function keptOf(stack: TestStack): Promise<Haystack[]> {
    const haystacks: Haystack[] = [{ where: "state", text: (await stack.pulumi("stack", "export")).stdout }];
    for (const container of await stack.containers()) {
        haystacks.push({ where: `description of ${container.Name}`, text: JSON.stringify(container) });
        const { stdout, stderr } = await run("docker", ["logs", container.Id], { expect: "any" });
        haystacks.push({ where: `log of ${container.Name}`, text: stdout + stderr });
    }
    return haystacks;
}

/** A secret's value in an export that shows secrets. */
function shown(value: unknown): string {
    const { plaintext } = value as { plaintext: string };
    return JSON.parse(plaintext) as string;
}

/** The parts of a text's base64 form that do not depend on what stands before and after it. */
function base64Cores(secret: string): string[] {
    return [0, 1, 2].map((shift) => {
        const encoded = Buffer.from(" ".repeat(shift) + secret).toString("base64");
        return encoded.slice(shift === 0 ? 0 : 4, Math.floor((shift + secret.length) / 3) * 4);
    });
}

/** Where a secret is found, in which form. */
export function findings(secrets: readonly string[], haystacks: readonly Haystack[]): string[] {
    const found: string[] = [];
    for (const secret of secrets) {
        const forms: [string, string[]][] = [
            ["in clear", [secret]],
            ["as JSON", [JSON.stringify(secret).slice(1, -1)]],
            ["base64", base64Cores(secret)],
            ["percent-encoded", [encodeURIComponent(secret)]],
        ];
        for (const { where, text } of haystacks) {
            const form = forms.find(([, cores]) => cores.some((core) => text.includes(core)));
            if (form) {
                found.push(`${where}: ${secret.slice(0, 4)}... ${form[0]}`);
            }
        }
    }
    return found;
}

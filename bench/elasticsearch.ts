// What is asked of a stack's Elasticsearch, by each of its users what that one may.
import { setTimeout as sleep } from "node:timers/promises";

import { CommonRole, HTTP_PORT, USERS } from "../components/storage/configuration";
import { BenchStack } from "./stack";

const POLL_MS = 100;

/** A user's login. */
export interface Login {
    user: string;
    password: string;
}

/** A client of Elasticsearch's HTTP API. */
export class Elasticsearch {
    private constructor(
        private readonly url: string,
        private readonly logins: Readonly<Record<CommonRole, Login>>,
    ) {}

    /** That of a stack, by the address of its instance; the logins are read from the stack's state. */
    static async of(stack: BenchStack): Promise<Elasticsearch> {
        const login = async (role: CommonRole): Promise<Login> => ({
            user: USERS[role],
            password: await stack.password(`main-storage-${role}-password`),
        });
        const logins = {
            writer: await login("writer"),
            reader: await login("reader"),
            maintainer: await login("maintainer"),
        };
        const { address } = await stack.platform.instance("storage");
        return new Elasticsearch(`http://${address}:${HTTP_PORT}`, logins);
    }

    /** The writer's password, for a collector. */
    get writerPassword(): string {
        return this.logins.writer.password;
    }

    /** How many documents were written to the indices, whether a search finds them already or not. */
    async written(indices: string): Promise<number> {
        const { _all } = (await this.ask("maintainer", "GET", `/${indices}/_stats/indexing`)) as {
            _all: { primaries: { indexing?: { index_total: number } } };
        };
        return _all.primaries.indexing?.index_total ?? 0;
    }

    /** How many documents a search finds. */
    async count(indices: string): Promise<number> {
        return ((await this.ask("reader", "GET", `/${indices}/_count`)) as { count: number }).count;
    }

    /** Deletes indices; to name them by a pattern may be forbidden. */
    async deleteAll(pattern: string): Promise<void> {
        const { indices } = (await this.ask("maintainer", "GET", `/${pattern}/_stats/docs`)) as {
            indices?: Record<string, unknown>;
        };
        for (const index of Object.keys(indices ?? {})) {
            await this.ask("maintainer", "DELETE", `/${index}`);
        }
    }

    /** Changes an index template. */
    async changeTemplate(name: string, change: (template: IndexTemplate) => void): Promise<void> {
        const found = (await this.ask("writer", "GET", `/_index_template/${name}`)) as {
            index_templates: { index_template: IndexTemplate }[];
        };
        const template = found.index_templates[0].index_template;
        change(template);
        await this.ask("writer", "PUT", `/_index_template/${name}`, template);
    }

    /** Deletes the index templates of a prefix. */
    async deleteTemplates(prefix: string): Promise<void> {
        await this.ask("writer", "DELETE", `/_index_template/${prefix}-jaeger-*`);
    }

    private async ask(
        who: CommonRole,
        method: string,
        path: string,
        body?: unknown,
    ): Promise<unknown> {
        const { user, password } = this.logins[who];
        const answer = await fetch(this.url + path, {
            method,
            headers: {
                Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
                "Content-Type": "application/json",
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        if (!answer.ok) {
            throw new Error(`Elasticsearch answered ${method} ${path} with ${answer.status}: ${await answer.text()}`);
        }
        return answer.json();
    }
}

/** An index template, as far as it is changed here. */
export interface IndexTemplate {
    template: { settings: { index: Record<string, unknown> }; mappings: Record<string, unknown> };
}

/**
 * Asks until the wanted number is reached, or nothing more came for a while.
 *
 * @returns when the last came, by the clock of `performance.now()`, and the number
 */
export async function settled(
    ask: () => Promise<number>,
    wanted: number,
    quietMs = 10_000,
): Promise<{ value: number; at: number }> {
    let last = { value: -1, at: performance.now() };
    for (;;) {
        const value = await ask();
        const now = performance.now();
        if (value > last.value) {
            last = { value, at: now };
        }
        if (value >= wanted || now - last.at > quietMs) {
            return last;
        }
        await sleep(POLL_MS);
    }
}

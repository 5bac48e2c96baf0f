// A stack's Elasticsearch, asked as any of its users; and users of the tests' own, who are there for a while.
import { parse, stringify } from "yaml";

import { StorageRole, USERS } from "../../../components/storage/configuration";
import { docker, run } from "./command";
import { Answer, request } from "./http";
import { storagePasswords } from "./secrets";
import { TestStack } from "./stack";
import { eventually } from "./wait";

/** A user that may do everything, while the files are not the node's own. */
export const ADMIN = "test-admin";

/** The file realm's files. */
export interface RealmFiles {
    "roles.yml": string;
    users: string;
    users_roles: string;
}

/** Puts the node's own files back. */
export type Restore = () => Promise<void>;

/** A role of the roles file. */
export interface Role {
    cluster: string[];
    indices: { names: string[]; privileges: string[] }[];
}

/** The file realm reads its files again within 5 seconds. */
export class Elasticsearch {
    private constructor(
        private readonly id: string,
        private readonly address: string,
        private readonly passwords: Record<string, string>,
    ) {}

    /** The node of a stack that is up. */
    public static async of(stack: TestStack): Promise<Elasticsearch> {
        const { Id, NetworkSettings } = await stack.container("-storage-0");
        return new Elasticsearch(
            Id,
            Object.values(NetworkSettings.Networks)[0].IPAddress,
            await storagePasswords(stack),
        );
    }

    /** Asks as a user; those of the tests' own have the writer's password. */
    public ask(user: string, method: string, path: string, body?: string | object): Promise<Answer> {
        const password = this.passwords[user] ?? this.passwords[USERS.writer];
        const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
        return request(9200, path, {
            address: this.address,
            method,
            headers: {
                Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
                "Content-Type": "application/x-ndjson",
                ...(text === undefined ? {} : { "Content-Length": String(Buffer.byteLength(text)) }),
            },
            body: text,
        });
    }

    /** Asks as the user that may do everything, and expects that it is done. */
    public async admin(method: string, path: string, body?: string | object): Promise<string> {
        const answer = await this.ask(ADMIN, method, path, body);
        if (answer.status >= 300) {
            throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
        }
        return answer.body;
    }

    /** The roles that the node has. */
    public async roles(): Promise<Record<string, Role>> {
        return parse((await this.files())["roles.yml"]) as Record<string, Role>;
    }

    private async files(): Promise<RealmFiles> {
        const read = async (file: string) =>
            (await run("docker", ["exec", this.id, "cat", `config/${file}`])).stdout;
        return { "roles.yml": await read("roles.yml"), users: await read("users"), users_roles: await read("users_roles") };
    }

    private async write(files: RealmFiles): Promise<void> {
        for (const [file, content] of Object.entries(files)) {
            const place = `cat > "config/$1.new" && mv -f "config/$1.new" "config/$1"`;
            await run("docker", ["exec", "--interactive", this.id, "bash", "-c", place, "write", file], {
                input: content as string,
            });
        }
    }

    /** Gives the node other files and waits until it has read them; the result puts the old ones back. */
    private async change(change: (files: RealmFiles, hash: string) => RealmFiles): Promise<Restore> {
        const before = await this.files();
        const hash = hashOf(USERS.writer, before);
        const changed = change(before, hash);
        // A name of its own each time: by it the node tells that it has read the files.
        const sign = `test-sign-${Date.now()}`;
        await this.write({
            ...changed,
            users: `${changed.users}${ADMIN}:${hash}\n${sign}:${hash}\n`,
            users_roles: `${changed.users_roles}superuser:${ADMIN},${sign}\n`,
        });
        const seen = await eventually(
            async () => (await this.ask(sign, "GET", "/_cluster/settings")).status,
            (status) => status === 200,
        );
        expect(seen).toBe(200);
        return () => this.write(before);
    }

    /** Adds the user that may do everything, and users with a role of their own name and the writer's password. */
    public withRoles(roles: Record<string, Role>): Promise<Restore> {
        return this.change((files, hash) => {
            const names = Object.keys(roles);
            return {
                "roles.yml": stringify(
                    { ...(parse(files["roles.yml"]) as object), ...roles },
                    { aliasDuplicateObjects: false },
                ),
                users: files.users + names.map((name) => `${name}:${hash}\n`).join(""),
                users_roles: files.users_roles + names.map((name) => `${name}:${name}\n`).join(""),
            };
        });
    }

    /** Gives a user another password than its role has. */
    public withWrongPassword(role: StorageRole): Promise<Restore> {
        return this.change((files) => {
            const other = hashOf(role === "reader" ? USERS.maintainer : USERS.reader, files);
            const mine = new RegExp(`^${USERS[role]}:.*$`, "m");
            return { ...files, users: files.users.replace(mine, () => `${USERS[role]}:${other}`) };
        });
    }
}

function hashOf(user: string, { users }: RealmFiles): string {
    return new RegExp(`^${user}:(.*)$`, "m").exec(users)?.[1] as string;
}

/** The lines of a container's log. */
export async function logOf(container: string): Promise<string> {
    const { stdout, stderr } = await run("docker", ["logs", container]);
    return stdout + stderr;
}

/** A container's health as the engine tells it. */
export async function healthOf(container: string): Promise<string> {
    return (await docker("inspect", "--format", "{{.State.Health.Status}}", container)).join("");
}

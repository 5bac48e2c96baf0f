// What each user of Elasticsearch may do, asked of the node, against the tables of docs/storage.md.
import { parse } from "yaml";

import { roles as rendered, rolesInUse, USERS } from "../../../components/storage/configuration";
import { read, rows, section } from "../../unit/docs/pages";
import { ADMIN, Elasticsearch, Restore, Role } from "../support/elasticsearch";
import { Answer } from "../support/http";
import { TestStack } from "../support/stack";

/** An index of another environment on the same server. */
const FOREIGN = "other-jaeger-test";

/** The roles of a storage without backups; who takes backups is tried where they are (tests/engine/data.test.ts). */
const ROLES = rolesInUse(false);

const NO_REPLICAS = { settings: { number_of_replicas: 0 } };

/** The indices that users are tried on: retention does not look at their like. */
interface Indices {
    /** One that is there. */
    there: string;
    /** One that is there until somebody may delete it. */
    old: () => Promise<string>;
    /** One that is not there. */
    absent: string;
    /** One of another prefix. */
    foreign: string;
}

type Action = (ask: (method: string, path: string, body?: object | object[]) => Promise<Answer>, on: Indices) => Promise<Answer>;

const document = { startTimeMillis: 1 };
const bulk = (index: object, source: object = document) => [{ index }, source];

/** Every action of the table. */
const ACTIONS: Record<string, Action> = {
    "find the node": (ask) => ask("HEAD", "/"),
    "see the cluster's health": (ask) => ask("GET", "/_cluster/health"),
    "make an index template": (ask, { there }) =>
        ask("PUT", `/_index_template/${there}`, { index_patterns: [`${there}-*`] }),
    "write a span": (ask, { there }) => ask("POST", "/_bulk", bulk({ _index: there })),
    "write a service, which may be there": (ask, { there }) =>
        ask("POST", "/_bulk", bulk({ _index: there, _id: "shop|GET" })),
    "write into an index that is not there": (ask, { absent }) => ask("POST", "/_bulk", bulk({ _index: absent })),
    "write a field that is not mapped": (ask, { there }) =>
        ask("POST", "/_bulk", bulk({ _index: there }, { [`field${Date.now()}`]: 1 })),
    search: (ask, { there }) =>
        ask("POST", "/_msearch?ignore_unavailable=true", [{ index: [there] }, { query: { match_all: {} } }]),
    "read an index's mapping": (ask, { there }) => ask("GET", `/${there}/_mapping`),
    "list indices with their sizes": (ask, { there }) =>
        ask("GET", `/_cat/indices/${there}*?h=index,store.size&bytes=b`),
    "delete an index": async (ask, { old }) => ask("DELETE", `/${await old()}`),
    "delete a document": (ask, { there }) => ask("DELETE", `/${there}/_doc/1`),
    "make an index by name": (ask, { absent }) => ask("PUT", `/${absent}-made`),
    "change an index's settings": (ask, { there }) =>
        ask("PUT", `/${there}/_settings`, { "index.blocks.write": false }),
    "close an index": (ask, { there }) => ask("POST", `/${there}/_close`),
    "search another prefix": (ask, { foreign }) => ask("POST", `/${foreign}/_search`, { size: 1 }),
    "write to another prefix": (ask, { foreign }) => ask("POST", "/_bulk", bulk({ _index: foreign })),
    "delete another prefix's index": (ask, { foreign }) => ask("DELETE", `/${foreign}`),
    "read the cluster's settings": (ask) => ask("GET", "/_cluster/settings"),
    "change the cluster's settings": (ask) =>
        ask("PUT", "/_cluster/settings", { transient: { "cluster.max_shards_per_node": 1000 } }),
    "list users": (ask) => ask("GET", "/_security/user"),
    "change a user's password": (ask) => ask("PUT", "/_security/user/x/_password", { password: "0123456789" }),
    "make an API key": (ask) => ask("POST", "/_security/api_key", { name: "test" }),
    "register a snapshot repository": (ask) =>
        ask("PUT", "/_snapshot/test", { type: "fs", settings: { location: "test" } }),
};

/** The status of the one item of a bulk request, else of the answer. */
function statusOf({ status, body }: Answer): number {
    const items = status === 200 && body.includes('"items"') ? (JSON.parse(body) as Bulk).items : undefined;
    return items?.[0].index.status ?? status;
}
interface Bulk {
    items?: { index: { status: number } }[];
}

/** Whether a user may: `yes` or `no`; any other answer is told as it is. */
function verdict(answer: Answer): string {
    const status = statusOf(answer);
    return status < 300 || status === 404 ? "yes" : status === 403 ? "no" : `${status} ${answer.body}`;
}

export function privilegesTests(stack: TestStack): void {
    describe("the privileges", () => {
        const page = read("docs/storage.md");
        const [[, ...users], ...table] = cells(page, "### Who may do what");
        const [, ...needs] = cells(page, "### What each privilege is for");

        let node: Elasticsearch;
        let indexPrefix: string;
        let test: string;
        let own: Record<string, Role>;
        let tried = 0;

        let restore: Restore;

        beforeAll(async () => {
            node = await Elasticsearch.of(stack);
            indexPrefix = (stack.settings.storage.indexPrefix as string | undefined) ?? stack.name;
            own = await node.roles();
            const lacking = needs.map(([user, on, privilege]) => without(own[user], on, privilege));
            restore = await node.withRoles(Object.fromEntries(lacking.map((role, need) => [lackingUser(need), role])));
            test = `${indexPrefix}-jaeger-test`;
            await node.admin("PUT", `/${test}-there`, NO_REPLICAS);
            await node.admin("PUT", `/${FOREIGN}`, NO_REPLICAS);
        });

        afterAll(async () => {
            const made = await node.admin("GET", `/_cat/indices/*-jaeger-test*?h=index`);
            for (const index of made.split("\n").filter((line) => line !== "")) {
                await node.admin("DELETE", `/${index}`);
            }
            await node.admin("DELETE", `/_index_template/${test}-*`);
            await restore();
        });

        /** Tries one action as a user. */
        async function mayDo(user: string, action: string): Promise<string> {
            const old = async () => {
                // It may be there still.
                await node.ask(ADMIN, "PUT", `/${test}-old`, NO_REPLICAS);
                return `${test}-old`;
            };
            const on = { there: `${test}-there`, old, absent: `${test}-absent-${++tried}`, foreign: FOREIGN };
            const answer = await ACTIONS[action](
                (method, path, body) =>
                    node.ask(
                        user,
                        method,
                        path,
                        Array.isArray(body) ? `${body.map((line) => JSON.stringify(line)).join("\n")}\n` : body,
                    ),
                on,
            );
            return verdict(answer);
        }

        it("are those that the components render", () => {
            expect(own).toEqual(parse(rendered(indexPrefix, ROLES)));
        });

        it("are what the table of docs/storage.md says, for every user and action", async () => {
            expect([...users].sort()).toEqual(ROLES.map((role) => USERS[role]).sort());
            expect(table.map(([action]) => action).sort()).toEqual(Object.keys(ACTIONS).sort());
            const found: string[][] = [];
            for (const [action] of table) {
                const row = [action];
                for (const user of users) {
                    row.push(await mayDo(user, action));
                }
                found.push(row);
            }
            expect(found).toEqual(table);
        });

        it("are each needed: without one, what it is for is refused", async () => {
            const all = Object.entries(own).flatMap(([user, { cluster, indices }]) => [
                ...cluster.map((privilege) => [user, "cluster", privilege]),
                ...indices.flatMap(({ privileges }) => privileges.map((privilege) => [user, "indices", privilege])),
            ]);
            expect(needs.map((need) => need.slice(0, 3)).sort()).toEqual(all.sort());
            const found: string[][] = [];
            for (const [index, need] of needs.entries()) {
                const [user, , , action] = need;
                found.push([...need, await mayDo(user, action), await mayDo(lackingUser(index), action)]);
            }
            expect(found).toEqual(needs.map((need) => [...need, "yes", "no"]));
        });
    });
}

/** The user that has all privileges of another but the one of a row. */
function lackingUser(need: number): string {
    return `test-${need}`;
}

/** The table of a section: its cells without code marks, its heading first. */
function cells(page: string, heading: string): string[][] {
    return rows(section(page, heading))
        .filter(([first]) => !/^-+$/.test(first))
        .map((row) => row.map((cell) => cell.replaceAll("`", "")));
}

/** A role without one of its privileges. */
function without({ cluster, indices }: Role, on: string, privilege: string): Role {
    const rest = (privileges: string[]) => privileges.filter((each) => each !== privilege);
    return {
        cluster: on === "cluster" ? rest(cluster) : cluster,
        indices: indices.map(({ names, privileges }) => ({
            names,
            privileges: on === "indices" ? rest(privileges) : privileges,
        })),
    };
}

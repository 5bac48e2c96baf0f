// An Elasticsearch with indices and backups in memory: as much of its API as backups use.
import { Answer, Ask } from "../../../../scripts/backup/node";

/** Documents by their ids, as JSON texts. */
export type Documents = Record<string, string>;

/** A node, and what was asked of it. */
export interface FakeNode {
    ask: Ask;
    indices: Record<string, Documents>;
    backups: Record<string, Record<string, Documents>>;
    asked: string[];
    /** Answers that come instead, once each, by the beginning of what is asked. */
    instead: Record<string, Answer>;
    templates: string[];
}

const done = (content: object, status = 200): Answer => ({ status, body: JSON.stringify(content) });
const refused = (reason: string, status = 400): Answer =>
    done({ error: { root_cause: [{ reason }], reason: `wrapped: ${reason}` } }, status);

/** Makes a node. */
export function fakeNode(): FakeNode {
    const node: FakeNode = { indices: {}, backups: {}, asked: [], instead: {}, templates: ["p-jaeger-span"], ask };
    let pages: [string, string][][] = [];
    return node;

    async function ask(method: string, path: string, body?: string): Promise<Answer> {
        const line = `${method} ${path.split("?")[0]}`;
        node.asked.push(line);
        const instead = Object.keys(node.instead).find((begin) => line.startsWith(begin));
        if (instead) {
            const answer = node.instead[instead];
            delete node.instead[instead];
            return answer;
        }
        return answerTo(method, path.split("?")[0].split("/"), body ?? "");
    }

    function answerTo(method: string, [first, second, third, last]: string[], body: string): Answer {
        if (first === "_resolve") {
            const names = Object.keys(node.indices).filter((name) => name.startsWith(third.replace("*", "")));
            return done({ indices: names.map((name) => ({ name })) });
        }
        if (first === "_index_template") {
            return done({ index_templates: node.templates.map((name) => ({ name })) });
        }
        if (first === "_snapshot") {
            return snapshot(method, third, last, body);
        }
        if (second === "_search" || (first === "_search" && second === "scroll")) {
            if (first !== "_search") {
                const all = Object.entries(node.indices[first]);
                const size = 2;
                pages = Array.from({ length: Math.ceil(all.length / size) }, (_, page) =>
                    all.slice(page * size, (page + 1) * size),
                );
            }
            const hits = (pages.shift() ?? []).map(([id, source]) => `{"_id":"${id}","_source":${source}}`);
            const found = hits.length > 0 ? `,"hits":{"hits":[${hits.join(",")}]}` : "";
            return { status: 200, body: `{"_scroll_id":"s=="${found}}` };
        }
        if (second === "_bulk") {
            return bulk(first, body);
        }
        if (method === "DELETE") {
            delete node.indices[first];
            return done({});
        }
        throw new Error(`not expected: ${method} ${first}/${second}`);
    }

    function bulk(index: string, body: string): Answer {
        const lines = body.trimEnd().split("\n");
        const items = [];
        for (let at = 0; at < lines.length; at += 2) {
            const { _id } = (JSON.parse(lines[at]) as { create: { _id: string } }).create;
            const status = _id in node.indices[index] ? 409 : 201;
            node.indices[index][_id] ??= lines[at + 1];
            items.push({ create: { status } });
        }
        return done({ items });
    }

    function snapshot(method: string, name: string | undefined, last: string | undefined, body: string): Answer {
        const about = (key: string) => ({
            snapshot: key,
            start_time: `2026-11-25T10:0${key.length}:00.000Z`,
            state: "SUCCESS",
            version: "8.8.2",
            indices: Object.keys(node.backups[key]).reverse(),
        });
        if (name === undefined) {
            return done({ acknowledged: true });
        }
        if (last === "_restore") {
            const wanted = JSON.parse(body) as { indices: string; rename_replacement?: string };
            const names = wanted.indices.split(",");
            const renamed = (index: string) => (wanted.rename_replacement ?? "$1").replace("$1", index);
            const there = names.map(renamed).find((index) => index in node.indices);
            if (there) {
                return refused(`cannot restore index [${there}] because an open index with same name already exists`);
            }
            names.forEach((index) => (node.indices[renamed(index)] = { ...node.backups[name][index] }));
            return done({ snapshot: { shards: { failed: 0 } } });
        }
        switch (method) {
            case "GET":
                return done({ snapshots: Object.keys(node.backups).map(about) });
            case "PUT":
                if (name in node.backups) {
                    return refused("snapshot with the same name already exists");
                }
                node.backups[name] = structuredClone(node.indices);
                return done({ snapshot: about(name) });
            default:
                delete node.backups[name];
                return done({});
        }
    }
}

// Brings a backup back beside what is stored since: nothing that is there is overwritten or deleted.
import { restoringPrefix } from "../../components/storage/configuration";
import { readPage } from "./hits";
import { Ask } from "./node";
import { Backup, expectDone, listBackups, reasonIn, restoreIndices } from "./snapshots";

/** How many documents are copied at once. */
const PAGE = 1000;

/** How often the collector may be faster than a restore: it makes an index when a day begins. */
const ATTEMPTS = 3;

/** What a restore did. */
export interface Restored {
    /** Indices that were not there, and are now. */
    indices: string[];
    /** Indices that were there, with what was added to them. */
    merged: { index: string; added: number; present: number }[];
}

/** The backup of a name, which must be whole. */
export async function findBackup(ask: Ask, name: string): Promise<Backup> {
    const backups = await listBackups(ask);
    const backup = backups.find((each) => each.name === name);
    if (!backup) {
        const names = backups.map((each) => each.name).join(", ");
        throw new Error(`There is no backup "${name}". There are: ${names === "" ? "none" : names}.`);
    }
    if (backup.state !== "SUCCESS") {
        throw new Error(`The backup "${name}" is not whole (${backup.state}), so it is not restored.`);
    }
    return backup;
}

/**
 * Restores a backup. An index that is not there comes as it was. One that is there (the collector goes on writing, and
 * has made today's) gets the documents that it lacks, by their ids: what is newer stays, and nothing is stored twice.
 */
export async function restore(
    ask: Ask,
    backup: Backup,
    indexPrefix: string,
    say: (line: string) => void,
): Promise<Restored> {
    const prefix = restoringPrefix(indexPrefix);
    await expectTemplates(ask, indexPrefix);
    await removeUnfinished(ask, prefix);
    const indices = await restoreMissing(ask, backup, indexPrefix);
    const merged = [];
    for (const index of backup.indices.filter((each) => !indices.includes(each))) {
        say(`${index} is there: adding what it lacks`);
        const copy = `${prefix}${index}`;
        expectRestored(index, await restoreIndices(ask, backup, [index], prefix));
        merged.push({ index, ...(await addMissing(ask, copy, index)) });
        expectDone(`Removing ${copy}`, await ask("DELETE", copy));
    }
    return { indices, merged };
}

/** A collector that was not started since the data were lost has not made its templates: indices come out wrong then. */
async function expectTemplates(ask: Ask, indexPrefix: string): Promise<void> {
    const answer = expectDone("The index templates", await ask("GET", `_index_template/${indexPrefix}-jaeger-span*`));
    if ((answer as { index_templates: unknown[] }).index_templates.length === 0) {
        throw new Error(
            "The collector's index templates are missing: it makes them when it starts, and the data were lost after " +
                'that. Run "npm run down" and "npm run up" first, then restore. Nothing was changed.',
        );
    }
}

/** What a restore left that was cut short. */
async function removeUnfinished(ask: Ask, prefix: string): Promise<void> {
    for (const index of await indicesLike(ask, `${prefix}*`)) {
        expectDone(`Removing ${index}`, await ask("DELETE", index));
    }
}

/** Restores the indices that are not there, and tells which those were. */
async function restoreMissing(ask: Ask, backup: Backup, indexPrefix: string): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
        const present = await indicesLike(ask, `${indexPrefix}-jaeger-*`);
        const missing = backup.indices.filter((index) => !present.includes(index));
        if (missing.length === 0) {
            return [];
        }
        const answer = await restoreIndices(ask, backup, missing);
        const madeMeanwhile = /index with same name already exists/.test(reasonIn(answer.body));
        if (!madeMeanwhile || attempt === ATTEMPTS) {
            expectRestored(missing.join(", "), answer);
            return missing;
        }
    }
}

function expectRestored(what: string, answer: Parameters<typeof expectDone>[1]): void {
    const { snapshot } = expectDone(`Restoring ${what}`, answer) as { snapshot: { shards: { failed: number } } };
    if (snapshot.shards.failed > 0) {
        throw new Error(`Restoring ${what} failed for ${snapshot.shards.failed} shards: see Elasticsearch's log.`);
    }
}

async function indicesLike(ask: Ask, pattern: string): Promise<string[]> {
    const { indices } = expectDone("The list of indices", await ask("GET", `_resolve/index/${pattern}`)) as {
        indices: { name: string }[];
    };
    return indices.map(({ name }) => name);
}

/** Adds the documents of one index that another lacks, by their ids. */
async function addMissing(ask: Ask, from: string, to: string): Promise<{ added: number; present: number }> {
    const filter = "filter_path=_scroll_id,hits.hits._id,hits.hits._source";
    const first = JSON.stringify({ size: PAGE, sort: ["_doc"] });
    const counts = { added: 0, present: 0 };
    let answer = await ask("POST", `${from}/_search?scroll=5m&${filter}`, first);
    for (;;) {
        expectDone(`Reading ${from}`, answer);
        const { scrollId, documents } = readPage(answer.body);
        if (documents.length === 0) {
            return counts;
        }
        const lines = documents.flatMap(({ id, source }) => [JSON.stringify({ create: { _id: id } }), source]);
        const path = `${to}/_bulk?filter_path=items.create.status,items.create.error.reason`;
        const { items } = expectDone(`Writing ${to}`, await ask("POST", path, `${lines.join("\n")}\n`)) as {
            items: { create: { status: number; error?: { reason: string } } }[];
        };
        for (const { create } of items) {
            if (create.status === 201) {
                counts.added++;
            } else if (create.status === 409) {
                counts.present++;
            } else {
                throw new Error(`${to} did not take a document (HTTP ${create.status}): ${create.error?.reason}`);
            }
        }
        answer = await ask("POST", `_search/scroll?${filter}`, JSON.stringify({ scroll: "5m", scroll_id: scrollId }));
    }
}

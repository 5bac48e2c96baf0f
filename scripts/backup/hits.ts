// The documents in the answer to a search, as they stand there: parsed, a long number would lose digits.

/** A document with its id, and its fields as the JSON text that Elasticsearch gave. */
export interface Document {
    id: string;
    source: string;
}

/** A page of a search. */
export interface Page {
    scrollId: string;
    documents: Document[];
}

/** Reads an answer that was asked for with `filter_path=_scroll_id,hits.hits._id,hits.hits._source`. */
export function readPage(answer: string): Page {
    const { _scroll_id, hits } = JSON.parse(answer) as { _scroll_id: string; hits?: { hits: { _id: string }[] } };
    const sources = sourceTexts(answer);
    const documents = (hits?.hits ?? []).map(({ _id }, index) => ({ id: _id, source: sources[index] }));
    return { scrollId: _scroll_id, documents };
}

/** The JSON texts of all `_source` fields: each is an object directly in a hit, three levels below the answer. */
function sourceTexts(answer: string): string[] {
    const DEPTH_OF_HIT = 4; // { "hits": { "hits": [ {
    const texts: string[] = [];
    let depth = 0;
    let begin = -1;
    for (let at = 0; at < answer.length; at++) {
        switch (answer[at]) {
            case '"':
                at = endOfText(answer, at);
                break;
            case "{":
            case "[":
                if (depth === DEPTH_OF_HIT) {
                    begin = at;
                }
                depth++;
                break;
            case "}":
            case "]":
                depth--;
                if (depth === DEPTH_OF_HIT) {
                    texts.push(answer.slice(begin, at + 1));
                }
                break;
        }
    }
    return texts;
}

/** Where the text that begins at a quote ends. */
function endOfText(json: string, begin: number): number {
    let at = begin + 1;
    while (json[at] !== '"') {
        at += json[at] === "\\" ? 2 : 1;
    }
    return at;
}

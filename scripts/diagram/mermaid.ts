// A diagram as a flowchart of Mermaid (pure).
//
// https://mermaid.js.org/syntax/flowchart.html
import { Box, Call, Diagram, Kind } from "./model";

/** How the boxes of a kind look. */
const SHAPES: Readonly<Partial<Record<Kind, readonly [string, string]>>> = {
    client: ["([", "])"],
    outside: ["([", "])"],
    database: ["[(", ")]"],
    storage: ["[(", ")]"],
};
const BOX = ["[", "]"] as const;

const ARROWS: Readonly<Record<Call["protocol"], string>> = {
    HTTP: "-->",
    HTTPS: "-->",
    "OTLP/gRPC": "-.->",
    "OTLP/HTTP": "-.->",
    PostgreSQL: "==>",
    any: "-->",
};

/** More boxes than these are many. */
const MANY = 16;

/** The text of a diagram. What exists already has a dashed border. */
export function mermaidOf({ title, description, boxes, calls, groups }: Diagram): string {
    const ids = new Map(boxes.map(({ id }, index) => [id, nodeId(id, boxes.slice(0, index))]));
    const grouped = new Set(groups.flatMap((group) => group.boxes));
    const node = (box: Box) => `${ids.get(box.id)}${shape(box)}`;
    const others = boxes.filter(({ made }) => !made).map(({ id }) => ids.get(id));
    return [
        // Many boxes stand closer, so that they still are a picture.
        ...(boxes.length > MANY ? ['%%{init: {"flowchart": {"nodeSpacing": 12}}}%%'] : []),
        "flowchart LR",
        `    accTitle: ${plain(title)}`,
        "    accDescr {",
        ...description.map((sentence) => `        ${plain(sentence)}`),
        "    }",
        ...boxes.filter(({ id }) => !grouped.has(id)).map((box) => `    ${node(box)}`),
        ...groups.flatMap((group, index) => [
            `    subgraph group${index} [${quoted(group.title)}]`,
            ...boxes.filter(({ id }) => group.boxes.includes(id)).map((box) => `        ${node(box)}`),
            "    end",
        ]),
        ...calls.map(
            ({ from, to, protocol, label }) => `    ${ids.get(from)} ${ARROWS[protocol]}|${quoted(label)}| ${ids.get(to)}`,
        ),
        ...(others.length > 0 ? ["    classDef other stroke-dasharray: 4 3", `    class ${others.join(",")} other`] : []),
        "",
    ].join("\n");
}

/** An id of letters, digits and `_`: some words mean something else in Mermaid. */
function nodeId(id: string, before: readonly Box[]): string {
    const plainId = (text: string) => `part_${text.replace(/[^A-Za-z0-9]/g, "_")}`;
    const same = before.filter((other) => plainId(other.id) === plainId(id)).length;
    return same === 0 ? plainId(id) : `${plainId(id)}__${same}`;
}

function shape({ kind, name, lines }: Box): string {
    const [open, close] = SHAPES[kind] ?? BOX;
    return `${open}"${[`<b>${escaped(name)}</b>`, ...lines.map(escaped)].join("<br/>")}"${close}`;
}

function quoted(text: string): string {
    return `"${escaped(text)}"`;
}

/** What means something to Mermaid, or to the page that it stands on, as a code of a character. */
function escaped(text: string): string {
    return text.replace(/[^\p{L}\p{N} .,:/()_+-]/gu, (character) => `#${character.codePointAt(0)};`);
}

/** A line of text that is shown to nobody's eyes: it ends at a line's end, and knows no codes. */
function plain(text: string): string {
    return text.replace(/[\s;#{}%]+/g, " ");
}

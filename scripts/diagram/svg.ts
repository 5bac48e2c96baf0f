// A diagram as SVG (pure): one file without fonts, scripts or anything else from elsewhere, in light and in dark.
import { Layout, layoutOf, PlacedCall, PlacedLabel } from "./layout";
import { LINE, NAME_SIZE, Rectangle, TEXT_SIZE, textLines, textWidth, TITLE_SIZE, wrapped } from "./measure";
import { Box, Call, Diagram } from "./model";
import { Drawn, strokesOf } from "./strokes";

/** The classes of lines, and what they say in the key. */
const STYLES: readonly (readonly [style: string, text: string, protocols: readonly Call["protocol"][]])[] = [
    ["http", "requests (HTTP)", ["HTTP", "HTTPS"]],
    ["spans", "spans (OTLP)", ["OTLP/gRPC", "OTLP/HTTP"]],
    ["database", "PostgreSQL", ["PostgreSQL"]],
    ["any", "anything outside", ["any"]],
];

const LIGHT = { paper: "#ffffff", frame: "#f6f8fa", box: "#ffffff", border: "#57606a", text: "#1f2328", faint: "#57606a", http: "#0550ae", spans: "#1a7f37", database: "#8250df", any: "#9a6700" };
const DARK: typeof LIGHT = { paper: "#0d1117", frame: "#161b22", box: "#21262d", border: "#8b949e", text: "#e6edf3", faint: "#9da7b3", http: "#79c0ff", spans: "#56d364", database: "#d2a8ff", any: "#e3b341" };

const MARGIN = 24;

/** What a dashed border says. */
const OTHER = "not made by the environment";

/** The whole file. */
export function svgOf(diagram: Diagram): string {
    const layout = layoutOf(diagram);
    const width = Math.max(layout.width, textWidth(diagram.title, TITLE_SIZE) + 2 * MARGIN, 520);
    const drawn = new Map<string, Drawn>();
    const notes = notesOf(diagram, layout, width);
    const height = layout.height + notes.height;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" aria-describedby="description">`,
        `<title id="title">${escaped(diagram.title)}</title>`,
        `<desc id="description">${escaped(diagram.description.join(" "))}</desc>`,
        `<style>${stylesheet()}</style>`,
        `<defs>${STYLES.map(([style]) => markers(style)).join("")}</defs>`,
        `<rect class="paper" width="${width}" height="${height}"/>`,
        text(MARGIN, MARGIN + 8, diagram.title, "title"),
        rectangle("frame", layout.frame, 12),
        text(layout.frame.x + 12, layout.frame.y + 20, diagram.place, "faint"),
        ...layout.calls.map((placed) => line(placed, diagram, drawn)),
        ...layout.boxes.flatMap((placed) => [
            `<g class="${placed.box.made ? "made" : "other"}">`,
            rectangle("box", placed, 6),
            ...textLines(placed, placed).map(({ text: words, isName, x, y }) => text(x, y, words, isName ? "name" : "line")),
            "</g>",
        ]),
        ...layout.labels.map((label) => text(label.x, label.y, label.text, labelStyle(label, layout.frame))),
        ...notes.lines,
        "</svg>",
        "",
    ].join("\n");
}

/** Below the picture: what the lines mean, and who is on which network. */
function notesOf(diagram: Diagram, layout: Layout, width: number): { lines: string[]; height: number } {
    const lines: string[] = [];
    let y = layout.height + 4;
    let x = MARGIN;
    for (const [style, words] of STYLES.filter(([, , protocols]) => diagram.calls.some(({ protocol }) => protocols.includes(protocol)))) {
        const end = x + 36 + 8 + textWidth(words);
        if (end > width - MARGIN && x > MARGIN) {
            [x, y] = [MARGIN, y + LINE + 4];
        }
        lines.push(`<path class="${style}" d="M${x} ${y - 4}H${x + 30}" marker-end="url(#arrow-${style})"/>`, text(x + 40, y, words, "line"));
        x += 36 + 8 + textWidth(words) + MARGIN;
    }
    if (diagram.boxes.some(({ made }) => !made)) {
        lines.push(`<g class="other">${rectangle("box", { x, y: y - 12, width: 30, height: 15 }, 3)}</g>`, text(x + 40, y, OTHER, "line"));
    }
    y += LINE + 8;
    const longest = Math.floor((width - 2 * MARGIN) / textWidth("m"));
    for (const { heading, names } of networkNotes(diagram)) {
        const [first, ...others] = wrapped(`${heading}: ${names}`, longest - 2);
        lines.push(text(MARGIN, y, first, "line"));
        y += LINE;
        for (const other of others) {
            lines.push(text(MARGIN + 16, y, other, "line"));
            y += LINE;
        }
    }
    return { lines, height: Math.ceil(y - layout.height + MARGIN / 2) };
}

function networkNotes({ networks, boxes, groups }: Diagram): { heading: string; names: string }[] {
    const nameOf = (id: string) => {
        const box = boxes.find((each) => each.id === id) as Box;
        return box.kind === "database" ? `database ${box.name}` : box.name;
    };
    if (networks.length === 0) {
        return groups.map(() => ({ heading: "NetworkPolicies", names: "inside the namespace they let in those alone that are drawn as callers." }));
    }
    return networks.map(({ name, internal, members }) => ({
        heading: `${name}${internal === undefined ? " (exists already)" : internal ? " (internal)" : ""}`,
        names: members.map(nameOf).join(", "),
    }));
}

/** A label hides the lines behind it, so it knows what is behind them. */
function labelStyle({ x, before }: PlacedLabel, frame: Rectangle): string {
    const isInside = x > frame.x && x < frame.x + frame.width;
    return ["label", ...(before ? ["before"] : []), ...(isInside ? ["inside"] : [])].join(" ");
}

/** A call; what it shares with one of its kind that is drawn already is not drawn again. */
function line({ call, points }: PlacedCall, { boxes }: Diagram, drawn: Map<string, Drawn>): string {
    const [style] = STYLES.find(([, , protocols]) => protocols.includes(call.protocol)) ?? STYLES[0];
    const before = drawn.get(style) ?? new Map<string, never>();
    drawn.set(style, before);
    const paths = strokesOf(points, before).map((stroke) => {
        const path = stroke.points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
        const start = stroke.startsOnLine ? ` marker-start="url(#dot-${style})"` : "";
        return `<path d="${path}"${start} marker-end="url(#${stroke.endsOnLine ? "dot" : "arrow"}-${style})"/>`;
    });
    const name = (id: string) => boxes.find((box) => box.id === id)?.name ?? id;
    const words = `${name(call.from)} to ${name(call.to)}: ${call.label}`;
    return `<g class="${style}"><title>${escaped(words)}</title>${paths.join("")}</g>`;
}

function rectangle(style: string, { x, y, width, height }: Rectangle, radius: number): string {
    return `<rect class="${style}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`;
}

function text(x: number, y: number, words: string, style: string): string {
    return `<text class="${style}" x="${Math.round(x)}" y="${Math.round(y)}">${escaped(words)}</text>`;
}

/** An arrow's head, and the dot where one line leaves another. */
function markers(style: string): string {
    const marker = (name: string, size: number, refX: number, shape: string) =>
        `<marker id="${name}-${style}" viewBox="0 0 8 8" refX="${refX}" refY="4" markerWidth="${size}" markerHeight="${size}" markerUnits="userSpaceOnUse" orient="auto">${shape}</marker>`;
    return [
        marker("arrow", 9, 7.5, `<path class="head ${style}" d="M0 0.5L8 4L0 7.5z"/>`),
        marker("dot", 6, 4, `<circle class="head ${style}" cx="4" cy="4" r="3.5"/>`),
    ].join("");
}

function stylesheet(): string {
    const variables = (colors: typeof LIGHT) => Object.entries(colors).map(([name, color]) => `--${name}:${color}`).join(";");
    return [
        `:root{${variables(LIGHT)}}`,
        `@media(prefers-color-scheme:dark){:root{${variables(DARK)}}}`,
        `text{font:${TEXT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:var(--text)}`,
        `.title{font-size:${TITLE_SIZE}px;font-weight:600}`,
        `.name{font-size:${NAME_SIZE}px;font-weight:600}`,
        ".faint,.line{fill:var(--faint)}",
        ".label{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}",
        ".inside{stroke:var(--frame)}",
        ".before{text-anchor:end}",
        ".paper{fill:var(--paper)}",
        ".frame{fill:var(--frame);stroke:var(--border);stroke-opacity:.5}",
        ".box{fill:var(--box);stroke:var(--border)}",
        ".other .box{stroke-dasharray:5 3}",
        "path{fill:none;stroke-width:1.5}",
        ...STYLES.map(([style]) => `.${style}{stroke:var(--${style})}`),
        ".spans{stroke-dasharray:6 3}",
        ".any{stroke-dasharray:2 3}",
        ...STYLES.map(([style]) => `.head.${style}{fill:var(--${style});stroke:none}`),
    ].join("");
}

/** What means something in XML as an entity; characters that XML has not are gone. */
function escaped(words: string): string {
    const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
    return words.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, "").replace(/[&<>"]/g, (character) => entities[character]);
}

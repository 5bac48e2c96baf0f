// A trace as a waterfall of text: a row per span, below its parent, with a bar drawn to scale.
import { Span } from "./otlp";
import { counted, printable } from "./text";

/** How the text may look. */
export interface Canvas {
    /** Columns to use; kept between 80 and 140. */
    columns: number;
    /** Whether escape sequences for colour may be used. */
    colour: boolean;
}

/** A span at its place in the tree, with what is drawn of it. */
export interface Row {
    span: Span;
    /** 0 for a root. */
    depth: number;
    /** Milliseconds from the trace's start. */
    startMs: number;
    durationMs: number;
    /** Where it starts in the whole trace, from 0 to 1. */
    offset: number;
    /** Of the whole trace's duration, from 0 to 1. */
    share: number;
}

/** The titles of a waterfall's columns, but for the bar's. */
export const COLUMN_TITLES = ["service", "span", "start ms", "ms", "share"] as const;

const MIN_COLUMNS = 80;
const MAX_COLUMNS = 140;
const SERVICE_COLUMNS = 16;
const NUMBER_COLUMNS = 10;
const SHARE_COLUMNS = 7;
/** The mark of an error, and the space around names and bars. */
const GAPS = 5;

function milliseconds(nanoseconds: bigint): number {
    return Number(nanoseconds) / 1e6;
}

/** The rows of a trace in the order of the tree: each span below its parent, siblings by start. */
export function rowsOf(spans: readonly Span[]): Row[] {
    if (spans.length === 0) {
        return [];
    }
    const start = spans.reduce((least, span) => (span.start < least ? span.start : least), spans[0].start);
    const end = spans.reduce((most, span) => (span.end > most ? span.end : most), spans[0].end);
    const whole = milliseconds(end - start);
    const ids = new Set(spans.map((span) => span.spanId));
    const sorted = [...spans].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    const rows: Row[] = [];
    const drawn = new Set<Span>();
    const draw = (span: Span, depth: number) => {
        if (drawn.has(span)) {
            return;
        }
        drawn.add(span);
        const startMs = milliseconds(span.start - start);
        const durationMs = milliseconds(span.end - span.start);
        const [offset, share] = whole > 0 ? [startMs / whole, durationMs / whole] : [0, 1];
        rows.push({ span, depth, startMs, durationMs, offset, share });
        sorted.filter((each) => each.parentSpanId === span.spanId).forEach((child) => draw(child, depth + 1));
    };
    sorted
        .filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId))
        .forEach((root) => draw(root, 0));
    // Spans that name one another as parents in a ring have no root.
    sorted.forEach((span) => draw(span, 0));
    return rows;
}

/** The span's name, with the path where the name lacks it: Traefik calls every request by its method. */
export function labelOf(span: Span): string {
    const path = span.attributes["url.path"];
    const named = span.name || "(no name)";
    return span.kind === "server" && path !== undefined && !named.includes("/") ? `${named} ${path}` : named;
}

function fit(text: string, columns: number): string {
    const clean = printable(text);
    return clean.length > columns ? `${clean.slice(0, columns - 1)}…` : clean.padEnd(columns);
}

/** What a trace comes to: how long it took, and how many spans of how many services it has. */
export function totalsOf(rows: readonly Row[]): string[] {
    const wholeMs = Math.max(...rows.map((row) => row.startMs + row.durationMs));
    const services = new Set(rows.map(({ span }) => span.service)).size;
    return [`${wholeMs.toFixed(1)} ms`, counted(rows.length, "span"), counted(services, "service")];
}

/** Start, duration and share of a span as people read them, in the units of the columns' titles. */
export function figuresOf({ startMs, durationMs, share }: Row): [start: string, duration: string, share: string] {
    return [startMs.toFixed(1), durationMs.toFixed(1), `${(share * 100).toFixed(1)}%`];
}

/** The failed spans of a trace, each with what went wrong. */
export function errorsOf(rows: readonly Row[]): string[] {
    return rows
        .map(({ span }) => span)
        .filter(({ error }) => error)
        .map((span) => `${span.service}: ${labelOf(span)}: ${errorText(span)}`);
}

function errorText(span: Span): string {
    const status = span.attributes["http.response.status_code"] ?? span.attributes["http.status_code"];
    return span.message ?? (status === undefined ? "failed" : `HTTP ${status}`);
}

function bar({ offset, share }: Row, columns: number): string {
    const from = Math.min(Math.round(offset * columns), columns - 1);
    const length = Math.min(Math.max(Math.round(share * columns), 0), columns - from);
    return " ".repeat(from) + (length === 0 ? "▏" : "█".repeat(length));
}

/** What stands in a line: the mark of an error, service, span, start, duration, share, bar. */
type Cells = [string, string, string, string, string, string, string];

function cellsOf(row: Row, barColumns: number): Cells {
    return [
        row.span.error ? "!" : " ",
        row.span.service,
        "  ".repeat(row.depth) + labelOf(row.span),
        ...figuresOf(row),
        bar(row, barColumns),
    ];
}

/** The waterfall of one trace, with a line that sums it up; no line is longer than the canvas. */
export function waterfall(spans: readonly Span[], canvas: Canvas): string {
    const rows = rowsOf(spans);
    if (rows.length === 0) {
        return "(no spans)";
    }
    const columns = Math.min(Math.max(canvas.columns, MIN_COLUMNS), MAX_COLUMNS);
    const longestService = Math.max(...rows.map(({ span }) => span.service.length), "service".length);
    const serviceColumns = Math.min(longestService, SERVICE_COLUMNS);
    const free = columns - serviceColumns - NUMBER_COLUMNS * 2 - SHARE_COLUMNS - GAPS;
    const longestName = Math.max(...rows.map((row) => row.depth * 2 + labelOf(row.span).length), 4);
    const nameColumns = Math.min(longestName, Math.floor(free * 0.55));

    const line = ([mark, service, name, start, duration, share, drawn]: Cells) =>
        [
            `${mark} ${fit(service, serviceColumns)} ${fit(name, nameColumns)}`,
            start.padStart(NUMBER_COLUMNS),
            duration.padStart(NUMBER_COLUMNS),
            share.padStart(SHARE_COLUMNS),
            `  ${drawn}`,
        ]
            .join("")
            .trimEnd();
    const red = (text: string) => (canvas.colour ? `\u001b[31m${text}\u001b[0m` : text);
    return [
        [`trace ${rows[0].span.traceId}`, ...totalsOf(rows)].join("  "),
        line([" ", ...COLUMN_TITLES, ""]),
        ...rows.map((row) => {
            const text = line(cellsOf(row, free - nameColumns));
            return row.span.error ? red(text) : text;
        }),
        ...errorsOf(rows)
            .map((error) => fit(`! ${error}`, columns).trimEnd())
            .map(red),
    ].join("\n");
}

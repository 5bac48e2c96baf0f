// A report as a page of HTML that needs nothing else: no request, no script.
import { MARKS, QUESTIONS, verdictText } from "../report";
import { Check, AppReport, ReadTrace, Report } from "../verify";
import { COLUMN_TITLES, Row, errorsOf, figuresOf, labelOf, rowsOf, totalsOf } from "../waterfall";
import { Html, html } from "./html";
import { COLOURS, STYLE } from "./style";

/** Should anything of a span ever come through as HTML, the browser would still load and run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The report as a page: when and where, then each app's checks and the waterfall of each trace. */
export function htmlReport(report: Report): string {
    const { environment, at, whole, notes, apps } = report;
    const [verdict, words] = whole ? (["whole", "Nothing is broken."] as const) : (["broken", brokenWhere(apps)] as const);
    const page = html`<!doctype html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>Traces of ${environment}: ${verdict}</title>
                <style>
                    ${new Html(STYLE)}
                </style>
            </head>
            <body>
                <header>
                    <h1>Traces of ${environment}</h1>
                    <p><strong class="${verdict}">${MARKS[verdict]} ${words}</strong></p>
                    <p class="quiet">Verified <time datetime="${at.toISOString()}">${utc(at)}</time></p>
                </header>
                ${notes.map((note) => html`<p class="undecided">${note}</p>`)}
                <main>${apps.map(appSection)}</main>
            </body>
        </html>`;
    return `${page.text.replace(/\n\s+/g, "\n")}\n`;
}

function brokenWhere(apps: readonly AppReport[]): string {
    const hops = apps.flatMap(({ service, checks }) => checks.flatMap(({ hop }) => (hop ? [`${service} at ${hop}`] : [])));
    return `Broken: ${hops.join(", ")}.`;
}

function utc(at: Date): string {
    return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function appSection({ service, url, checks, traces }: AppReport): Html {
    return html`<section aria-label="${service}">
        <h2>${service}</h2>
        <p class="quiet">${url}</p>
        <ul class="checks">
            ${checks.map(checkItem)}
        </ul>
        ${traces.filter(({ spans }) => spans.length > 0).map(traceTable)}
    </section>`;
}

function checkItem(check: Check): Html {
    const { name, verdict, summary, evidence, mend } = check;
    const advice = mend === "" ? [] : [html`<p><strong>What to do:</strong> ${mend}</p>`];
    const seen = evidence.length === 0 ? [] : [html`<ul>${evidence.map((each) => html`<li>${each}</li>`)}</ul>`];
    return html`<li class="${verdict}">
        <h3>${sentence(QUESTIONS[name])}</h3>
        <p class="verdict">${MARKS[verdict]} ${verdictText(check)}</p>
        <p>${summary}</p>
        ${seen} ${advice}
    </li>`;
}

function sentence(text: string): string {
    return text[0].toUpperCase() + text.slice(1);
}

// The roles are those that the elements have by themselves; laid out as lines on a phone they would lose them.
function traceTable({ instance, spans }: ReadTrace): Html {
    const rows = rowsOf(spans);
    const services = [...new Set(rows.map(({ span }) => span.service))];
    const errors = errorsOf(rows);
    const titles = [...COLUMN_TITLES, "timeline"].map((title) => html`<th scope="col" role="columnheader">${title}</th>`);
    return html`<table role="table">
            <caption>
                <strong>${instance === undefined ? "A trace" : `Served by ${instance}`}</strong><br />
                <span class="quiet">${totalsOf(rows).join(", ")}, trace <code>${rows[0].span.traceId}</code></span>
            </caption>
            <thead role="rowgroup">
                <tr role="row">
                    ${titles}
                </tr>
            </thead>
            <tbody role="rowgroup">
                ${rows.map((row) => spanRow(row, services.indexOf(row.span.service) % COLOURS))}
            </tbody>
        </table>
        ${errors.length === 0 ? [] : html`<ul class="errors">${errors.map((error) => html`<li>${error}</li>`)}</ul>`}`;
}

function spanRow(row: Row, colour: number): Html {
    const { span, depth, offset, share } = row;
    const [start, duration, part] = figuresOf(row);
    const mark = span.error ? html`<strong>error</strong> ` : html``;
    return html`<tr role="row" class="service-${colour}${span.error ? " failed" : ""}">
        <td role="cell" class="service">${span.service}</td>
        <th role="rowheader" scope="row" class="span"><span style="--depth: ${depth}">${mark}${labelOf(span)}</span></th>
        <td role="cell" class="number" data-before="at ">${start}</td>
        <td role="cell" class="number" data-after=" ms">${duration}</td>
        <td role="cell" class="number">${part}</td>
        <td role="cell" class="bar-cell">
            <div class="track"><div class="bar" style="--from: ${percent(offset)}; --length: ${percent(share)}"></div></div>
        </td>
    </tr>`;
}

function percent(fraction: number): string {
    return `${(Math.min(Math.max(fraction, 0), 1) * 100).toFixed(3)}%`;
}

// How the page looks: light and dark, on wide screens a table, on narrow ones three lines per span.

/** Colours of bars; a page with more services begins again. */
export const COLOURS = 8;

const LIGHT = ["#0969da", "#bc4c00", "#1a7f37", "#8250df", "#0e7c86", "#9a6700", "#bf3989", "#57606a"];
const DARK = ["#58a6ff", "#f0883e", "#3fb950", "#bc8cff", "#39c5cf", "#d29922", "#f778ba", "#8b949e"];

const variables = (colours: readonly string[]) => colours.map((colour, index) => `--service-${index}: ${colour};`).join(" ");
const services = LIGHT.map((_, index) => `.service-${index} { --service: var(--service-${index}); }`).join("\n");

/** The page's style sheet. */
export const STYLE = `
:root {
    color-scheme: light dark;
    --text: #1f2328; --quiet: #59636e; --page: #ffffff; --card: #f3f5f8; --line: #d1d9e0;
    --whole: #1a7f37; --broken: #d1242f; --undecided: #9a6700;
    ${variables(LIGHT)}
}
@media (prefers-color-scheme: dark) {
    :root {
        --text: #e6edf3; --quiet: #9198a1; --page: #0d1117; --card: #151b23; --line: #3d444d;
        --whole: #3fb950; --broken: #ff7b72; --undecided: #d29922;
        ${variables(DARK)}
    }
}
${services}
* { box-sizing: border-box; }
body {
    margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 3rem;
    font: 1rem/1.5 system-ui, "Liberation Sans", sans-serif;
    color: var(--text); background: var(--page); overflow-wrap: anywhere;
}
h1, h2, h3 { line-height: 1.25; margin: 0; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.3rem; margin-top: 2.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; font-weight: 600; }
p, ul { margin: 0.35rem 0 0; }
.quiet { color: var(--quiet); }
.whole { color: var(--whole); } .broken { color: var(--broken); } .undecided { color: var(--undecided); }
.checks { list-style: none; padding: 0; display: grid; gap: 0.75rem; margin: 1rem 0 0; }
.checks > li {
    border: 1px solid var(--line); border-left: 4px solid currentColor; border-radius: 6px;
    padding: 0.7rem 1rem; background: var(--card);
}
.checks > li > * { color: var(--text); }
.checks .verdict { color: inherit; font-weight: 600; }
.checks ul { padding-left: 1.2rem; color: var(--quiet); }
table { width: 100%; border-collapse: collapse; table-layout: fixed; margin-top: 1.75rem; font-size: 0.9rem; }
caption { text-align: left; padding-bottom: 0.6rem; }
caption strong { font-size: 1rem; }
caption code { font-size: 0.85rem; }
th, td { padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; }
tbody th { font-weight: 400; }
thead th:nth-child(1) { width: 14%; } thead th:nth-child(2) { width: 27%; }
thead th:nth-child(n + 3):nth-child(-n + 5) { width: 5.4rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.service::before {
    content: ""; display: inline-block; width: 0.65rem; height: 0.65rem; border-radius: 2px;
    margin-right: 0.45rem; background: var(--service);
}
.span > span { display: block; padding-left: calc(min(var(--depth), 12) * 0.9rem); }
.track { position: relative; height: 0.9rem; margin-top: 0.25rem; background: var(--card); border-radius: 3px; overflow: hidden; }
.bar {
    position: absolute; top: 0; bottom: 0; min-width: 3px; border-radius: 3px; background: var(--service);
    left: min(var(--from), 100% - 3px); width: var(--length); print-color-adjust: exact;
}
.failed .span, .errors { color: var(--broken); }
.failed .bar { outline: 2px solid var(--broken); outline-offset: -2px; }
@media (max-width: 44rem) {
    body { padding: 1rem 0.75rem 2rem; }
    table, tbody, caption { display: block; }
    thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    tbody tr {
        display: grid; grid-template-columns: 1fr auto auto auto; column-gap: 0.8rem;
        padding: 0.5rem 0; border-bottom: 1px solid var(--line);
    }
    th, td { border: 0; padding: 0; }
    .span { grid-column: 1 / -1; grid-row: 1; }
    .bar-cell { grid-column: 1 / -1; }
    .number::before { content: attr(data-before); color: var(--quiet); }
    .number::after { content: attr(data-after); color: var(--quiet); }
}
`;

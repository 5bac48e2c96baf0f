// The page of a verification as HTML: what is on it, and that nothing of a span becomes HTML.
import { html } from "../../../scripts/verify/page/html";
import { htmlReport } from "../../../scripts/verify/page/page";
import { reportOf } from "./reports";
import { recorded } from "./recorded";
import { span, wholeTrace } from "./traces";

/** The page's text as a reader sees it, without its style sheet. */
function readable(page: string): string {
    return page
        .replace(/<style>.*?<\/style>/s, "")
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ");
}

describe("a template", () => {
    test.each([
        ["text", "<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"],
        ["control characters", "\u001b[2J", "?[2J"],
        ["a number", 7, "7"],
        ["HTML", html`<b>${"<"}</b>`, "<b>&lt;</b>"],
        ["several pieces of HTML", [html`<i></i>`, html`${"&"}`], "<i></i>&amp;"],
    ])("renders %s", (_, value, expected) => expect(html`${value}`.text).toBe(expected));
});

describe("the page", () => {
    const failed = recorded("trace-of-failed-request");

    test("says of which environment it is, and when", () => {
        const page = htmlReport(reportOf([{ instance: "shop-0", spans: failed }]));
        expect(page).toContain("<title>Traces of dev: whole</title>");
        expect(page).toContain('<time datetime="2026-11-25T10:20:30.000Z">2026-11-25 10:20:30 UTC</time>');
        expect(readable(page)).toContain("✓ Nothing is broken.");
    });

    test("has a row for each span, with service, name, start, duration, share and a bar to scale", () => {
        const page = htmlReport(reportOf([{ instance: "shop-0", spans: wholeTrace() }]));
        expect(page.match(/<tr role="row" class="service-\d/g)).toHaveLength(4);
        expect(readable(page)).toContain("Served by shop-0 20.0 ms, 4 spans, 2 services, trace 0000");
        expect(readable(page)).toContain("shop SELECT 4.0 10.0 50.0%");
        expect(page).toContain('style="--from: 20.000%; --length: 50.000%"');
        expect(page).toContain('style="--depth: 3"');
    });

    test("tells errors, and the verdicts with their evidence and what to do", () => {
        const broken = {
            name: "path" as const,
            verdict: "broken" as const,
            hop: "app-untraced" as const,
            summary: "shop did not trace.",
            evidence: ["2 spans of ingress."],
            mend: "Check its log.",
        };
        const text = readable(htmlReport(reportOf([{ instance: undefined, spans: failed }], [broken])));
        expect(text).toContain("✗ Broken: shop at app-untraced.");
        expect(text).toContain("✗ broken at app-untraced shop did not trace. 2 spans of ingress.");
        expect(text).toContain("What to do: Check its log.");
        expect(text).toContain("shop: GET: boom");
        expect(text).toContain("A trace 16.5 ms, 4 spans");
    });

    test("shows what stands in names and answers as text", () => {
        const evil = '<script>alert("1")</script>';
        const instance = `"><img src=x onerror=alert(2)>`;
        const spans = [span("01", undefined, 0, 1, { name: evil, service: evil, instance, error: true, message: evil })];
        const page = htmlReport(reportOf([{ instance, spans }], [], { environment: evil, url: evil, service: evil }));
        expect(page).not.toMatch(/<script|<img/);
        expect(page).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    });

    test("loads nothing and runs nothing", () => {
        const page = htmlReport(reportOf([{ instance: "shop-0", spans: failed }]));
        expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"`);
        expect(page).not.toMatch(/<(script|link|img|iframe|object)|@import|url\(| (src|href)=/);
    });

    test("is whole without any trace", () => {
        expect(readable(htmlReport(reportOf([])))).toContain("✓ Nothing is broken.");
        expect(htmlReport(reportOf([]))).not.toContain("<table");
    });
});

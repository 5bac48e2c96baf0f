// One run of the canary: what it sends, and what it says is missing, by a wget that answers as the real ones do.
import * as fs from "node:fs";
import * as path from "node:path";

import { run } from "../platform/docker/shell";
import { useTemporaryFolder } from "../temporaryFolder";

const SCRIPT = path.join(__dirname, "../../../../components/observability/canary.sh");

/** Answers as busybox does: headers and errors on standard error, the body on standard output. */
const WGET = `#!/bin/sh
printf '%s\\n' "$@" >> "$FAKE/arguments"
for url; do :; done
case $url in
    http://ingress:8000* | https://ingress:8443*) cat "$FAKE/ingress" >&2; exit 0 ;;
    http://query:16686/api/v3/traces/*) cat "$FAKE/query"; exit "$(cat "$FAKE/query-code")" ;;
    *) echo "wget: bad address" >&2; exit 1 ;;
esac
`;

const folder = useTemporaryFolder();
const file = (name: string) => path.join(folder(), name);

/** A trace as Jaeger's API tells it, with the resources of some services. */
function trace(...services: string[]): string {
    const resourceSpans = services.map((service) => ({
        resource: {
            attributes: [
                { key: "host.name", value: { stringValue: "host" } },
                { key: "service.name", value: { stringValue: service } },
            ],
        },
        scopeSpans: [{ spans: [{ name: "GET" }] }],
    }));
    return JSON.stringify({ result: { resourceSpans } });
}

interface Run {
    ingress?: string;
    service?: string;
    query?: string;
    queryCode?: number;
    routes?: string;
    url?: string;
}

const ANSWER = "Connecting to ingress:8000 (10.0.0.1:8000)\n  HTTP/1.1 200 OK\n  Server: gunicorn\n";
const NOT_FOUND = "wget: server returned error: HTTP/1.1 404 Not Found";

/** Runs the canary once, each route once. */
function canary({ ingress = ANSWER, service = "ingress", query = trace("ingress", "shop"), queryCode = 0, routes, url }: Run) {
    fs.writeFileSync(file("wget"), WGET, { mode: 0o755 });
    fs.writeFileSync(file("ingress"), ingress);
    fs.writeFileSync(file("query"), query);
    fs.writeFileSync(file("query-code"), String(queryCode));
    const { status, stdout, stderr } = run(["/bin/sh", SCRIPT], {
        PATH: `${folder()}:${process.env.PATH}`,
        FAKE: folder(),
        INGRESS_URL: url ?? "http://ingress:8000",
        INGRESS_SERVICE: service,
        QUERY_URL: "http://query:16686",
        ROUTES: routes ?? "shop shop.example.org /",
        RUN_SECONDS: "0",
        TRACE_SECONDS: "0",
    });
    const sent = fs.existsSync(file("arguments")) ? fs.readFileSync(file("arguments"), "utf8").split("\n") : [];
    return { status, text: stdout.trimEnd(), stderr, sent };
}

/** What it said, with a word in the place of the trace's id. */
const said = (text: string) => text.replace(/[0-9a-f]{32}/g, "<id>");

describe("a trace that is whole", () => {
    it("is told with its id", () => {
        const { status, text, stderr } = canary({});
        expect({ status, text: said(text), stderr }).toEqual({
            status: 0,
            text: "canary: shop: trace <id> is whole",
            stderr: "",
        });
    });

    it("is asked for by the id that was sent, sampled, with the host of the route", () => {
        const { text, sent } = canary({ routes: "shop shop.example.org /api" });
        const [id] = /[0-9a-f]{32}/.exec(text) ?? [];
        expect(sent.filter((each) => /^traceparent/.test(each))[0]).toMatch(new RegExp(`^traceparent: 00-${id}-[0-9a-f]{16}-01$`));
        expect(sent).toEqual(
            expect.arrayContaining([
                "Host: shop.example.org",
                "http://ingress:8000/api",
                `User-Agent: traced-environment-canary/${id}`,
                `http://query:16686/api/v3/traces/${id}`,
            ]),
        );
    });

    it("needs no host, and no certificate of the name inside", () => {
        const { status, sent } = canary({ routes: "shop - /", url: "https://ingress:8443" });
        expect(status).toBe(0);
        expect(sent.filter((each) => /^Host/.test(each))).toEqual([]);
        expect(sent).toContain("--no-check-certificate");
    });

    it("begins at the app where the ingress traces nothing", () => {
        expect(canary({ query: trace("shop"), service: "" }).status).toBe(0);
        expect(canary({ query: trace("stock"), service: "" }).status).toBe(1);
    });

    it("may have spaces in its JSON, and spans of others", () => {
        const query = JSON.stringify(JSON.parse(trace("ingress", "shop", "stock")), undefined, 2);
        expect(canary({ query }).status).toBe(0);
    });
});

describe("what is missing is named", () => {
    test.each<[string, Run, string]>([
        [
            "the ingress",
            { ingress: "wget: can't connect to remote host (10.0.0.1): Connection refused\n" },
            "the ingress: http://ingress:8000 gives no answer (wget: can't connect to remote host (10.0.0.1): Connection refused)",
        ],
        [
            "the app's spans",
            { query: trace("ingress"), ingress: "  HTTP/1.1 502 Bad Gateway\n" },
            "the spans of shop: trace <id> has those of ingress alone; the ingress answered with HTTP 502",
        ],
        [
            "the ingress's spans",
            { query: trace("shop") },
            "the spans of ingress: trace <id> has those of shop alone; the ingress answered with HTTP 200",
        ],
        [
            "both, where others have some",
            { query: trace("stock") },
            "the spans of ingress and shop: trace <id> has those of stock alone; the ingress answered with HTTP 200",
        ],
        [
            "all spans",
            { query: NOT_FOUND, queryCode: 1 },
            "all spans of trace <id>; the ingress answered with HTTP 200",
        ],
        ["all spans, in an empty answer", { query: trace() }, "all spans of trace <id>; the ingress answered with HTTP 200"],
        [
            "the query role",
            { query: "wget: server returned error: HTTP/1.1 500 Internal Server Error", queryCode: 1 },
            "the query role: http://query:16686 can't be read (wget: server returned error: HTTP/1.1 500 Internal Server " +
                "Error); the ingress answered with HTTP 200",
        ],
    ])("%s", (_, broken, missing) => {
        const { status, text } = canary(broken);
        expect({ status, text: said(text) }).toEqual({ status: 1, text: `canary: shop: missing: ${missing}` });
    });

    it("of one route, when the others are whole", () => {
        const { status, text } = canary({ routes: "shop shop.example.org /\nstock - /stock\nshop - /again" });
        expect(status).toBe(1);
        expect(said(text).split("\n")).toEqual([
            "canary: shop: trace <id> is whole",
            "canary: stock: missing: the spans of stock: trace <id> has those of ingress shop alone; the ingress answered with HTTP 200",
            "canary: shop: trace <id> is whole",
        ]);
    });

    it("also when a service's name is part of another's", () => {
        expect(canary({ query: trace("ingress", "shop-admin", "workshop") }).status).toBe(1);
    });
});

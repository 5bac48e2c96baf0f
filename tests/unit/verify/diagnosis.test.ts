// The truth table of the diagnosis: from what was observed to the hop that is named.
import { Answer, QueryState } from "../../../scripts/verify/answers";
import { diagnose, diagnoseInstances } from "../../../scripts/verify/diagnosis";
import { HOPS, Observations } from "../../../scripts/verify/observations";
import { EXPECTED, span, wholeTrace } from "./traces";

const answered = (status: number, body = "", headers: Record<string, string> = {}): Answer => ({
    kind: "answered",
    status,
    headers,
    body,
});
const REFUSED: Answer = {
    kind: "failed",
    code: "ECONNREFUSED",
    message: "connect ECONNREFUSED 127.0.0.1:8080",
};
const ABSENT: QueryState = { kind: "absent" };
const NO_ROUTE = answered(404, "404 page not found\n");
const [server, client, app, database] = wholeTrace();

function seen(changes: Partial<Observations>): Observations {
    const spans = changes.spans ?? wholeTrace();
    return {
        expected: EXPECTED,
        request: answered(200, "<h1>Shop</h1>"),
        query: spans.length > 0 ? { kind: "read", spans: [...spans], body: {} } : ABSENT,
        spans,
        elsewhere: undefined,
        otherServices: [],
        sampleRate: 1,
        requests: 1,
        forced: true,
        provenWhole: false,
        storageComplaints: [],
        waitedSeconds: 30,
        ...changes,
    };
}

const ordinary = { forced: false, provenWhole: true, expected: { ...EXPECTED, parent: undefined } };
const root = { ...server, parentSpanId: undefined };

type Case = [what: string, changes: Partial<Observations>, verdict: string, evidence: string];

const behind = { ...EXPECTED, ingress: "the controller", startsAtApp: true };
const first = { ...app, parentSpanId: EXPECTED.parent };

const TABLE: Case[] = [
    ["behind an existing ingress, a trace from the app on", { expected: behind, spans: [first, database] }, "whole", ""],
    [
        "behind an existing ingress, the app below something that was not sent",
        { expected: behind, spans: [{ ...first, parentSpanId: "00000000000000ee" }, database] },
        "foreign-root",
        "The parent of its server span is 00000000000000ee",
    ],
    [
        "behind an existing ingress, no span while others arrive",
        { expected: behind, spans: [], otherServices: ["other"] },
        "app-untraced",
        "Meanwhile other spans arrived, of other",
    ],
    [
        "behind an existing ingress, only some of the app's requests are traced",
        { expected: behind, spans: [], otherServices: ["shop"], sampleRate: 0.1 },
        "not-sampled",
        "The sample rate is 0.1.",
    ],
    [
        "behind an existing ingress, nothing at all",
        { expected: behind, spans: [] },
        "collector-unreachable",
        "no other span of any service arrived",
    ],
    [
        "behind an existing ingress, its 404 before any span",
        { expected: behind, request: answered(404, "<center>nginx</center>"), spans: [] },
        "route-missing",
        "and no span of shop",
    ],
    [
        "behind an existing ingress, its 503 before any span",
        { expected: behind, request: answered(503, "no healthy upstream"), spans: [] },
        "app-down",
        "and no span of shop",
    ],
    [
        "behind an existing ingress, the app's own 404",
        { expected: behind, request: answered(404, "no such page"), spans: [first, database] },
        "whole",
        'HTTP 404 "no such page"',
    ],
    ["all hops, each below its parent", {}, "whole", ""],
    ["the app's own error", { request: answered(500, "oops") }, "whole", 'HTTP 500 "oops"'],
    ["the app's own 404 like Traefik's, told by its span", { request: NO_ROUTE }, "whole", "HTTP 404"],
    [
        "detailed spans of Traefik between its two",
        {
            spans: [
                server,
                span("05", "01", 0, 20, { kind: "internal" }),
                { ...client, parentSpanId: "05" },
                app,
                database,
            ],
        },
        "whole",
        "",
    ],
    [
        "a page without the database",
        { spans: [server, client, app], expected: { ...EXPECTED, database: false } },
        "whole",
        "",
    ],
    [
        "the app's database span without its server span",
        { spans: [server, client, database] },
        "spans-lost",
        'shop "SELECT" names 03 as its parent',
    ],
    [
        "the request in another trace than it asked for",
        { spans: [], elsewhere: "a".repeat(32), otherServices: ["ingress", "shop"] },
        "foreign-root",
        "is in the trace aaaa",
    ],
    ["no answer at all", { request: REFUSED, spans: [] }, "ingress-unreachable", "ECONNREFUSED"],
    [
        "Traefik's 404 and its server span only",
        { request: NO_ROUTE, spans: [server] },
        "route-missing",
        "Traefik's own",
    ],
    [
        "Traefik's 404 before any span",
        { request: NO_ROUTE, spans: [] },
        "route-missing",
        "404 page not found",
    ],
    [
        "Traefik's 404 while the query API is away",
        { request: NO_ROUTE, spans: [], query: { kind: "unreachable", evidence: "x" } },
        "route-missing",
        "Traefik's own",
    ],
    [
        "bad gateway",
        { request: answered(502, "Bad Gateway"), spans: [server, client] },
        "app-down",
        "shop-0:8000",
    ],
    [
        "no healthy instance",
        { request: answered(503, "no available server"), spans: [server] },
        "app-down",
        "HTTP 503",
    ],
    ["gateway timeout", { request: answered(504, "Gateway Timeout"), spans: [] }, "app-down", "HTTP 504"],
    [
        "a redirect by the ingress",
        { request: answered(301), spans: [server] },
        "ingress-answered",
        "HTTP 301",
    ],
    [
        "an app's 404 with other words",
        { request: answered(404, "gone"), spans: [server, client] },
        "app-untraced",
        "404",
    ],
    [
        "only the app's spans, below ours",
        { spans: [{ ...app, parentSpanId: EXPECTED.parent }, database] },
        "ingress-untraced",
        "passed it on",
    ],
    [
        "only the app's spans, below the lost",
        { spans: [app, database] },
        "ingress-untraced",
        "2 spans of shop",
    ],
    ["only the ingress's spans", { spans: [server, client] }, "app-untraced", "shop-0:8000"],
    [
        "the app elsewhere",
        { spans: [server, client], otherServices: ["shop"] },
        "context-lost",
        "other traces",
    ],
    [
        "the app below the wrong span",
        { spans: [server, client, { ...app, parentSpanId: "01" }, database] },
        "context-lost",
        "is 01, expected 02",
    ],
    ["no database span", { spans: [server, client, app] }, "database-untraced", "db.system"],
    [
        "a parent that did not arrive",
        { spans: [...wholeTrace(), span("09", "08", 3, 4, { service: "shop", name: "x" })] },
        "spans-lost",
        '"x" names 08',
    ],
    [
        "the ingress's server span lost",
        { spans: [client, app, database] },
        "spans-lost",
        "server span of ingress",
    ],
    [
        "the ingress's client span lost",
        { spans: [server, app, database] },
        "spans-lost",
        "client span of ingress",
    ],
    [
        "the database's span elsewhere",
        { spans: [server, client, app, { ...database, parentSpanId: "02" }] },
        "spans-lost",
        "database spans",
    ],
    [
        "another parent than ours",
        { spans: [{ ...server, parentSpanId: "bb" }, client, app, database] },
        "foreign-root",
        "is bb",
    ],
    [
        "nothing, while others arrive",
        { spans: [], otherServices: ["ingress"] },
        "ingress-untraced",
        "of ingress",
    ],
    [
        "nothing, while the app's arrive",
        { spans: [], otherServices: ["shop"], sampleRate: 0.5 },
        "ingress-untraced",
        "of shop",
    ],
    [
        "nothing, others arrive, sampling",
        { spans: [], otherServices: ["ingress"], sampleRate: 0.5 },
        "not-sampled",
        "0.5",
    ],
    ["nothing of anyone", { spans: [] }, "collector-unreachable", "no other span"],
    [
        "nothing, the collector complains",
        { spans: [], storageComplaints: ["bulk: mapper_parsing_exception"] },
        "storage-rejecting",
        "mapper_parsing_exception",
    ],
    [
        "nothing, the collector's password is wrong",
        { spans: [], storageComplaints: ["elastic: Error 401 (Unauthorized): unable to authenticate user [writer]"] },
        "storage-login",
        "Error 401",
    ],
    [
        "nothing, the collector may not write",
        { spans: [], storageComplaints: ["action [indices:data/write/bulk] is unauthorized for user [writer]"] },
        "storage-login",
        "is unauthorized for",
    ],
    [
        "nothing, the disk is full",
        { spans: [], storageComplaints: ["disk usage exceeded flood-stage watermark, index has read-only-allow-delete block"] },
        "storage-full",
        "flood-stage",
    ],
    [
        "the query role's password is wrong",
        { spans: [], query: { kind: "storage-failing", evidence: "elastic: Error 401 (Unauthorized)" } },
        "storage-login",
        "The query API says: elastic: Error 401",
    ],
    [
        "the query role does not start for its password",
        {
            spans: [],
            query: { kind: "unreachable", evidence: "HTTP 502" },
            storageComplaints: ["Authentication to realm default_file failed - Password authentication failed for reader"],
        },
        "storage-login",
        "HTTP 502",
    ],
    [
        "the query API refuses",
        { spans: [], query: { kind: "unreachable", evidence: "ECONNREFUSED" } },
        "query-unreachable",
        "ECONNREFUSED",
    ],
    [
        "the query API fails",
        { spans: [], query: { kind: "not-reading", evidence: "HTTP 500" } },
        "query-not-reading",
        "HTTP 500",
    ],
    [
        "the storage fails",
        { spans: [], query: { kind: "storage-failing", evidence: "dial tcp" } },
        "storage-rejecting",
        "dial tcp",
    ],
    ["ordinary: ingress as the root", { ...ordinary, spans: [root, client, app, database] }, "whole", ""],
    ["ordinary: something before it", { ...ordinary, spans: wholeTrace() }, "foreign-root", "expected none"],
    [
        "ordinary: the app does not join",
        { ...ordinary, spans: [root, client] },
        "app-untraced",
        "2 spans of ingress",
    ],
    [
        "ordinary: none at rate 1",
        { ...ordinary, spans: [] },
        "not-sampled",
        "1 ordinary request, none traced",
    ],
    [
        "ordinary: none of enough",
        { ...ordinary, spans: [], sampleRate: 0.5, requests: 20 },
        "not-sampled",
        "20 ordinary",
    ],
    [
        "ordinary: none of too few",
        { ...ordinary, spans: [], sampleRate: 0.001, requests: 500 },
        "undecided",
        "0.61",
    ],
    [
        "ordinary: none, nothing proven",
        { ...ordinary, provenWhole: false, spans: [] },
        "collector-unreachable",
        "",
    ],
];

describe("diagnose", () => {
    test.each(TABLE)("%s", (_, changes, verdict, evidence) => {
        const diagnosis = diagnose(seen(changes));
        expect(diagnosis.hop ?? diagnosis.verdict).toBe(verdict);
        expect(diagnosis.evidence.join("\n")).toContain(evidence);
        expect(diagnosis.mend !== "").toBe(diagnosis.verdict === "broken");
    });

    test("each hop that can be named is in the table", () => {
        const named = new Set([...TABLE.map(([, , verdict]) => verdict), "instance-unseen"]);
        expect(HOPS.filter((hop) => !named.has(hop))).toEqual([]);
    });
});

describe("diagnoseInstances", () => {
    test("all seen", () =>
        expect(diagnoseInstances(2, ["b", "a"], 2).summary).toBe("2 instances traced: a, b."));
    test("one missing", () => {
        expect(diagnoseInstances(2, ["a"], 21)).toMatchObject({
            hop: "instance-unseen",
            evidence: ["21 requests, served by a."],
        });
    });
});

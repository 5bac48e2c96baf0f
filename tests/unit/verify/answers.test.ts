// What an HTTP answer says: whose it is, and whether the query API reads.
import { Answer, ingressAnswer, queryState } from "../../../scripts/verify/answers";

const answered = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
    kind: "answered",
    status,
    headers,
    body,
});

describe("ingressAnswer", () => {
    test.each([
        [404, "404 page not found\n", {}, "no-route"],
        [404, "404 page not found\n", { server: "gunicorn" }, undefined],
        [404, "<h1>Not Found</h1>", {}, undefined],
        [502, "Bad Gateway", {}, "backend-down"],
        [503, "no available server\n", {}, "backend-down"],
        [504, "Gateway Timeout", {}, "backend-down"],
        [503, "closed for maintenance", {}, undefined],
        [200, "404 page not found", {}, undefined],
    ])("%d %j %j: %s", (status, body, headers, expected) => {
        expect(ingressAnswer(answered(status, body, headers))).toBe(expected);
    });
});

describe("queryState", () => {
    const error = (message: string) => JSON.stringify({ error: { httpCode: 0, message } });
    const span = '{"result":{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"0000000000000001"}]}]}]}}';

    test.each<[string, Answer, string]>([
        ["a trace", answered(200, span), "read"],
        ["an empty result", answered(200, '{"result":{}}'), "absent"],
        ["the services", answered(200, '{"services":["shop"]}'), "read"],
        ["not there yet", answered(404, error("No traces found")), "absent"],
        ["something else's 404", answered(404, "404 page not found"), "unreachable"],
        ["a page instead of the API", answered(200, "<html></html>"), "unreachable"],
        ["a login before it", answered(401, "Unauthorized"), "unreachable"],
        ["the role is down behind the ingress", answered(502, "Bad Gateway"), "unreachable"],
        ["refused", { kind: "failed", code: "ECONNREFUSED", message: "" }, "unreachable"],
        ["no answer in time", { kind: "failed", code: "TIMEOUT", message: "" }, "not-reading"],
        ["a wrong request", answered(400, error("malformed parameter")), "not-reading"],
        ["an error of its own", answered(500, error("panic")), "not-reading"],
        [
            "storage is away",
            answered(500, error("dial tcp 10.0.0.2:9200: connect: connection refused")),
            "storage-failing",
        ],
        [
            "storage refuses",
            answered(500, error("elastic: Error 403 (Forbidden): security_exception")),
            "storage-failing",
        ],
    ])("%s", (_, answer, expected) => expect(queryState(answer).kind).toBe(expected));
});

// The headers of an OTLP endpoint: their form, and as a variable that SDKs read.
import { choosesEndpoint, headersProblem, headersVariable } from "../../../../components/tracing/headers";

describe("headers are", () => {
    test.each([
        [{}],
        [{ "x-api-key": "k3y" }],
        [{ Authorization: "Bearer abc+/=", "x-tenant_1": "a, b; c" }],
    ])("taken: %j", (headers) => {
        expect(headersProblem(headers)).toBeUndefined();
    });

    test.each([
        [{ "x api key": "k3y" }, /the name "x api key"; expected letters, digits and hyphens/],
        [{ "": "k3y" }, /the name ""/],
        [{ "x-api-key:": "k3y" }, /the name "x-api-key:"/],
        [{ "x-api-key": "k3y\nx-evil: 1" }, /the value of x-api-key is not one line/],
        [{ "x-api-key": "" }, /the value of x-api-key/],
        [{ "x-api-key": "schlüssel" }, /printable ASCII/],
    ])("refused without their values: %j", (headers, reason) => {
        const problem = headersProblem(headers);
        expect(problem).toMatch(reason);
        expect(problem).not.toMatch(/k3y|schl/);
    });
});

describe("the variable with the headers", () => {
    test.each([
        [{}, ""],
        [{ "x-api-key": "k3y" }, "x-api-key=k3y"],
        [{ b: "2", a: "1" }, "a=1,b=2"],
        [{ authorization: "Bearer a,b=c+d" }, "authorization=Bearer%20a%2Cb%3Dc%2Bd"],
    ])("of %j is %j", (headers, expected) => {
        expect(headersVariable(headers)).toBe(expected);
    });
});

describe("the user's own endpoint", () => {
    test.each<[Record<string, unknown>, boolean]>([
        [{}, false],
        [{ OTEL_SERVICE_NAME: "x" }, false],
        [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, false],
        [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://other:4318" }, true],
        [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other:4318/v1/traces" }, true],
        [{ OTEL_EXPORTER_OTLP_ENDPOINT: Promise.resolve("known later") }, true],
    ])("in %j: %s", (variables, expected) => {
        expect(choosesEndpoint(variables)).toBe(expected);
    });
});

// What an OTLP endpoint asks of an app besides its address, and how it meets what the user set: the truth table.
import * as pulumi from "@pulumi/pulumi";

import { TracedAppArgs } from "../../../../components/app/arguments";
import { otlpDelivery, refuseUnsaid } from "../../../../components/app/otlp";

const ENDPOINT = { http: "https://otlp.example.org", headers: { "x-api-key": "k" }, ca: "PEM" };
const BARE = { http: "http://collector:4318" };

function delivered(args: Partial<TracedAppArgs>) {
    return otlpDelivery({ image: "a:1", otlp: ENDPOINT, ...args });
}

describe("headers and certificate authorities reach the app", () => {
    test.each<[string, Partial<TracedAppArgs>, { headers: boolean | undefined; ca: boolean | undefined }]>([
        ["when the endpoint has them", {}, { headers: true, ca: true }],
        ["each by itself", { otlp: { ...BARE, ca: "PEM" } }, { headers: undefined, ca: true }],
        ["never unasked", { otlp: BARE }, { headers: undefined, ca: undefined }],
        ["when the user says so", { otlp: pulumi.output(ENDPOINT), otlpHeaders: true }, { headers: true, ca: undefined }],
        ["not when the user says no", { otlpHeaders: false, otlpCa: false }, { headers: false, ca: false }],
        [
            "not when the user sends the spans elsewhere",
            { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://other:4318" } },
            { headers: false, ca: false },
        ],
        [
            "not when a secret of the user's sends them elsewhere",
            { secretEnvironment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other:4318/v1/traces" } },
            { headers: false, ca: false },
        ],
        [
            "but for headers of the user's own",
            { environment: { OTEL_EXPORTER_OTLP_HEADERS: "a=1" } },
            { headers: false, ca: true },
        ],
        [
            "but for secret headers of the user's own",
            { secretEnvironment: { OTEL_EXPORTER_OTLP_HEADERS: "a=1" } },
            { headers: false, ca: true },
        ],
        [
            "but for authorities of the user's own",
            { environment: { OTEL_EXPORTER_OTLP_CERTIFICATE: "/ca.pem" } },
            { headers: true, ca: false },
        ],
        [
            "also when the user's are empty, which counts as not set",
            {
                environment: {
                    OTEL_EXPORTER_OTLP_ENDPOINT: "",
                    OTEL_EXPORTER_OTLP_HEADERS: "",
                    OTEL_EXPORTER_OTLP_CERTIFICATE: "",
                },
            },
            { headers: true, ca: true },
        ],
    ])("%s", (_, args, expected) => {
        expect(delivered(args)).toEqual(expected);
    });
});

describe("an endpoint that is known later only", () => {
    const unsaid = { headers: undefined, ca: undefined };

    test.each([
        [{ hasHeaders: true, hasCa: false }, /otlp has headers, .* Give the app `otlpHeaders: true`, or false/],
        [{ hasHeaders: false, hasCa: true }, /otlp has ca, .* Give the app `otlpCa: true`, or false/],
        [{ hasHeaders: true, hasCa: true }, /headers and ca, .* `otlpHeaders: true` and `otlpCa: true`/],
    ])("is refused when it has what nobody said: %j", (endpoint, expected) => {
        expect(() => refuseUnsaid("shop", endpoint, unsaid)).toThrow(expected);
    });

    test("is taken when it was said, or has nothing", () => {
        refuseUnsaid("shop", { hasHeaders: false, hasCa: false }, unsaid);
        refuseUnsaid("shop", { hasHeaders: true, hasCa: true }, { headers: true, ca: false });
    });
});

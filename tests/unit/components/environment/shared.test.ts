// What another stack's output may hold, and what is said of what it should not.
import * as pulumi from "@pulumi/pulumi";

import { CONTRACT, SharedPart, sharedEnvironment, sharedProblems } from "../../../../components/environment/shared";
import { describeProblems } from "../../../../components/support/errors";
import { known } from "../../../helpers/outputs";

const SOURCE = { stack: "acme/platform/production", output: "environment" };
const OTLP = { http: "http://main-collector:4318" };
const WHOLE = { contract: 1, platform: "docker", environmentName: "production", otlp: OTLP, otlpHeaders: false, ingress: {}, query: {} };
const ALL = Object.values(SharedPart);

function said(value: unknown, { needs = ALL, headers = false } = {}): string {
    return describeProblems(sharedProblems(value, SOURCE, needs, headers));
}

test.each<[string, unknown, { needs?: SharedPart[]; headers?: boolean }, RegExp]>([
    ["no output", undefined, {}, /output: the stack "acme\/platform\/production" has no output "environment"; export there the `shared`/],
    ["an output of another kind", "http://a", {}, /output: .* is not what a TracedEnvironment gives as `shared`/],
    ["the endpoint alone, as it was before there was a contract", OTLP, {}, /is not what a TracedEnvironment gives/],
    ["a record without an endpoint", { ...WHOLE, otlp: undefined }, {}, /has no `otlp`/],
    ["a newer form", { ...WHOLE, contract: CONTRACT + 1 }, {}, /stack: .* has the form 2, .* reads up to 1; update the package of this program/],
    ["an older form", { ...WHOLE, contract: 0 }, {}, /stack: .* has the form 0, .* reads from 1 on; run `pulumi up` in that stack/],
    ["no ingress", { ...WHOLE, ingress: null }, {}, /needs\.ingress: .* has no ingress; its ingress is a controller that exists already/],
    ["no query role", { ...WHOLE, query: undefined }, {}, /needs\.query: .* has no query; its spans go to an OTLP endpoint/],
    ["headers that nobody brings", { ...WHOLE, otlpHeaders: true }, {}, /otlpHeaders: missing; the endpoint asks for headers/],
])("%s is refused by its path, with the way out", (_, value, options, expected) => {
    expect(said(value, options)).toMatch(expected);
});

test.each<[string, unknown, { needs?: SharedPart[]; headers?: boolean }]>([
    ["a whole one", WHOLE, {}],
    ["one with fields of a later version", { ...WHOLE, metrics: {} }, {}],
    ["one without what is not needed", { ...WHOLE, ingress: undefined, query: undefined }, { needs: [] }],
    ["one whose headers are brought", { ...WHOLE, otlpHeaders: true }, { headers: true }],
])("%s is taken", (_, value, options) => {
    expect(said(value, options)).toBe("");
});

test("what an environment offers says that there are headers, and holds none", async () => {
    const reach = { port: pulumi.output(443) };
    const otlp = { http: pulumi.output("https://otlp.example.org"), headers: pulumi.secret<Record<string, string>>({ "x-api-key": "s3cret" }), reach };
    const shared = sharedEnvironment({ environmentName: "production", otlp });
    expect(await pulumi.isSecret(pulumi.output(shared))).toBe(false);
    expect(await known(pulumi.output(shared))).toEqual({
        contract: CONTRACT,
        platform: "docker",
        environmentName: "production",
        otlp: { http: "https://otlp.example.org", reach: { port: 443 } },
        otlpHeaders: true,
    });
});

// What is verified, from a stack's outputs.
import { TargetError, certificateNote, narrowed, targetOf } from "../../../scripts/verify/target";
import { searchParameters } from "../../../scripts/verify/jaeger";

const OUTPUTS = {
    environmentName: "dev",
    probes: {
        ingress: { service: "ingress", url: "http://0.0.0.0:8080" },
        jaegerUrl: "http://127.0.0.1:16686",
        jaegerVersion: "2.2.0",
        sampleRate: 1,
        apps: [
            {
                service: "shop",
                host: "shop.localhost",
                pathPrefix: "/",
                replicas: 2,
                traced: true,
                database: true,
            },
            { service: "any", host: null },
        ],
    },
};
const ANYTHING = { app: undefined, path: undefined, database: undefined };

describe("targetOf", () => {
    test("the app's address, and where the ingress listens", () => {
        const [shop, any] = targetOf(OUTPUTS).apps;
        expect(shop).toMatchObject({
            connectTo: { address: "127.0.0.1", port: 8080 },
            replicas: 2,
            database: true,
        });
        expect(shop.url.href).toBe("http://shop.localhost:8080/");
        expect(any).toMatchObject({ replicas: 1, database: false, traced: true });
        expect(any.url.href).toBe("http://0.0.0.0:8080/");
    });

    test.each<[string, object, object | undefined, RegExp | undefined]>([
        ["without TLS", {}, undefined, undefined],
        ["self-signed", { url: "https://127.0.0.1:8443" }, {}, /self-signed: it is not checked/],
        [
            "of the settings",
            { url: "https://127.0.0.1:8443", certificate: "AA:BB" },
            { fingerprint: "AA:BB" },
            /must be that of the settings; whether clients trust it is not checked/,
        ],
    ])("a certificate %s", (_, ingress, certificate, note) => {
        const probes = { ...OUTPUTS.probes, ingress: { ...OUTPUTS.probes.ingress, ...ingress } };
        const target = targetOf({ ...OUTPUTS, probes });
        expect(target.certificate).toEqual(certificate);
        expect(certificateNote(target) ?? "none").toMatch(note ?? /^none$/);
        expect(target.apps[0].url.protocol).toBe(certificate ? "https:" : "http:");
    });

    test.each([[undefined], [{}], [{ ...OUTPUTS, probes: { apps: [] } }]])("refuses %j", (outputs) => {
        expect(() => targetOf(outputs)).toThrow(TargetError);
    });
});

describe("narrowed", () => {
    const target = targetOf(OUTPUTS);

    test("one app, one page, with its query", () => {
        const { apps } = narrowed(target, { app: "shop", path: "/orders/?page=2", database: false });
        expect(apps.map(({ url, database }) => [url.href, database])).toEqual([
            ["http://shop.localhost:8080/orders/?page=2", false],
        ]);
    });

    test.each([
        ["an unknown app", { ...ANYTHING, app: "ship" }, "there is shop, any"],
        ["a path that is none", { ...ANYTHING, path: "orders" }, 'starts with "/"'],
    ])("refuses %s", (_, choice, message) => expect(() => narrowed(target, choice)).toThrow(message));

    test("refuses an environment without routes", () => {
        expect(() => narrowed({ ...target, apps: [] }, ANYTHING)).toThrow("has a route");
    });
});

test("a search is spelled for every version of Jaeger", () => {
    const search = { service: "ingress", from: 0, to: 1000, limit: 5, attributes: { a: "b" } };
    expect(Object.fromEntries(searchParameters(search))).toEqual({
        "query.serviceName": "ingress",
        "query.service_name": "ingress",
        "query.startTimeMin": "1970-01-01T00:00:00.000Z",
        "query.start_time_min": "1970-01-01T00:00:00.000Z",
        "query.startTimeMax": "1970-01-01T00:00:01.000Z",
        "query.start_time_max": "1970-01-01T00:00:01.000Z",
        "query.searchDepth": "5",
        "query.search_depth": "5",
        "query.num_traces": "5",
        "query.attributes": '{"a":"b"}',
    });
});

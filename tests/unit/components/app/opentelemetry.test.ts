// What is injected into an app's environment, and how it meets what the user set: the truth table.
import {
    OtlpProtocol,
    protocolOf,
    Telemetry,
    telemetryEnvironment,
    telemetryNames,
    telemetryWarnings,
} from "../../../../components/app/opentelemetry";
import { formatResourceAttributes, parseResourceAttributes } from "../../../../components/support/opentelemetry";
import { DJANGO } from "../../../../components/app/presets";
import { INSTANCE_NAME } from "../../../../components/platform";

const SHOP: Telemetry = {
    serviceName: "shop",
    serviceNamespace: "store",
    traced: true,
    environmentName: "dev",
    protocol: "http/protobuf",
    endpoints: { grpc: "http://collector:4317", "http/protobuf": "http://collector:4318" },
};

const DJANGO_VARIABLES = DJANGO.variables({
    settingsModule: "shop.settings",
    untracedPaths: ["/health"],
    keepAlive: 75,
});
const DJANGO_SHOP: Telemetry = { ...SHOP, preset: DJANGO_VARIABLES };

const HOOK = "/opt/opentelemetry/python/opentelemetry/instrumentation/auto_instrumentation";
const PACKAGES = "/opt/opentelemetry/python";

const INJECTED = {
    OTEL_BSP_SCHEDULE_DELAY: "1000",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_METRICS_EXPORTER: "none",
    OTEL_PROPAGATORS: "tracecontext,baggage",
    OTEL_RESOURCE_ATTRIBUTES:
        `deployment.environment.name=dev,service.instance.id=${INSTANCE_NAME},` + "service.namespace=store",
    OTEL_SERVICE_NAME: "shop",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_TRACES_SAMPLER: "parentbased_always_on",
};

describe("the injected environment", () => {
    test("without anything of the user's", () => {
        expect(telemetryEnvironment(SHOP, {})).toEqual(INJECTED);
    });

    test.each<[string, Partial<Telemetry>, Record<string, string>]>([
        [
            "gRPC",
            { protocol: "grpc" },
            { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4317" },
        ],
        [
            "a route that the ingress does not trace",
            { traced: false },
            { OTEL_TRACES_SAMPLER: "parentbased_always_off" },
        ],
        [
            "an encrypted endpoint with a path",
            { endpoints: { "http/protobuf": "https://otlp.example.org/tenant" } },
            { OTEL_EXPORTER_OTLP_ENDPOINT: "https://otlp.example.org/tenant" },
        ],
        [
            "a service version",
            { serviceVersion: "1.4.2" },
            { OTEL_RESOURCE_ATTRIBUTES: `${INJECTED.OTEL_RESOURCE_ATTRIBUTES},service.version=1.4.2` },
        ],
        [
            "further resource attributes",
            { resourceAttributes: { team: "a,b=c" } },
            { OTEL_RESOURCE_ATTRIBUTES: `${INJECTED.OTEL_RESOURCE_ATTRIBUTES},team=a%2Cb%3Dc` },
        ],
        [
            "certificate authorities of the endpoint",
            { certificate: "/etc/opentelemetry/ca.crt" },
            { OTEL_EXPORTER_OTLP_CERTIFICATE: "/etc/opentelemetry/ca.crt" },
        ],
        [
            "a preset's variables",
            { preset: { NODE_OPTIONS: "--require x" } },
            { NODE_OPTIONS: "--require x" },
        ],
        [
            "a preset that changes a variable of ours",
            { preset: { OTEL_PROPAGATORS: "b3" } },
            { OTEL_PROPAGATORS: "b3" },
        ],
    ])("with %s", (_, telemetry, expected) => {
        expect(telemetryEnvironment({ ...SHOP, ...telemetry }, {})).toEqual({ ...INJECTED, ...expected });
    });

    test("for Django", () => {
        expect(telemetryEnvironment(DJANGO_SHOP, {})).toEqual({
            ...INJECTED,
            DJANGO_SETTINGS_MODULE: "shop.settings",
            GUNICORN_CMD_ARGS: "--keep-alive=75",
            OTEL_EXPERIMENTAL_RESOURCE_DETECTORS: "environment_after_fork",
            OTEL_PYTHON_DJANGO_EXCLUDED_URLS: "//[^/]+/health$",
            OTEL_SEMCONV_STABILITY_OPT_IN: "http,database",
            PYTHONPATH: `${HOOK}:.:${PACKAGES}`,
        });
    });
});

describe("variable by variable, the user wins", () => {
    const names = Object.keys(telemetryEnvironment(DJANGO_SHOP, {})).filter(
        (name) => !["OTEL_RESOURCE_ATTRIBUTES", "PYTHONPATH"].includes(name),
    );

    test.each(names)("%s", (name) => {
        const without = telemetryEnvironment(DJANGO_SHOP, {});
        const value = name === "OTEL_EXPORTER_OTLP_PROTOCOL" ? "http/json" : "of the user";
        expect(telemetryEnvironment(DJANGO_SHOP, { [name]: value })).toEqual({ ...without, [name]: value });
    });

    test.each([...names, "OTEL_RESOURCE_ATTRIBUTES", "PYTHONPATH"])(
        "%s, empty, counts as not set",
        (name) => {
            expect(telemetryEnvironment(DJANGO_SHOP, { [name]: "" })).toEqual(
                telemetryEnvironment(DJANGO_SHOP, {}),
            );
        },
    );

    test.each(names)("%s, taken as a secret, is not injected", (name) => {
        const { [name]: _taken, ...others } = telemetryEnvironment(DJANGO_SHOP, {});
        expect(telemetryEnvironment(DJANGO_SHOP, {}, [name])).toEqual(others);
    });

    test.each(["OTEL_RESOURCE_ATTRIBUTES", "PYTHONPATH"])(
        "%s, taken as a secret, is not merged either",
        (name) => {
            expect(telemetryEnvironment(DJANGO_SHOP, { [name]: "x=y" }, [name])).not.toHaveProperty([name]);
        },
    );

    test("variables that nobody injects pass", () => {
        expect(
            telemetryEnvironment(SHOP, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other/v1/traces" }),
        ).toEqual({
            ...INJECTED,
            OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other/v1/traces",
        });
    });
});

describe("the protocol of the user's choice decides the address", () => {
    const PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
    const TRACES_PROTOCOL = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
    const [GRPC, HTTP] = ["http://collector:4317", "http://collector:4318"];

    test.each<[OtlpProtocol, Record<string, string>, OtlpProtocol, string, string]>([
        ["http/protobuf", {}, "http/protobuf", "http/protobuf", HTTP],
        ["http/protobuf", { [PROTOCOL]: "grpc" }, "grpc", "grpc", GRPC],
        ["http/protobuf", { [PROTOCOL]: "http/json" }, "http/protobuf", "http/json", HTTP],
        ["http/protobuf", { [PROTOCOL]: "" }, "http/protobuf", "http/protobuf", HTTP],
        ["http/protobuf", { [TRACES_PROTOCOL]: "grpc" }, "grpc", "grpc", GRPC],
        ["http/protobuf", { [TRACES_PROTOCOL]: "" }, "http/protobuf", "http/protobuf", HTTP],
        [
            "http/protobuf",
            { [TRACES_PROTOCOL]: "grpc", [PROTOCOL]: "http/protobuf" },
            "grpc",
            "http/protobuf",
            GRPC,
        ],
        [
            "grpc",
            { [TRACES_PROTOCOL]: "http/protobuf", [PROTOCOL]: "grpc" },
            "http/protobuf",
            "grpc",
            HTTP,
        ],
        ["grpc", {}, "grpc", "grpc", GRPC],
        ["grpc", { [PROTOCOL]: "http/protobuf" }, "http/protobuf", "http/protobuf", HTTP],
    ])("preset %s, user %j: %s", (protocol, user, used, written, address) => {
        expect(protocolOf(protocol, user)).toBe(used);
        expect(telemetryEnvironment({ ...SHOP, protocol }, user)).toMatchObject({
            [PROTOCOL]: written,
            OTEL_EXPORTER_OTLP_ENDPOINT: address,
        });
    });

    test("unless the address is the user's too", () => {
        const user = { [PROTOCOL]: "grpc", OTEL_EXPORTER_OTLP_ENDPOINT: "http://own:4317" };
        expect(telemetryEnvironment(SHOP, user)).toMatchObject(user);
    });
});

describe("key by key, the user's resource attributes win", () => {
    test.each<[string, string, Record<string, string>]>([
        ["another key is added", "team=checkout", { team: "checkout" }],
        ["an injected key is replaced", "service.namespace=other", { "service.namespace": "other" }],
        ["also the instance's id", "service.instance.id=i-1", { "service.instance.id": "i-1" }],
        ["the instance's name may be used", `pod=x-${INSTANCE_NAME}`, { pod: `x-${INSTANCE_NAME}` }],
        ["encoded separators stay part of the value", "list=a%2Cb%3Dc", { list: "a,b=c" }],
        ["a value may hold a bare equals sign", "query=a=b", { query: "a=b" }],
        ["a percent sign that encodes nothing is a percent sign", "share=100%", { share: "100%" }],
        [
            "spaces around keys and values are dropped",
            " team = checkout , x=y ",
            { team: "checkout", x: "y" },
        ],
        ["what has no equals sign or no key is left out", "nonsense,=x,team=a", { team: "a" }],
        ["an empty value is a value", "service.namespace=", { "service.namespace": "" }],
        ["of a key that stands twice the last counts", "team=a,team=b", { team: "b" }],
    ])("%s", (_, attributes, expected) => {
        const merged = telemetryEnvironment(SHOP, {
            OTEL_RESOURCE_ATTRIBUTES: attributes,
        }).OTEL_RESOURCE_ATTRIBUTES;
        expect(parseResourceAttributes(merged)).toEqual({
            ...parseResourceAttributes(INJECTED.OTEL_RESOURCE_ATTRIBUTES),
            ...expected,
        });
    });

    test("they win over the component's further attributes too", () => {
        const telemetry = { ...SHOP, resourceAttributes: { team: "argument", region: "eu" } };
        const merged = telemetryEnvironment(telemetry, { OTEL_RESOURCE_ATTRIBUTES: "team=variable" });
        expect(parseResourceAttributes(merged.OTEL_RESOURCE_ATTRIBUTES)).toMatchObject({
            team: "variable",
            region: "eu",
        });
    });

    test.each<[string, Record<string, string>, string]>([
        ["the attribute alone", { OTEL_RESOURCE_ATTRIBUTES: "service.name=till" }, "till"],
        [
            "the attribute with an empty variable",
            { OTEL_RESOURCE_ATTRIBUTES: "service.name=till", OTEL_SERVICE_NAME: "" },
            "till",
        ],
        [
            "both: the variable, as in SDKs",
            { OTEL_RESOURCE_ATTRIBUTES: "service.name=till", OTEL_SERVICE_NAME: "desk" },
            "desk",
        ],
        ["an empty attribute", { OTEL_RESOURCE_ATTRIBUTES: "service.name=" }, "shop"],
    ])("a service name of the user's is not hidden by the injected variable: %s", (_, user, expected) => {
        expect(telemetryEnvironment(SHOP, user).OTEL_SERVICE_NAME).toBe(expected);
    });
});

describe("the text of resource attributes", () => {
    test.each([
        ["plain", "plain"],
        ["a,b", "a%2Cb"],
        ["a=b", "a%3Db"],
        ["a;b", "a%3Bb"],
        ["100%", "100%25"],
        ["a b", "a%20b"],
        ['"quoted"', "%22quoted%22"],
        ["back\\slash", "back%5Cslash"],
        ["Köln", "K%C3%B6ln"],
        ["https://example.org:8080/a?b&c+d~$@!", "https://example.org:8080/a?b&c+d~$@!"],
        [INSTANCE_NAME, INSTANCE_NAME],
    ])("%s is written %s", (value, written) => {
        expect(formatResourceAttributes({ key: value })).toBe(`key=${written}`);
        expect(parseResourceAttributes(`key=${written}`)).toEqual({ key: value });
    });

    test("keys are encoded too, and sorted", () => {
        expect(formatResourceAttributes({ b: "2", "a,x": "1" })).toBe("a%2Cx=1,b=2");
    });

    test("what is written is read back, whatever it is", () => {
        for (let seed = 1; seed <= 200; seed++) {
            const attributes = Object.fromEntries(
                Array.from({ length: 1 + (seed % 4) }, (_, i) => [
                    `k${i}${text(seed * 7 + i)}`,
                    text(seed + 31 * i),
                ]),
            );
            expect(parseResourceAttributes(formatResourceAttributes(attributes))).toEqual(attributes);
        }
    });

    /** A text of characters that are awkward somewhere; spaces only inside, as readers drop them at the ends. */
    function text(seed: number): string {
        const alphabet = [",", "=", "%", ";", '"', "\\", "+", "ü", "€", "😀", "a", "7", "$", "%2C", "a b"];
        return Array.from(
            { length: seed % 6 },
            (_, i) => alphabet[(seed * (i + 3) + i * i) % alphabet.length],
        ).join("");
    }
});

describe("PYTHONPATH", () => {
    test.each<[string, Record<string, string>, string]>([
        ["the working folder without a path of the user's", {}, `${HOOK}:.:${PACKAGES}`],
        [
            "the user's folders right after the hook",
            { PYTHONPATH: "/app:/lib" },
            `${HOOK}:/app:/lib:${PACKAGES}`,
        ],
        ["taken literally", { PYTHONPATH: "/a$&b$$c" }, `${HOOK}:/a$&b$$c:${PACKAGES}`],
    ])("with a preset: %s", (_, user, expected) => {
        expect(telemetryEnvironment(DJANGO_SHOP, user).PYTHONPATH).toBe(expected);
    });

    test("without a preset: the user's, untouched, or none", () => {
        expect(telemetryEnvironment(SHOP, { PYTHONPATH: "/app" }).PYTHONPATH).toBe("/app");
        expect(telemetryEnvironment(SHOP, {})).not.toHaveProperty("PYTHONPATH");
    });
});

describe("the Django preset", () => {
    test.each([
        ["/health", "http://shop/health", true],
        ["/health", "http://shop/healthy", false],
        ["/health", "http://shop/health/deep", false],
        ["/health", "http://shop/patients/health", false],
        ["/health", "http://shop:8000/health", true],
        ["/health", "https://127.0.0.1/health", true],
        ["/", "http://shop/", true],
        ["/", "http://shop/orders/", false],
        ["/a.b", "http://shop/a.b", true],
        ["/a.b", "http://shop/axb", false],
        ["/a+b(c)", "http://shop/a+b(c)", true],
    ])("of the path %s excludes %s: %s", (path, url, excluded) => {
        const { OTEL_PYTHON_DJANGO_EXCLUDED_URLS } = DJANGO.variables({
            settingsModule: "s",
            untracedPaths: [path],
            keepAlive: 75,
        });
        expect(new RegExp(OTEL_PYTHON_DJANGO_EXCLUDED_URLS).test(url)).toBe(excluded);
    });

    test("excludes each of several paths", () => {
        const { OTEL_PYTHON_DJANGO_EXCLUDED_URLS } = DJANGO.variables({
            settingsModule: "s",
            untracedPaths: ["/health", "/ready"],
            keepAlive: 75,
        });
        expect(OTEL_PYTHON_DJANGO_EXCLUDED_URLS).toBe("//[^/]+/health$,//[^/]+/ready$");
    });
});

describe("properties of every environment", () => {
    const presets = { none: {} as Record<string, string>, django: DJANGO_VARIABLES };
    const users: Record<string, string>[] = [
        {},
        { Z: "1", A: "2" },
        { OTEL_SERVICE_NAME: "x", PYTHONPATH: "/app" },
        { OTEL_RESOURCE_ATTRIBUTES: "z=1,a=2", OTEL_TRACES_EXPORTER: "" },
    ];
    const takens = [[], ["OTEL_EXPORTER_OTLP_ENDPOINT"], ["PYTHONPATH", "SECRET_KEY"]];
    const cases = Object.entries(presets).flatMap(([name, preset]) =>
        users.flatMap((user) => takens.map((taken) => ({ name, preset, user, taken }))),
    );

    test.each(cases)("preset $name, user $user, taken $taken", ({ preset, user, taken }) => {
        const telemetry = { ...SHOP, preset };
        const environment = telemetryEnvironment(telemetry, user, taken);
        const names = Object.keys(environment);

        // Sorted, and the same whatever the order of the input.
        expect(names).toEqual([...names].sort());
        const turned = Object.fromEntries(Object.entries(user).reverse());
        expect(JSON.stringify(telemetryEnvironment(telemetry, turned, [...taken].reverse()))).toBe(
            JSON.stringify(environment),
        );
        // Its names are known before its values: those that are injected, whatever the user sets besides.
        expect(telemetryNames({ preset }, taken)).toEqual(
            Object.keys(telemetryEnvironment(telemetry, {}, taken)),
        );
        expect(names).toEqual(expect.arrayContaining(telemetryNames({ preset }, taken)));
        // Nothing is left of the places that are filled in, and nothing is taken away from what the user set.
        expect(Object.values(environment).join()).not.toContain("<user>");
        for (const [name, value] of Object.entries(user)) {
            if (value !== "" && !taken.includes(name) && name !== "OTEL_RESOURCE_ATTRIBUTES") {
                expect(environment[name]).toContain(value);
            }
        }
    });

    test("the arguments stay as they are", () => {
        const user = Object.freeze({ OTEL_SERVICE_NAME: "x" });
        expect(() =>
            telemetryEnvironment(Object.freeze({ ...DJANGO_SHOP }), user, Object.freeze(["A"])),
        ).not.toThrow();
    });
});

describe("warnings", () => {
    test.each<[Record<string, string>, RegExp[]]>([
        [{}, []],
        [{ OTEL_CONFIG_FILE: "/otel.yaml" }, [/OTEL_CONFIG_FILE is set.*ignores every other OTEL_ variable/]],
        [{ OTEL_EXPERIMENTAL_CONFIG_FILE: "/otel.yaml" }, [/OTEL_CONFIG_FILE is set/]],
        [{ OTEL_CONFIG_FILE: "" }, []],
        [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318" }, []],
        [
            { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318/v1/traces" },
            [/ends in \/v1\/traces.*OTEL_EXPORTER_OTLP_TRACES_ENDPOINT/],
        ],
        [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318/v1/traces/" }, [/ends in \/v1\/traces/]],
        [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c:4318/v1/traces" }, []],
        [{ OTEL_SDK_DISABLED: "true" }, [/OTEL_SDK_DISABLED is true: the app makes no spans/]],
        [{ OTEL_SDK_DISABLED: "TRUE" }, [/OTEL_SDK_DISABLED/]],
        [{ OTEL_SDK_DISABLED: "1" }, []],
        [
            { OTEL_SDK_DISABLED: "true", OTEL_CONFIG_FILE: "/otel.yaml" },
            [/OTEL_CONFIG_FILE/, /OTEL_SDK_DISABLED/],
        ],
    ])("%j", (user, expected) => {
        const warnings = telemetryWarnings(user);
        expect(warnings).toHaveLength(expected.length);
        expected.forEach((pattern, i) => expect(warnings[i]).toMatch(pattern));
    });
});

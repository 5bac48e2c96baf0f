// The OpenTelemetry environment of an app (pure): what is injected, and how it meets what the user set.
import { INSTANCE_NAME } from "../platform";
import { formatResourceAttributes, parseResourceAttributes, SCHEDULE_DELAY } from "../support/opentelemetry";

/** How spans travel. */
export type OtlpProtocol = "grpc" | "http/protobuf";

/** What the injected environment is made from. */
export interface Telemetry {
    serviceName: string;
    serviceNamespace: string;
    serviceVersion?: string;
    environmentName: string;
    /** What the platform knows of each instance, in its own placeholders. */
    instanceAttributes?: Readonly<Record<string, string>>;
    /** Further resource attributes. */
    resourceAttributes?: Readonly<Record<string, string>>;
    /** Whether requests of callers that have not decided are traced: not where the ingress does not trace. */
    traced: boolean;
    /** The share that is kept of the traces that it begins itself; all when it is not given. */
    sampleRate?: number;
    /** The protocol of the preset; the user's own choice comes before it. */
    protocol: OtlpProtocol;
    /** The base address for each protocol, e.g. `http://collector:4318`. */
    endpoints: Readonly<Partial<Record<OtlpProtocol, string>>>;
    /** The file with the certificate authorities of the endpoint. */
    certificate?: string;
    /** Variables of the language preset. */
    preset?: Readonly<Record<string, string>>;
}

/** The protocol of the user's choice, else the preset's: port and protocol must not part. */
export function protocolOf(preset: OtlpProtocol, user: Readonly<Record<string, string>>): OtlpProtocol {
    const chosen = user.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || user.OTEL_EXPORTER_OTLP_PROTOCOL;
    if (!chosen) {
        return preset;
    }
    // http/json, which some SDKs know, goes to the same port as http/protobuf.
    return chosen === "grpc" ? "grpc" : "http/protobuf";
}

/** Who decides about a request of a caller that has not, and how. */
function sampler({ traced, sampleRate }: Telemetry): Record<string, string> {
    if (!traced) {
        // By an argument that is not needed, so that the names of the variables don't depend on it.
        return { OTEL_TRACES_SAMPLER: "parentbased_always_off", ...(sampleRate === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: "0" }) };
    }
    return sampleRate === undefined
        ? { OTEL_TRACES_SAMPLER: "parentbased_always_on" }
        : { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: String(sampleRate) };
}

/** Everything that is injected when the user has set nothing but perhaps the protocol. */
function injected(telemetry: Telemetry, protocol: OtlpProtocol): Record<string, string> {
    return {
        OTEL_SERVICE_NAME: telemetry.serviceName,
        OTEL_TRACES_EXPORTER: "otlp",
        // Jaeger takes traces only; SDKs would report a failed export of the others for ever.
        OTEL_METRICS_EXPORTER: "none",
        OTEL_LOGS_EXPORTER: "none",
        OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoints[protocol] ?? "",
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        // Never empty: some SDKs take that for a wish to check no certificate.
        ...(telemetry.certificate ? { OTEL_EXPORTER_OTLP_CERTIFICATE: telemetry.certificate } : {}),
        OTEL_PROPAGATORS: "tracecontext,baggage",
        // The ingress decides whether a request is traced; where it does not trace, its silence means no.
        ...sampler(telemetry),
        OTEL_BSP_SCHEDULE_DELAY: SCHEDULE_DELAY,
        ...telemetry.preset,
    };
}

/** Resource attributes that say which service, where, and which instance. */
function resource(telemetry: Telemetry): Record<string, string> {
    return {
        "deployment.environment.name": telemetry.environmentName,
        "service.instance.id": INSTANCE_NAME,
        "service.namespace": telemetry.serviceNamespace,
        ...(telemetry.serviceVersion ? { "service.version": telemetry.serviceVersion } : {}),
        ...telemetry.instanceAttributes,
        ...telemetry.resourceAttributes,
    };
}

/** Variables that are searched by the process and to which both sides contribute. */
const PATH_LIKE = "PYTHONPATH";
/** Where the user's own path goes in a preset's. */
export const USER_PATH = "<user>";
/** Without a path of the user's, the app is found where it is started. */
const WORKING_FOLDER = ".";

/**
 * The app's variables: what the user set always wins, variable by variable; of the resource attributes key by key;
 * of `PYTHONPATH` the user's folders come right after the start-up hook.
 * A variable in `taken` is set by the user in another way (as a secret) and is not injected at all. An empty value
 * counts as not set, as the specification says.
 */
export function telemetryEnvironment(
    telemetry: Telemetry,
    user: Readonly<Record<string, string>>,
    taken: readonly string[] = [],
): Record<string, string> {
    const merged = injected(telemetry, protocolOf(telemetry.protocol, user));
    for (const [name, value] of Object.entries(user)) {
        if (value !== "") {
            merged[name] =
                name === PATH_LIKE && merged[name] ? merged[name].replace(USER_PATH, () => value) : value;
        }
    }
    if (merged[PATH_LIKE]) {
        merged[PATH_LIKE] = merged[PATH_LIKE].replace(USER_PATH, WORKING_FOLDER);
    }
    const attributes = parseResourceAttributes(user.OTEL_RESOURCE_ATTRIBUTES ?? "");
    if (attributes["service.name"] && !user.OTEL_SERVICE_NAME) {
        // SDKs prefer the variable: the injected one would hide the name that the user gave as an attribute.
        merged.OTEL_SERVICE_NAME = attributes["service.name"];
    }
    merged.OTEL_RESOURCE_ATTRIBUTES = formatResourceAttributes({ ...resource(telemetry), ...attributes });
    for (const name of taken) {
        delete merged[name];
    }
    return Object.fromEntries(
        Object.keys(merged)
            .sort()
            .map((name) => [name, merged[name]]),
    );
}

/** The names that {@link telemetryEnvironment} gives: they depend on nothing that is known late. */
export function telemetryNames(
    given: Pick<Telemetry, "preset" | "certificate" | "sampleRate">,
    taken: readonly string[],
): string[] {
    const any: Telemetry = {
        serviceName: "any",
        serviceNamespace: "any",
        environmentName: "any",
        traced: true,
        protocol: "grpc",
        endpoints: {},
        ...given,
    };
    return Object.keys(telemetryEnvironment(any, {}, taken));
}

/** What the user set that will not do what it seems to. */
export function telemetryWarnings(user: Readonly<Record<string, string>>): string[] {
    const warnings: string[] = [];
    if (user.OTEL_CONFIG_FILE || user.OTEL_EXPERIMENTAL_CONFIG_FILE) {
        warnings.push(
            "OTEL_CONFIG_FILE is set: the SDK then reads that file and ignores every other OTEL_ variable, also the " +
                "injected ones. Name the endpoint in the file.",
        );
    }
    if (/\/v1\/traces\/?$/.test(user.OTEL_EXPORTER_OTLP_ENDPOINT ?? "")) {
        warnings.push(
            "OTEL_EXPORTER_OTLP_ENDPOINT ends in /v1/traces, which SDKs append themselves. Leave it out, or set " +
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.",
        );
    }
    if (/^true$/i.test(user.OTEL_SDK_DISABLED ?? "")) {
        warnings.push("OTEL_SDK_DISABLED is true: the app makes no spans.");
    }
    return warnings;
}

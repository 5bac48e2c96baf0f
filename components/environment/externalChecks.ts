// What is wrong with parts of an environment that exist already, and with what is said beside them (pure).
import { authorityProblems, storageUrlProblem } from "../storage/address";
import { indexPrefixProblem } from "../storage/configuration";
import { Problem, shown } from "../support/errors";
import { otlpAddressProblem } from "../tracing/address";
import { combinationProblems } from "../tracing/configuration";
import { choosesEndpoint, headerNameProblem } from "../tracing/headers";

/** A storage that exists already, as far as it is plain. */
export interface ExternalStoragePlan {
    engine?: string;
    version?: string;
    urls?: readonly (string | undefined)[];
    ca?: string;
    network?: unknown;
    egress?: boolean;
    writer?: unknown;
    reader?: unknown;
    maintainer?: unknown;
}

/** An OTLP endpoint that exists already, as far as it is plain. */
export interface ExternalOtlpPlan {
    http?: string;
    grpc?: string;
    ca?: string;
    headers?: Readonly<Record<string, unknown>>;
    network?: unknown;
}

/** What one app says that matters here. */
export interface AppPlan {
    egress?: boolean;
    command?: readonly unknown[];
    environment?: Readonly<Record<string, unknown>>;
    secretEnvironment?: Readonly<Record<string, unknown>>;
}

/** The arguments of an environment that matter here; what is known later only is left out. */
export interface ExternalPlan {
    jaegerVersion: string;
    storage?: { indexPrefix?: string; external?: ExternalStoragePlan };
    tracing?: { external?: ExternalOtlpPlan };
    ingress?: object;
    canary?: object;
    apps?: Readonly<Record<string, AppPlan | undefined>>;
}

/** Arguments of a storage, and of tracing, that are made here: what exists already does not have them. */
const OWN_STORAGE = ["memory", "keepData", "backup"];
/** Arguments of the job that deletes old indices, as the server's maintainer. */
const RETENTION = ["retentionInterval", "maxSize"];
const OWN_TRACING = ["collectorMemory", "queryMemory", "sampling"];

/** Everything that does not fit, by paths such as `storage.external.urls[0]`. */
export function externalProblems(plan: ExternalPlan): Problem[] {
    return plan.tracing?.external === undefined ? storageProblems(plan) : otlpProblems(plan);
}

function storageProblems({ storage, jaegerVersion }: ExternalPlan): Problem[] {
    const external = storage?.external;
    if (external === undefined) {
        return [];
    }
    const at = (key: string) => `storage.external.${key}`;
    const engine = external.engine ?? "elasticsearch";
    const urls = (external.urls ?? []).map((url) => url ?? "");
    return [
        ...given("storage", storage, OWN_STORAGE).map((path) => ({
            path,
            reason: "belongs to a storage that is made here; leave it out, or leave `external` out",
        })),
        ...(external.maintainer === undefined ? given("storage", storage, RETENTION) : []).map((path) => ({
            path,
            reason:
                "given, but nothing deletes old indices; give `storage.external.maintainer`, a user that may, or " +
                "leave it out",
        })),
        ...indexPrefixProblems(storage?.indexPrefix),
        ...wayProblems(external),
        ...(["writer", "reader"] as const)
            .filter((role) => external[role] === undefined)
            .map((role) => ({ path: at(role), reason: "missing; give the server's user of this role" })),
        ...urls.flatMap((url, index) => {
            const reason = url === "" ? undefined : storageUrlProblem(url);
            return reason === undefined ? [] : [{ path: at(`urls[${index}]`), reason }];
        }),
        ...authorityProblems(at("ca"), external.ca, urls),
        ...(external.version === undefined
            ? [{ path: at("version"), reason: "missing; give the server's version such as 8.19.0" }]
            : combinationProblems(jaegerVersion, engine, external.version).map(({ path, reason }) => ({
                  path: path === "version" ? "images.jaeger.version" : at(path.split(".")[1]),
                  reason,
              }))),
    ];
}

/** A storage is on a network, or it is outside: one of both is said. */
function wayProblems({ network, egress }: ExternalStoragePlan): Problem[] {
    if (network === undefined && egress !== true) {
        const reason =
            "missing; give the Docker network on which the server is reached, or `egress: true` when it is outside";
        return [{ path: "storage.external.network", reason }];
    }
    return network !== undefined && egress === true
        ? [{ path: "storage.external.egress", reason: "given besides `network`; give one of them" }]
        : [];
}

function indexPrefixProblems(indexPrefix: string | undefined): Problem[] {
    const problem = indexPrefix === undefined ? undefined : indexPrefixProblem(indexPrefix);
    return problem ? [{ path: "storage.indexPrefix", reason: `got ${shown(indexPrefix)}, ${problem}` }] : [];
}

function otlpProblems({ storage, tracing, ingress, canary, apps }: ExternalPlan): Problem[] {
    const external = tracing?.external ?? {};
    const at = (key: string) => `tracing.external.${key}`;
    const ui = Object.keys(ingress ?? {}).filter((key) => key.startsWith("jaegerUi"));
    const headers = Object.keys(external.headers ?? {});
    return [
        ...(storage === undefined ? [] : ["storage"]),
        ...(canary === undefined ? [] : ["canary"]),
        ...given("tracing", tracing, OWN_TRACING),
        ...given("ingress", ingress, ui),
    ]
        .map((path) => ({
            path,
            reason: "belongs to tracing that is made here; leave it out, or leave `tracing.external` out",
        }))
        .concat(
            (["http", "grpc"] as const).flatMap((key) => {
                const address = external[key];
                const reason = address === undefined ? undefined : otlpAddressProblem(address);
                return reason === undefined
                    ? []
                    : [{ path: at(key), reason: `got ${shown(address)}, ${reason}` }];
            }),
            authorityProblems(at("ca"), external.ca, [external.http ?? "", external.grpc ?? ""]),
            headers.flatMap((name) => {
                const reason = headerNameProblem(name);
                return reason === undefined ? [] : [{ path: at("headers"), reason }];
            }),
            Object.entries(apps ?? {}).flatMap(([name, app = {}]) =>
                appProblems(name, app, external, headers),
            ),
        );
}

/** An app that sends its spans outside needs a way out, and a command when it gets secret headers. */
function appProblems(
    name: string,
    app: AppPlan,
    { network }: ExternalOtlpPlan,
    headers: readonly string[],
): Problem[] {
    const noWay = network === undefined && app.egress !== true;
    const variables = { ...app.environment, ...app.secretEnvironment };
    const noCommand = headers.length > 0 && !app.command?.length && !choosesEndpoint(variables);
    return [
        ...(noWay
            ? [
                  {
                      path: `apps.${name}.egress`,
                      reason:
                          "missing; `tracing.external` is on no Docker network, so each app needs `egress: true` to " +
                          "send its spans; or give `tracing.external.network`",
                  },
              ]
            : []),
        ...(noCommand
            ? [
                  {
                      path: `apps.${name}.command`,
                      reason:
                          "missing; with `tracing.external.headers`, which are secret, give the app's command, which " +
                          "is started once they are read",
                  },
              ]
            : []),
    ];
}

/** The paths of those keys that are given. */
function given(path: string, group: object | undefined, keys: readonly string[]): string[] {
    return keys
        .filter((key) => (group as Record<string, unknown> | undefined)?.[key] !== undefined)
        .map((key) => `${path}.${key}`);
}

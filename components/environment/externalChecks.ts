// What is wrong with parts of an environment that exist already, and with what is said beside them (pure).
import { authorityProblems, storageUrlProblem } from "../storage/address";
import { Surroundings, surroundingsOf } from "../platform/surroundings";
import { indexPrefixProblem } from "../storage/configuration";
import { Problem, shown } from "../support/errors";
import { otlpAddressProblem } from "../tracing/address";
import { combinationProblems } from "../tracing/configuration";
import { choosesEndpoint, headerNameProblem } from "../tracing/headers";
import { isMaintained } from "./maintained";

/** A storage that exists already, as far as it is plain. */
export interface ExternalStoragePlan {
    engine?: string;
    version?: string;
    urls?: readonly (string | undefined)[];
    ca?: string;
    network?: unknown;
    namespace?: unknown;
    podLabels?: unknown;
    eck?: object;
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
    namespace?: unknown;
    podLabels?: unknown;
}

/** An ingress controller that exists already, as far as it is plain. */
export interface ExternalIngressPlan {
    url?: unknown;
    ingressClass?: string;
    gateway?: object;
    tlsSecret?: string;
    namespace?: string;
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
    ingress?: { external?: ExternalIngressPlan };
    canary?: object;
    platform?: string;
    apps?: Readonly<Record<string, AppPlan | undefined>>;
}

/** Arguments of a storage, and of tracing, that are made here: what exists already does not have them. */
const OWN_STORAGE = ["memory", "keepData", "backup"];
/** Arguments of the job that deletes old indices, as the server's maintainer. */
const RETENTION = ["retentionInterval", "maxSize"];
const OWN_TRACING = ["collectorMemory", "queryMemory", "sampling"];

/** Everything that does not fit, by paths such as `storage.external.urls[0]`. */
export function externalProblems(plan: ExternalPlan): Problem[] {
    return [
        ...(plan.tracing?.external === undefined ? storageProblems(plan) : otlpProblems(plan)),
        ...ingressProblems(plan),
    ];
}

/** Arguments of an ingress that is made here. */
const OWN_INGRESS = [
    ...["address", "port", "replicas", "tls", "jaegerUiPort", "jaegerUiRoute", "memory", "kubernetes"],
];

function ingressProblems({ platform, ingress }: ExternalPlan): Problem[] {
    const external = ingress?.external;
    if (external === undefined) {
        return [];
    }
    const at = (key: string, reason: string) => ({ path: `ingress.external${key}`, reason });
    const both = external.ingressClass !== undefined && external.gateway !== undefined;
    const neither = external.ingressClass === undefined && external.gateway === undefined;
    return [
        ...(surroundingsOf(platform).controllers
            ? []
            : [at("", 'belongs to platform "kubernetes"; leave it out, or set that platform')]),
        ...given("ingress", ingress, OWN_INGRESS).map((path) => ({
            path,
            reason: "belongs to an ingress that is made here; leave it out, or leave `external` out",
        })),
        ...(neither
            ? [at(".ingressClass", "missing; give the class of its Ingress objects, or `gateway` with the name of its Gateway")]
            : []),
        ...(both ? [at(".gateway", "given besides `ingressClass`; give one of them")] : []),
        ...(external.tlsSecret !== undefined && external.gateway !== undefined
            ? [at(".tlsSecret", "given with `gateway`, whose listeners have the certificates; leave it out")]
            : []),
        ...(external.namespace === undefined
            ? [at(".namespace", "missing; give the namespace of the controller's pods, which apps let in")]
            : []),
    ];
}

function storageProblems({ storage, jaegerVersion, platform }: ExternalPlan): Problem[] {
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
        ...(isMaintained(external) ? [] : given("storage", storage, RETENTION)).map((path) => ({
            path,
            reason:
                "given, but nothing deletes old indices; give `storage.external.maintainer`, a user that may, or " +
                "leave it out",
        })),
        ...indexPrefixProblems(storage?.indexPrefix),
        ...(external.eck ? eckProblems(external) : wayProblems(external, surroundingsOf(platform))),
        ...(external.eck || external.urls ? [] : [{ path: at("urls"), reason: "missing; expected a list of addresses such as [https://es.example.org:9200]" }]),
        ...otherPlaceProblems(external, "storage.external", platform),
        ...(["writer", "reader"] as const)
            .filter((role) => external[role] === undefined && external.eck === undefined)
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

/** A storage is near, or it is outside: one of both is said. */
function wayProblems(external: ExternalStoragePlan, { key, expected }: Surroundings): Problem[] {
    const near = external[key] !== undefined;
    if (!near && external.egress !== true) {
        const reason = `missing; give ${expected}, or \`egress: true\` when it is outside`;
        return [{ path: `storage.external.${key}`, reason }];
    }
    return near && external.egress === true
        ? [{ path: "storage.external.egress", reason: `given besides \`${key}\`; give one of them` }]
        : [];
}

/** The operator says where its cluster is. */
function eckProblems(external: ExternalStoragePlan): Problem[] {
    return given("storage.external", external, ["urls", "ca", "namespace", "podLabels", "egress"]).map((path) => ({
        path,
        reason: "given besides `eck`, which says it; leave it out, or leave `eck` out",
    }));
}

/** What says where something is on the other platform. */
function otherPlaceProblems(
    external: { network?: unknown; namespace?: unknown; podLabels?: unknown },
    path: string,
    platform: string | undefined,
): Problem[] {
    const { other } = surroundingsOf(platform);
    return given(path, external, other.keys).map((each) => ({
        path: each,
        reason: `belongs to platform "${other.platform}"; leave it out, or set that platform`,
    }));
}

function indexPrefixProblems(indexPrefix: string | undefined): Problem[] {
    const problem = indexPrefix === undefined ? undefined : indexPrefixProblem(indexPrefix);
    return problem ? [{ path: "storage.indexPrefix", reason: `got ${shown(indexPrefix)}, ${problem}` }] : [];
}

function otlpProblems({ storage, tracing, ingress, canary, apps, platform }: ExternalPlan): Problem[] {
    const external = tracing?.external ?? {};
    const at = (key: string) => `tracing.external.${key}`;
    const ui = Object.keys((ingress ?? {}) as object).filter((key) => key.startsWith("jaegerUi"));
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
                appProblems(name, app, external, headers, platform),
            ),
            otherPlaceProblems(external, "tracing.external", platform),
        );
}

/** An app that sends its spans outside needs a way out, and a command when it gets secret headers. */
function appProblems(
    name: string,
    app: AppPlan,
    external: ExternalOtlpPlan,
    headers: readonly string[],
    platform: string | undefined,
): Problem[] {
    const { key, missing } = surroundingsOf(platform);
    const noWay = external[key] === undefined && app.egress !== true;
    const variables = { ...app.environment, ...app.secretEnvironment };
    const noCommand = headers.length > 0 && !app.command?.length && !choosesEndpoint(variables);
    return [
        ...(noWay
            ? [
                  {
                      path: `apps.${name}.egress`,
                      reason:
                          `missing; \`tracing.external\` is ${missing}, so each app needs \`egress: true\` to ` +
                          `send its spans; or give \`tracing.external.${key}\``,
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

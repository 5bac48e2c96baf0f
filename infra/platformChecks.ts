// How the settings fit to the platform that they name (pure).
import { maxReplicasProblems } from "../components/platform/checks";
import { backupOfSeveralNodes } from "../components/storage/checks";
import { Draft, Finding, Path, valueAt } from "./draft";
import { DEFAULTS } from "./settings";

/** What belongs to one platform, by the platform; `*` stands for any name. */
const BELONGS: Readonly<Record<string, readonly string[]>> = {
    docker: [
        "engine",
        "docker",
        "ingress.address",
        "apps.*.joins",
    ],
    kubernetes: [
        "cluster",
        "kubernetes",
        "storage.kubernetes",
        "tracing.kubernetes",
        "ingress.kubernetes",
        "databases.*.kubernetes",
        "apps.*.kubernetes",
    ],
};

/** Parts that a Docker engine has one of. */
const SINGLE: readonly Path[] = [
    ["tracing", "collectorReplicas"],
    ["tracing", "queryReplicas"],
    ["ingress", "replicas"],
];

/** Everything that does not fit to the platform. */
export function platformProblems(draft: Draft): Finding[] {
    const platform = draft.platform ?? DEFAULTS.platform;
    return [
        ...(platform === "docker" ? dockerProblems(draft) : kubernetesProblems(draft)),
        ...Object.keys(BELONGS)
            .filter((other) => other !== platform)
            .flatMap((other) => given(draft, BELONGS[other]).map((path) => ({ path, reason: belongsTo(other) }))),
        ...scaleProblems(draft),
    ];
}

function belongsTo(platform: string): string {
    return `belongs to platform "${platform}"; leave it out, or set that platform`;
}

/** The paths that are given, with the names that `*` stands for. */
function given(draft: Draft, patterns: readonly string[]): Path[] {
    return patterns
        .flatMap((pattern) =>
            pattern.split(".").reduce<Path[]>(
                (paths, part) =>
                    paths.flatMap((path) =>
                        part === "*" ? Object.keys(valueAt(draft, path) ?? {}).map((name) => [...path, name]) : [[...path, part]],
                    ),
                [[]],
            ),
        )
        .filter((path) => valueAt(draft, path) !== undefined);
}

function dockerProblems(draft: Draft): Finding[] {
    const engine =
        'missing; give "local" or the address of a Docker engine such as ssh://user@host: no engine is taken without ' +
        "being named";
    return [
        ...(draft.engine === undefined ? [{ path: ["engine"], reason: engine }] : []),
        ...SINGLE.filter((path) => ((valueAt(draft, path) as number | undefined) ?? 1) > 1).map((path) => ({
            path,
            reason: "on Docker there is one, which others address by its name; leave it out, or set platform kubernetes",
        })),
    ];
}

function kubernetesProblems({ cluster, kubernetes = {}, storage }: Draft): Finding[] {
    const at = (key: string, reason: string): Finding => ({ path: ["kubernetes", key], reason });
    const named = kubernetes.context !== undefined;
    return [
        ...(cluster === undefined && !named
            ? [
                  at(
                      "context",
                      'missing; give the context of the cluster, as "kubectl config get-contexts" shows it, or set ' +
                          "`cluster: local`: no cluster is taken without being named",
                  ),
              ]
            : []),
        ...(cluster !== undefined
            ? (["context", "kubeconfig"] as const)
                  .filter((key) => kubernetes[key] !== undefined)
                  .map((key) => at(key, "given besides `cluster: local`; give one of them"))
            : []),
        ...(storage?.backup && storage.kubernetes?.nodes === 3
            ? [{ path: ["storage", "backup"], reason: backupOfSeveralNodes("storage.kubernetes.nodes") }]
            : []),
        ...(kubernetes.adoptNamespace && kubernetes.namespace === undefined
            ? [at("namespace", "missing; with `adoptNamespace` give the name of the namespace that exists")]
            : []),
    ];
}

/** What scales by itself scales up. */
function scaleProblems({ tracing, ingress, apps }: Draft): Finding[] {
    const parts: [Path, number | undefined, number | undefined][] = [
        [
            ["tracing", "kubernetes", "collectorMaxReplicas"],
            tracing?.collectorReplicas,
            tracing?.kubernetes?.collectorMaxReplicas,
        ],
        [["ingress", "kubernetes", "maxReplicas"], ingress?.replicas, ingress?.kubernetes?.maxReplicas],
        ...Object.entries(apps ?? {}).map(
            ([name, app]): [Path, number | undefined, number | undefined] => [
                ["apps", name, "kubernetes", "maxReplicas"],
                app?.replicas,
                app?.kubernetes?.maxReplicas,
            ],
        ),
    ];
    return parts.flatMap(([path, replicas = 1, most]) =>
        maxReplicasProblems(replicas, most).map(({ reason }) => ({ path, reason })),
    );
}

// How something that exists already is reached from a platform's workloads: by which arguments it is told (pure).
import { PlatformKind } from "./workload";

/** What one platform knows of things that exist already. */
export interface Surroundings {
    /** The argument that says that something is near. */
    key: "network" | "namespace";
    /** What is to be given there, for messages. */
    expected: string;
    /** Where something is of which it was not given. */
    missing: string;
    /** The other platform, and the arguments that belong to it. */
    other: { platform: PlatformKind; keys: readonly string[] };
    /** Whether it has ingress controllers that could be used. */
    controllers: boolean;
}

const SURROUNDINGS: Readonly<Record<PlatformKind, Surroundings>> = {
    docker: {
        key: "network",
        expected: "the Docker network on which the server is reached",
        missing: "on no Docker network",
        other: { platform: PlatformKind.Kubernetes, keys: ["eck", "namespace", "podLabels"] },
        controllers: false,
    },
    kubernetes: {
        key: "namespace",
        expected: "the namespace of the server's pods",
        missing: "in no namespace",
        other: { platform: PlatformKind.Docker, keys: ["network"] },
        controllers: true,
    },
};

/** The surroundings of a platform; of a word that is none, those of the default one. */
export function surroundingsOf(platform: string = PlatformKind.Docker): Surroundings {
    return SURROUNDINGS[platform as PlatformKind] ?? SURROUNDINGS.docker;
}

/** How the contract of a callee or caller says where that is. */
export type KnownPlace = Partial<Record<Surroundings["key"], string>>;

/** Why a process on a platform can't use what it was told of a peer; undefined when it can. */
export function reachProblem(
    process: string,
    argument: string,
    platform: PlatformKind,
    reach: KnownPlace,
    hasWayOut: boolean,
): string | undefined {
    const { key, expected, other } = SURROUNDINGS[platform];
    const foreign = SURROUNDINGS[other.platform].key;
    if (reach[key]) {
        return undefined;
    }
    if (reach[foreign]) {
        return (
            `"${process}" can't use \`${argument}\`: it is of platform "${other.platform}", for its \`reach\` names a ` +
            `${foreign}, and "${process}" runs on platform "${platform}". Give what a part on "${platform}" offers, or set ` +
            "`platform`."
        );
    }
    return hasWayOut
        ? undefined
        : `"${process}" can't reach \`${argument}\`, which names no \`reach.${key}\`, and it has no way out. ` +
              `Give ${expected}, or set \`egress: true\`.`;
}

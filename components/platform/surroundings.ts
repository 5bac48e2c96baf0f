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

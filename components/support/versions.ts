// The versions this package runs by default, where their images come from, and the order of versions.

import { Problem } from "./errors";

/** An image by its parts: a mirror replaces the registry and keeps the rest. */
export interface ImageSource {
    /** The registry the vendor publishes to. */
    registry: string;
    /** The repository below the registry. */
    repository: string;
    /** The version by which the package decides what it may configure. */
    version: string;
    /** What the image's tag puts before the version. */
    tagPrefix: string;
}

/** The images of the roles. docs/matrix.md says which combination ran end to end. */
export const IMAGES = {
    elasticsearch: {
        registry: "docker.elastic.co",
        repository: "elasticsearch/elasticsearch",
        version: "8.19.0",
        tagPrefix: "",
    },
    jaeger: { registry: "docker.io", repository: "jaegertracing/jaeger", version: "2.21.0", tagPrefix: "" },
    traefik: { registry: "docker.io", repository: "library/traefik", version: "3.7.15", tagPrefix: "v" },
    postgres: {
        registry: "docker.io",
        repository: "library/postgres",
        version: "15-bookworm",
        tagPrefix: "",
    },
} as const satisfies Record<string, ImageSource>;

/** A part whose image this package knows. */
export type ImageName = keyof typeof IMAGES;

/** What a user may say about one image. */
export interface ImageChoice {
    /** The version, e.g. `8.19.0`: what the configuration is made for. */
    version?: string;
    /** A whole image reference, when neither the registry nor the repository is the vendor's. */
    image?: string;
}

/** The reference and the version of an image, from the default, the organisation's registry and an override. */
export function resolveImage(
    name: ImageName,
    choice: ImageChoice = {},
    registry?: string,
): { reference: string; version: string } {
    const source: ImageSource = IMAGES[name];
    // People write `v3.7.11` too; the tag's own prefix is known here.
    const version = (choice.version ?? source.version).replace(/^v(?=\d)/, "");
    const host = (registry ?? source.registry).replace(/\/+$/, "");
    return {
        reference: choice.image ?? `${host}/${source.repository}:${source.tagPrefix}${version}`,
        version,
    };
}

/** What is wrong with a choice: the configuration is made for a version, which an image alone does not say. */
export function imageProblems(choice: ImageChoice): Problem[] {
    return choice.image !== undefined && choice.version === undefined
        ? [
              {
                  path: "version",
                  reason: "missing; with `image` give its version, which the configuration is made for",
              },
          ]
        : [];
}

/** The numbers of a version such as `2.21.0` or `v3.7.11-alpine`; undefined when it has none. */
export function parseVersion(version: string): [number, number, number] | undefined {
    const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/.exec(version.trim());
    return match ? [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)] : undefined;
}

/** Whether a version is at least another; a version without numbers is at least none. */
export function atLeast(version: string, floor: string): boolean {
    const [given, wanted] = [parseVersion(version), parseVersion(floor)];
    if (!given || !wanted) {
        return false;
    }
    for (let i = 0; i < 3; i++) {
        if (given[i] !== wanted[i]) {
            return given[i] > wanted[i];
        }
    }
    return true;
}

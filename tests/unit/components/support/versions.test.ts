// Versions: their order, and the image that a version, a mirror and an override give.
import {
    atLeast,
    ImageChoice,
    ImageName,
    IMAGES,
    parseVersion,
    resolveImage,
} from "../../../../components/support/versions";

describe("the numbers of a version", () => {
    test.each<[string, number[] | undefined]>([
        ["2.21.0", [2, 21, 0]],
        ["v3.7.11", [3, 7, 11]],
        ["3.7.11-alpine", [3, 7, 11]],
        ["15-bookworm", [15, 0, 0]],
        ["8", [8, 0, 0]],
        ["8.19", [8, 19, 0]],
        ["8.19.0+build", [8, 19, 0]],
        [" 8.19.0 ", [8, 19, 0]],
        ["latest", undefined],
        ["", undefined],
        ["8.19.0.1", undefined],
        ["8.x", undefined],
    ])("%j: %j", (version, numbers) => {
        expect(parseVersion(version)).toEqual(numbers);
    });
});

describe("the order of versions", () => {
    test.each<[string, string, boolean]>([
        ["2.21.0", "2.21.0", true],
        ["2.21.1", "2.21.0", true],
        ["2.20.9", "2.21.0", false],
        ["2.9.0", "2.21.0", false],
        ["10.0.0", "9.9.9", true],
        ["3.0.0", "2.99.99", true],
        ["2.21", "2.21.0", true],
        ["v2.21.0", "2.21.0", true],
        ["2.21.0-alpine", "2.21.0", true],
        ["latest", "0.0.0", false],
        ["2.21.0", "latest", false],
    ])("%s is at least %s: %s", (version, floor, expected) => {
        expect(atLeast(version, floor)).toBe(expected);
    });
});

describe("an image", () => {
    test.each<[string, ImageName, ImageChoice, string | undefined, string, string]>([
        ["the vendor's", "jaeger", {}, undefined, "docker.io/jaegertracing/jaeger:2.21.0", "2.21.0"],
        [
            "of another version",
            "jaeger",
            { version: "2.2.0" },
            undefined,
            "docker.io/jaegertracing/jaeger:2.2.0",
            "2.2.0",
        ],
        [
            "with a prefix of the tag",
            "traefik",
            { version: "3.7.15" },
            undefined,
            "docker.io/library/traefik:v3.7.15",
            "3.7.15",
        ],
        [
            "with a version written as the tag",
            "traefik",
            { version: "v3.7.15" },
            undefined,
            "docker.io/library/traefik:v3.7.15",
            "3.7.15",
        ],
        [
            "with a v that the tag has not",
            "jaeger",
            { version: "v2.2.0" },
            undefined,
            "docker.io/jaegertracing/jaeger:2.2.0",
            "2.2.0",
        ],
        [
            "of a mirror",
            "elasticsearch",
            { version: "8.8.2" },
            "mirror.example.org",
            "mirror.example.org/elasticsearch/elasticsearch:8.8.2",
            "8.8.2",
        ],
        [
            "of a mirror below a path",
            "jaeger",
            { version: "2.2.0" },
            "mirror.example.org/hub/",
            "mirror.example.org/hub/jaegertracing/jaeger:2.2.0",
            "2.2.0",
        ],
        [
            "of one's own, which a mirror leaves alone",
            "jaeger",
            { image: "own/jaeger@sha256:1", version: "2.2.0" },
            "mirror.example.org",
            "own/jaeger@sha256:1",
            "2.2.0",
        ],
        [
            "of one's own with the default version",
            "jaeger",
            { image: "own/jaeger" },
            undefined,
            "own/jaeger",
            "2.21.0",
        ],
    ])("%s", (_, name, choice, registry, reference, version) => {
        expect(resolveImage(name, choice, registry)).toEqual({ reference, version });
    });

    test.each(Object.entries(IMAGES))("of %s has a fixed version by default", (_, { version }) => {
        expect(parseVersion(version)).toBeDefined();
    });
});

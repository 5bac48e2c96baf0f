// The version of everything that the toolchain makes, in one place, and how versions compare.

/** Versions of tools and images that the toolchain makes from packages. */
export const VERSIONS = {
    /** Pulumi CLI and engine. */
    pulumi: "3.246.0",
    /** Oldest Pulumi CLI on PATH that is taken instead of one of our own. */
    pulumiMinimum: "3.230.0",
    /** The language hosts of Python and Go: the last ones that lie inside Pulumi's SDK module. */
    pulumiOldHosts: "3.65.0",
    /** The language host of YAML, a module of its own. */
    pulumiYamlHost: "1.25.0",
    dockerPlugin: "5.0.0",
    kubernetesPlugin: "4.34.2",
    randomPlugin: "4.21.2",
    tlsPlugin: "5.6.1",
    /** Jaeger's release; `jaegerModule` is the number of the same release as a Go module. */
    jaeger: "2.2.0",
    jaegerModule: "1.65.0",
    elasticsearch: "8.8.2",
    /** Servers that stand for external ones in tests. */
    elasticsearch7: "7.17.9",
    opensearch: "2.11.0",
    traefik: "3.7.15",
    /** The node of the local cluster. */
    kubernetes: "1.34.4",
    coredns: "1.14.0",
    /** Debian's packages, unpacked and not installed: installed, etcd would start as a service. */
    etcd: "3.4.23",
    cniPlugins: "1.1.1",
    /** The same, for promtool. */
    prometheus: "2.42.0",
    /** What looks at manifests in tests. */
    kubeconform: "0.8.0",
    kubeScore: "1.20.0",
    /** The Gateway API's definitions for tests: the module that Traefik 3.7 is built with. */
    gatewayApi: "1.6.1",
    /** Oldest Go that builds the tools. */
    goMinimum: "1.26.0",
    /** What is fetched when there is no such Go on PATH. */
    go: "1.26.6",
} as const;

/**
 * Compares two versions by their numbers; a missing number counts as 0 and a pre-release comes before its
 * release. Negative when `a` is older, positive when it is newer, 0 when they are equal.
 */
export function compareVersions(a: string, b: string): number {
    const [left, right] = [parse(a), parse(b)];
    for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i++) {
        const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
        if (difference !== 0) {
            return difference;
        }
    }
    if (left.preRelease === right.preRelease) {
        return 0;
    }
    if (left.preRelease === "" || right.preRelease === "") {
        return left.preRelease === "" ? 1 : -1;
    }
    return left.preRelease < right.preRelease ? -1 : 1;
}

/** The first version number in a text such as `go version go1.26.8 linux/amd64`; undefined without one. */
export function findVersion(text: string): string | undefined {
    return /\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?/.exec(text)?.[0];
}

function parse(version: string): { numbers: number[]; preRelease: string } {
    const match = /^v?(\d+(?:\.\d+)*)(?:-([^+]+))?(?:\+.*)?$/.exec(version.trim());
    if (!match) {
        throw new Error(
            `"${version}" is not a version: expected numbers with dots between them, as in 1.26.8`,
        );
    }
    return { numbers: match[1].split(".").map(Number), preRelease: match[2] ?? "" };
}

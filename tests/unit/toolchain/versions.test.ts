// How versions are found and compared, and that every file which repeats a version has the same one.
import * as fs from "node:fs";
import * as path from "node:path";

import { packageFolder } from "../../../toolchain/folders";
import { compareVersions, findVersion, VERSIONS } from "../../../toolchain/versions";

describe("comparing versions", () => {
    test.each([
        ["1.26.0", "1.26", 0],
        ["v3.246.0", "3.246.0", 0],
        ["1.26.8", "1.26.10", -1],
        ["1.9", "1.26", -1],
        ["3.246.0", "3.230.0", 1],
        ["2.0.0-rc.1", "2.0.0", -1],
        ["2.0.0", "2.0.0-rc.1", 1],
        ["2.0.0-alpha", "2.0.0-beta", -1],
        ["3.246.0+dirty", "3.246.0", 0],
    ])("%s against %s", (a, b, expected) => {
        expect(Math.sign(compareVersions(a, b))).toBe(expected);
    });

    test("refuses what is not a version", () => {
        expect(() => compareVersions("latest", "1.0")).toThrow(/"latest" is not a version: expected numbers/);
    });
});

describe("finding a version", () => {
    test.each([
        ["go version go1.26.8 linux/amd64", "1.26.8"],
        ["v3.246.0\n", "3.246.0"],
        ["go1.26", "1.26"],
        ["v3.247.0-alpha.1", "3.247.0-alpha.1"],
        ["", undefined],
        ["command not found", undefined],
    ])("in %p", (text, expected) => {
        expect(findVersion(text)).toBe(expected);
    });
});

describe("a version that stands in another file too", () => {
    test.each([
        ["toolchain/pulumi-cli/go.mod", `github.com/pulumi/pulumi/pkg/v3 v${VERSIONS.pulumi} `],
        ["toolchain/pulumi-cli/go.mod", `github.com/pulumi/pulumi/sdk/v3 v${VERSIONS.pulumi} `],
        ["toolchain/python-and-go-hosts/go.mod", `github.com/pulumi/pulumi/sdk/v3 v${VERSIONS.pulumiOldHosts} `],
        ["toolchain/yaml-host/go.mod", `github.com/pulumi/pulumi-yaml v${VERSIONS.pulumiYamlHost} `],
        ["toolchain/sdk-generator/go.mod", `github.com/pulumi/pulumi/pkg/v3 v${VERSIONS.pulumi}\n`],
        ["toolchain/kubeconform/go.mod", `github.com/yannh/kubeconform v${VERSIONS.kubeconform} `],
        ["toolchain/kube-score/go.mod", `github.com/zegl/kube-score v${VERSIONS.kubeScore} `],
        ["toolchain/gateway-api/go.mod", `sigs.k8s.io/gateway-api v${VERSIONS.gatewayApi}\n`],
        ["toolchain/jaeger/go.mod", `github.com/jaegertracing/jaeger v${VERSIONS.jaegerModule} `],
        ["toolchain/docker-plugin/main.go", `version = "${VERSIONS.dockerPlugin}"`],
        ...["package.json", "templates/docker-typescript/package.json", "templates/kubernetes-typescript/package.json"].flatMap(
            (file) => [
                [file, `"@pulumi/pulumi": "${VERSIONS.pulumi}"`],
                [file, `"@pulumi/docker": "${VERSIONS.dockerPlugin}"`],
                [file, `"@pulumi/kubernetes": "${VERSIONS.kubernetesPlugin}"`],
                [file, `"@pulumi/random": "${VERSIONS.randomPlugin}"`],
                [file, `"@pulumi/tls": "${VERSIONS.tlsPlugin}"`],
            ],
        ),
    ])("%s: %s", (file, expected) => {
        expect(fs.readFileSync(path.join(packageFolder(), file), "utf8")).toContain(expected);
    });
});

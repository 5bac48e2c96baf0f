// The manifests of the golden environments: the API server knows each field, and what kube-score finds is accepted.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { parse, stringify } from "yaml";

import { ensureCluster } from "../../toolchain/cluster";
import { Api } from "../../toolchain/cluster/api";
import { ensureKubeconformBinary, ensureKubeScoreBinary } from "../../toolchain/executables";
import { VERSIONS } from "../../toolchain/versions";
import { run } from "../engine/support/command";
import { read, rows, section } from "../unit/docs/pages";
import { FILE_NAMES, OpenApi, schemasOf } from "./support/schemas";

const GOLDEN = ["kubernetes.yaml", "kubernetes-scaled.yaml"].map((name) => `tests/components/golden/${name}`);

let folder: string;

beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "manifests-"));
    const api = new Api((await ensureCluster()).kubeconfig);
    for (const [name, schema] of schemasOf(await api.json<OpenApi>("/openapi/v2"))) {
        fs.writeFileSync(path.join(folder, name), JSON.stringify(schema));
    }
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

describe("kubeconform, with the schemas of the local cluster's API server", () => {
    interface Report {
        resources: { kind: string; name: string; status: string; msg: string }[];
        summary: { valid: number; invalid: number; errors: number; skipped: number };
    }

    async function conforms(...files: string[]): Promise<Report> {
        const { stdout } = await run(
            await ensureKubeconformBinary(),
            ["-strict", "-summary", "-output", "json", "-schema-location", path.join(folder, FILE_NAMES), ...files],
            { expect: "any" },
        );
        return JSON.parse(stdout) as Report;
    }

    test.each(GOLDEN)("finds nothing wrong in %s", async (file) => {
        const { resources, summary } = await conforms(file);
        expect(resources).toEqual([]);
        expect(summary).toMatchObject({ invalid: 0, errors: 0, skipped: 0 });
        expect(summary.valid).toBe(read(file).split("\n---\n").length);
    });

    test.each<[string, string, RegExp]>([
        ["a field that there is not", "spec: { clusterIp: None }", /clusterIp/],
        ["a text where a number belongs", "spec: { ports: [{ port: http }] }", /port/],
    ])("finds %s", async (_, spec, message) => {
        const file = path.join(folder, "wrong.yaml");
        fs.writeFileSync(file, `apiVersion: v1\nkind: Service\nmetadata: { name: wrong }\n${spec}\n`);
        const { resources } = await conforms(file);
        expect(resources).toEqual([expect.objectContaining({ status: "statusInvalid", msg: expect.stringMatching(message) })]);
    });
});

describe("kube-score", () => {
    interface Scored {
        type_meta: { kind: string };
        object_meta: { name: string; labels?: Record<string, string> };
        checks: { check: { id: string }; grade: number; skipped: boolean; comments: { path: string; summary: string }[] | null }[];
    }

    /** A finding, such as `container-image-tag of Deployment main-shop, app: ...`. */
    interface Finding {
        check: string;
        component: string;
        text: string;
    }

    const OK = 10;
    const COMPONENT = "app.kubernetes.io/component";

    /** The manifests with the names that Pulumi would find where there is none: kube-score takes namesakes for one. */
    function named(manifests: string): string {
        return manifests
            .split("\n---\n")
            .map((text) => {
                const manifest = parse(text) as { metadata: { name?: string } };
                manifest.metadata.name ??= /^# \S+ (\S+)$/m.exec(text)?.[1];
                return stringify(manifest);
            })
            .join("---\n");
    }

    async function findings(): Promise<Finding[]> {
        const file = path.join(folder, "named.yaml");
        fs.writeFileSync(file, named(read(GOLDEN[0])));
        const { stdout } = await run(
            await ensureKubeScoreBinary(),
            [
                ...["score", "--output-format", "json", "--output-version", "v2"],
                ...["--kubernetes-version", `v${VERSIONS.kubernetes.split(".").slice(0, 2).join(".")}`],
                ...["--enable-optional-test", "container-seccomp-profile"],
                file,
            ],
            { expect: "any" },
        );
        return (JSON.parse(stdout) as Scored[]).flatMap(({ type_meta, object_meta, checks }) =>
            checks
                .filter(({ grade, skipped }) => !skipped && grade < OK)
                .map(({ check, comments }) => {
                    const said = (comments ?? []).map(({ path: where, summary }) => `${where}: ${summary}`).join("; ");
                    return {
                        check: check.id,
                        component: object_meta.labels?.[COMPONENT] ?? "",
                        text: `${check.id} of ${type_meta.kind} ${object_meta.name}, ${said}`,
                    };
                }),
        );
    }

    /** What docs/kubernetes.md says is accepted: the check, and the components where it is. */
    const accepted = rows(section(read("docs/kubernetes.md"), "## What checkers find")).flatMap(([check, components]) =>
        check.startsWith("`") ? [{ check: check.replaceAll("`", ""), components: components.split(", ") }] : [],
    );

    test("finds only what docs/kubernetes.md gives a reason for, and all of that", async () => {
        const found = await findings();
        const isAccepted = ({ check, component }: Finding) =>
            accepted.some((each) => each.check === check && (each.components.includes("all") || each.components.includes(component)));
        expect(found.filter((each) => !isAccepted(each)).map(({ text }) => text)).toEqual([]);
        const stale = accepted.filter(({ check }) => !found.some((each) => each.check === check));
        expect(stale).toEqual([]);
    });
});

// The alert rules: each fires when it should and not before, by Prometheus itself, on series as they are scraped.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

import { parse, stringify } from "yaml";

import { AlertOptions, alertRules, alerts, runbookUrlProblem } from "../../../../components/observability/alerts";
import { canMakePromtool, ensurePromtool } from "../../../../toolchain/executables";
import { recordNotRun } from "../../../../scripts/tests/notRun";
import { expectGolden } from "../../../helpers/golden";
import { anchors, code, firstCells, read, section } from "../../docs/pages";
import { useTemporaryFolder } from "../temporaryFolder";
import { metricNames, series } from "./scrapes";

const HOUR = 3600;
const COMMON = { partOf: "shop-live", collector: true, ingress: true, storage: true, retentionInterval: HOUR, canaryInterval: 300 };
/** The rules of an environment in a cluster, and of one on a Docker engine. */
const KUBERNETES: AlertOptions = {
    ...COMMON,
    cluster: {
        namespace: "shop-live",
        storage: "shop-live-main-storage",
        retention: "shop-live-main-retention",
        canary: "shop-live-main-canary",
    },
};
const DOCKER: AlertOptions = COMMON;

const PAGE = read("docs/alerts.md");
const folder = useTemporaryFolder();

/** Runs promtool; undefined where there is none, which the test run then tells. */
async function promtool(args: (written: (name: string, text: string) => string) => string[]): Promise<string | undefined> {
    if (!canMakePromtool()) {
        recordNotRun("the alert rules by promtool: it is not on PATH, and can't be taken from Debian here");
        return undefined;
    }
    const written = (name: string, text: string) => {
        const file = path.join(folder(), name);
        fs.writeFileSync(file, text);
        return file;
    };
    return execFileSync(await ensurePromtool(), args(written), { encoding: "utf8", cwd: folder(), stdio: "pipe" });
}

const cluster = (labels: Readonly<Record<string, string>>) => ({ namespace: "shop-live", part_of: "shop-live", ...labels });
const COLLECTOR = { component: "collector", instance: "10.0.0.1:8888" };
const onCluster = cluster(COLLECTOR);
const onEngine = { part_of: "shop-live", ...COLLECTOR };
const kube = (object: string) => `{namespace="shop-live",cronjob="shop-live-main-${object}"}`;

/** Series that are there when nothing is wrong, for two days. */
const WELL = {
    kubernetes: {
        [`up{namespace="shop-live",part_of="shop-live",component="collector",instance="10.0.0.1:8888"}`]: "1x2880",
        [`up{namespace="other",part_of="other",component="collector",instance="10.0.0.2:8888"}`]: "0x2880",
    },
    docker: {
        [`up{part_of="shop-live",component="collector",instance="10.0.0.1:8888"}`]: "1x2880",
    },
};

/** The scrape of a collector without a queue, of one whose storage refuses, and of one with a queue. */
const OLD = "jaeger-2.2.0-collector";
const ERRORS = "jaeger-2.2.0-collector-errors";
const NEW = "jaeger-2.2.0-collector-queue";

interface Case {
    alert: string;
    what: string;
    options: AlertOptions;
    series: Record<string, string>;
    /** When it has not fired yet, and when it fires. */
    quiet: string;
    fires?: string;
    /** For how many series. @default 1 */
    count?: number;
}

const BULK = series(ERRORS, "jaeger_storage_bulk_index_errors_total", onCluster);
const REFUSED = (labels: object) => series(OLD, "otelcol_receiver_refused_spans", labels as Record<string, string>);
const KUBELET = "kubelet-1.34.4";
const claim = (metric: string) =>
    series(KUBELET, metric).replace(/\{.*/, '{namespace="shop-live",persistentvolumeclaim="data-shop-live-main-storage-0"}');

const CASES: Case[] = [
    {
        alert: "TraceBulkErrors",
        what: "a counter that comes into being with the first error",
        options: KUBERNETES,
        series: { [BULK]: "_x20 5x60" },
        quiet: "19m",
        fires: "20m",
    },
    {
        alert: "TraceBulkErrors",
        what: "a counter that grows once more",
        options: KUBERNETES,
        series: { [BULK]: "5x60 7x60" },
        quiet: "59m",
        fires: "63m",
    },
    {
        alert: "TraceBulkErrors",
        what: "a counter that grows at once",
        options: KUBERNETES,
        series: { [BULK]: "_x20 5+2x60" },
        quiet: "19m",
        fires: "25m",
    },
    {
        alert: "TraceBulkErrors",
        what: "no longer than for ten minutes",
        options: KUBERNETES,
        series: { [BULK]: "5x20 7x60" },
        quiet: "45m",
    },
    {
        alert: "TraceSpansRefused",
        what: "by its name up to some release",
        options: KUBERNETES,
        series: { [REFUSED(onCluster)]: "0x20 3x60" },
        quiet: "20m",
        fires: "23m",
    },
    {
        alert: "TraceSpansRefused",
        what: "by its later name",
        options: KUBERNETES,
        series: { [REFUSED(onCluster).replace("{", "_total{")]: "0x20 3x60" },
        quiet: "20m",
        fires: "23m",
    },
    {
        alert: "TraceSpansRefused",
        what: "on Docker, when spans that were taken could not be kept",
        options: DOCKER,
        series: { [series(OLD, "otelcol_exporter_send_failed_spans", onEngine)]: "0x20 3x60" },
        quiet: "20m",
        fires: "23m",
    },
    {
        alert: "TraceSpansRefused",
        what: "once for each counter that grows",
        options: KUBERNETES,
        series: Object.fromEntries(
            ["otelcol_exporter_send_failed_spans", "otelcol_receiver_refused_spans"].map((metric) => [
                series(NEW, metric, onCluster),
                "_x20 3+1x60",
            ]),
        ),
        quiet: "19m",
        fires: "23m",
        count: 2,
    },
    {
        alert: "TraceQueueFull",
        what: "over 80 % for two minutes",
        options: KUBERNETES,
        series: {
            // The labels are not the same ones.
            [series(NEW, "otelcol_exporter_queue_size", onCluster)]: "80x20 81x60",
            [series(NEW, "otelcol_exporter_queue_capacity", onCluster)]: "100x80",
        },
        quiet: "22m",
        fires: "24m",
    },
    {
        alert: "TraceStorageDiskFull",
        what: "over 80 % of the claim for five minutes",
        options: KUBERNETES,
        series: {
            [claim("kubelet_volume_stats_available_bytes")]: "20x20 19x60",
            [claim("kubelet_volume_stats_capacity_bytes")]: "100x80",
        },
        quiet: "25m",
        fires: "27m",
    },
    {
        alert: "TraceStorageDiskFull",
        what: "over 80 % of a file system of the host for five minutes",
        options: DOCKER,
        series: {
            'node_filesystem_avail_bytes{job="traced-environment-host",fstype="ext4",mountpoint="/"}': "20x20 19x60",
            'node_filesystem_size_bytes{job="traced-environment-host",fstype="ext4",mountpoint="/"}': "100x80",
            'node_filesystem_avail_bytes{job="traced-environment-host",fstype="tmpfs",mountpoint="/run"}': "0x80",
            'node_filesystem_size_bytes{job="traced-environment-host",fstype="tmpfs",mountpoint="/run"}': "100x80",
        },
        quiet: "25m",
        fires: "27m",
    },
    ...(["retention", "canary"] as const).flatMap((job): Case[] => {
        const interval = job === "retention" ? 60 : 5;
        const limit = 2 * interval + 5;
        const alert = job === "retention" ? "TraceRetentionMissed" : "TraceCanaryFailed";
        return [
            {
                alert,
                what: "two intervals after the last success",
                options: KUBERNETES,
                series: { [`kube_cronjob_status_last_successful_time${kube(job)}`]: "0x300" },
                quiet: `${limit}m`,
                fires: `${limit + 1}m`,
            },
            {
                alert,
                what: "two intervals after it was made, when it never succeeded",
                options: KUBERNETES,
                series: { [`kube_cronjob_created${kube(job)}`]: "600x300" },
                quiet: `${10 + limit}m`,
                fires: `${11 + limit}m`,
            },
            {
                alert,
                what: "not while it succeeds, however old it is",
                options: KUBERNETES,
                series: {
                    [`kube_cronjob_created${kube(job)}`]: "0x300",
                    [`kube_cronjob_status_last_successful_time${kube(job)}`]: "0+60x300",
                },
                quiet: "290m",
            },
            {
                alert,
                what: "when its container is not healthy for five minutes",
                options: DOCKER,
                series: {
                    [`container_health_state{container_label_app_kubernetes_io_part_of="shop-live",container_label_app_kubernetes_io_component="${job}"}`]:
                        "0x3 1x20 0x60",
                },
                quiet: "28m",
                fires: "30m",
            },
        ];
    }),
    {
        alert: "TraceMetricsMissing",
        what: "a part that does not answer",
        options: KUBERNETES,
        series: { 'up{namespace="shop-live",part_of="shop-live",component="ingress",instance="10.0.0.3:9100"}': "1x20 0x60" },
        quiet: "25m",
        fires: "27m",
    },
];


describe("the rules", () => {
    test.each([
        ["kubernetes", KUBERNETES],
        ["docker", DOCKER],
    ])("on %s are the ones that were reviewed", (name, options) => {
        expectGolden(path.join(__dirname, `../golden/alerts-${name}.yaml`), alertRules(options));
    });

    it("are only those of what an environment has", () => {
        const names = (options: AlertOptions) => alerts(options).map(({ alert }) => alert);
        expect(names({ partOf: "p", collector: true, ingress: true, storage: false })).toEqual([
            "TraceBulkErrors",
            "TraceSpansRefused",
            "TraceQueueFull",
            "TraceMetricsMissing",
        ]);
        expect(names({ partOf: "p", collector: false, ingress: true, storage: false })).toEqual(["TraceMetricsMissing"]);
        expect(names({ partOf: "p", collector: false, ingress: false, storage: false })).toEqual([]);
    });

    it("link to a heading each that says what to do, where the page has an address", () => {
        const runbookUrl = "https://wiki.example.org/alerts?version=1";
        for (const { alert, annotations } of alerts({ ...KUBERNETES, runbookUrl })) {
            const [page, anchor] = annotations.runbook_url!.split("#");
            expect({ alert, page, there: anchors(PAGE).includes(anchor) }).toEqual({ alert, page: runbookUrl, there: true });
            expect(section(PAGE, "## What to do")).toContain(`\`${alert}\``);
        }
    });

    it("name the page and the heading where it has none: no link that nobody can open", () => {
        for (const { alert, annotations } of alerts(KUBERNETES)) {
            expect({ alert, annotations }).not.toHaveProperty("annotations.runbook_url");
            const [, heading] = / What to do: docs\/alerts\.md of traced-environment, "([^"]+)"\.$/.exec(annotations.description)!;
            expect(PAGE).toContain(`\n### ${heading}\n\n\`${alert}\``);
        }
    });

    it.each([
        ["https://wiki.example.org/alerts", true],
        ["http://wiki/alerts.html?raw=1", true],
        ["docs/alerts.md", false],
        ["file:///docs/alerts.md", false],
        ["https://wiki.example.org/alerts#top", false],
    ])("take %s as the page's address: %s", (url, taken) => {
        expect(runbookUrlProblem(url) === undefined).toBe(taken);
    });

    it("name only metrics that were scraped, or whose source the page tells", () => {
        const scraped = metricNames();
        const told = new Set(firstCells(section(PAGE, "## Metrics of others")));
        const named = new Set(
            [...alerts(KUBERNETES), ...alerts(DOCKER)].flatMap(({ expr }) => [
                ...(expr.match(/\b[a-z]+(_[a-z]+)+(?=\{)/g) ?? []),
                ...(/\bup(?=\{)/.exec(expr) ?? []),
                ...[...expr.matchAll(/__name__=~"([^"]+)"/g)].flatMap(([, pattern]) =>
                    [...scraped].some((name) => new RegExp(`^${pattern}$`).test(name)) ? [] : [pattern],
                ),
            ]),
        );
        expect(named.size).toBeGreaterThan(8);
        expect([...named].filter((name) => !scraped.has(name) && !told.has(name))).toEqual([]);
    });
});

describe("each rule fires, and no other", () => {
    test.each(CASES)("$alert: $what", async ({ options, alert, series: own, quiet, fires, count = 1 }) => {
        const well = options.cluster ? WELL.kubernetes : WELL.docker;
        const firing = 'count by (alertname) (ALERTS{alertstate="firing"})';
        const test = {
            rule_files: ["rules.yml"],
            evaluation_interval: "1m",
            tests: [
                {
                    interval: "1m",
                    input_series: Object.entries({ ...well, ...own }).map(([name, values]) => ({ series: name, values })),
                    promql_expr_test: [
                        { expr: firing, eval_time: quiet, exp_samples: [] },
                        ...(fires === undefined
                            ? []
                            : [
                                  {
                                      expr: firing,
                                      eval_time: fires,
                                      exp_samples: [{ labels: `{alertname="${alert}"}`, value: count }],
                                  },
                              ]),
                    ],
                },
            ],
        };
        const output = await promtool((written) => {
            written("rules.yml", alertRules(options));
            return ["test", "rules", written("test.yml", stringify(test))];
        });
        expect(output ?? "SUCCESS").toContain("SUCCESS");
    });

    it("TraceMetricsMissing: when nothing is scraped at all", async () => {
        const output = await promtool((written) => {
            written("rules.yml", alertRules(KUBERNETES));
            const test = {
                rule_files: ["rules.yml"],
                evaluation_interval: "1m",
                tests: [
                    {
                        interval: "1m",
                        input_series: [{ series: 'up{part_of="other"}', values: "1x60" }],
                        alert_rule_test: [
                            {
                                eval_time: "10m",
                                alertname: "TraceMetricsMissing",
                                exp_alerts: [
                                    {
                                        exp_labels: {
                                            severity: "warning",
                                            namespace: "shop-live",
                                            part_of: "shop-live",
                                            component: "collector",
                                        },
                                        exp_annotations: alerts(KUBERNETES).at(-1)?.annotations,
                                    },
                                ],
                            },
                        ],
                    },
                ],
            };
            return ["test", "rules", written("test.yml", stringify(test))];
        });
        expect(output ?? "SUCCESS").toContain("SUCCESS");
    });
});

describe("docs/alerts.md", () => {
    /** Debian's promtool knows no clusters: it gets what finds pods as addresses, and checks the rest. */
    const configurations = code(PAGE, "yaml")
        .filter((text) => "scrape_configs" in (parse(text) as object))
        .map((text) => text.replace(/kubernetes_sd_configs:\n +- role: pod/, 'static_configs: [{ targets: ["pod:8888"] }]'));

    it("has a scrape configuration for each platform", () => {
        expect(configurations).toHaveLength(2);
    });

    test.each(configurations.map((text, index) => [index, text]))("scrape configuration %i is one", async (_, text) => {
        const output = await promtool((written) => [
            "check",
            "config",
            "--syntax-only",
            written("prometheus.yml", text as string),
        ]);
        expect(output ?? "SUCCESS").toContain("SUCCESS");
    });
});

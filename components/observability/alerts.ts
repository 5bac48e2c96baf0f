// Alert rules (pure): when somebody has to look at an environment, as a rule file of Prometheus.
import { toYaml } from "../support/yaml";

/** What the rules are made for. */
export interface AlertOptions {
    /** `<project>-<stack>`: what the scraped series carry as `part_of`. */
    partOf: string;
    /** What the environment is called in a cluster; undefined on a Docker engine. */
    cluster?: ClusterNames;
    /** Whether it has collectors of its own. */
    collector: boolean;
    /** Whether it has an ingress of its own. */
    ingress: boolean;
    /** Whether it has an Elasticsearch of its own. */
    storage: boolean;
    /** Seconds from one run of retention to the next; undefined when there is none. */
    retentionInterval?: number;
    /** Seconds from one run of the canary to the next; undefined when there is none. */
    canaryInterval?: number;
    /** Where the page that says what to do is read, e.g. `https://wiki.example.org/alerts`; undefined when nobody says. */
    runbookUrl?: string;
}

/** The names of an environment's objects, by which Kubernetes' own metrics tell of them. */
export interface ClusterNames {
    namespace: string;
    /** The StatefulSet of Elasticsearch. */
    storage: string;
    /** The CronJobs. */
    retention: string;
    canary: string;
}

/** One alert. */
export interface AlertRule {
    alert: string;
    expr: string;
    for: string;
    labels: { severity: "critical" | "warning" };
    annotations: { summary: string; description: string; runbook_url?: string };
}

/** The page that says what to do, a heading for each alert: a path of this package, so no address that could be opened. */
const PAGE = "docs/alerts.md";

/** The share of a disk or a queue above which somebody has to look. */
const FULL = 0.8;

/** Runs that may be missed: as many as on Docker make the container unhealthy. */
const MISSES = 2;

/** Seconds that a job may take to be started, and to end. */
const SLACK = 300;

/**
 * What the collector counts of spans that it did not take, or did not keep.
 *
 * Jaeger 2.2 was scraped. Of the family of 2.21 (its sources of 2026-08-20, with Collector 0.155) names and labels are known
 * from the sources: these, the queue's size and capacity from `internal/metadata` and `internal/queue` of the Collector's
 * receiverhelper and exporterhelper, `bulk_index_errors` from `internal/storage/elasticsearch/esclient/sync_bulk.go` in the
 * namespace that `jaegerstorage/extension.go` gives it, and the ending `_total` from `otelconftelemetry/internal/migration`
 * of the Collector's service, which leaves it to readers that say nothing.
 */
const LOSSES = ["receiver_refused", "exporter_send_failed"];

/** What becomes a rule. */
interface Draft {
    alert: string;
    expr: string;
    for?: string;
    severity: AlertRule["labels"]["severity"];
    summary: string;
    description: string;
    /** The heading on the page. */
    heading: string;
}

/** Labels that a series must have; the sign comes before the quoted value. */
function selector(labels: Readonly<Record<string, string>>): string {
    const parts = Object.entries(labels).map(([label, match]) => `${label}${match}`);
    return `{${parts.join(",")}}`;
}

const is = (value: string) => `=${JSON.stringify(value)}`;
const matches = (pattern: string) => `=~${JSON.stringify(pattern)}`;

/**
 * Whether a counter has grown within ten minutes. Many counters come into being with the first thing they count: then
 * nothing grows, but there was nothing before.
 */
function grown(series: string): string {
    return `increase(${series}[10m]) > 0 or (${series} > 0 unless ${series} offset 10m)`;
}

/** Seconds since a CronJob succeeded last, or was made when it never did. */
function sinceSuccess(cronJob: string, namespace: string): string {
    const labels = selector({ namespace: is(namespace), cronjob: is(cronJob) });
    return `time() - (kube_cronjob_status_last_successful_time${labels} or kube_cronjob_created${labels})`;
}

/** When a job has missed its runs: by what the cluster says of the CronJob, or the engine of the container's health. */
function missed(role: "retention" | "canary", interval: number, { partOf, cluster }: AlertOptions) {
    return cluster
        ? { expr: `${sinceSuccess(cluster[role], cluster.namespace)} > ${MISSES * interval + SLACK}` }
        : {
              expr: `container_health_state${selector({
                  container_label_app_kubernetes_io_part_of: is(partOf),
                  container_label_app_kubernetes_io_component: is(role),
              })} == 0`,
              // One that starts is not healthy yet.
              for: "5m",
          };
}

/** The free share of the disk: by what the kubelet says of the claims, or the host's exporter of its file systems. */
function freeDisk({ cluster }: AlertOptions): string {
    const labels = cluster
        ? selector({
              namespace: is(cluster.namespace),
              persistentvolumeclaim: matches(`data-${cluster.storage}-[0-9]+`),
          })
        : selector({ job: is("traced-environment-host"), fstype: '!~"tmpfs|ramfs|overlay|squashfs"' });
    return cluster
        ? `kubelet_volume_stats_available_bytes${labels} / kubelet_volume_stats_capacity_bytes${labels}`
        : `node_filesystem_avail_bytes${labels} / node_filesystem_size_bytes${labels}`;
}

function drafts(options: AlertOptions): Draft[] {
    const { partOf, cluster, collector, ingress, storage, retentionInterval, canaryInterval } = options;
    const own = (component: string, more: Readonly<Record<string, string>> = {}) =>
        selector({
            ...more,
            ...(cluster ? { namespace: is(cluster.namespace) } : {}),
            part_of: is(partOf),
            component: is(component),
        });
    const target = "{{ $labels.instance }}";
    const every = selector({ ...(cluster ? { namespace: is(cluster.namespace) } : {}), part_of: is(partOf) });
    const scraped = collector ? "collector" : ingress ? "ingress" : undefined;
    return [
        ...(collector
            ? [
                  {
                      alert: "TraceBulkErrors",
                      expr: grown(`jaeger_storage_bulk_index_errors_total${own("collector")}`),
                      severity: "critical" as const,
                      summary: "The storage refuses spans.",
                      description: `The collector ${target} could not store documents in the last ten minutes.`,
                      heading: "Bulk errors",
                  },
                  {
                      alert: "TraceSpansRefused",
                      expr: LOSSES.map((loss) =>
                          // Up to some release the names of counters had no ending.
                          grown(own("collector", { __name__: matches(`otelcol_${loss}_spans(_total)?`) })),
                      ).join(" or "),
                      severity: "critical" as const,
                      summary: "The collector refuses or loses spans.",
                      description: `The collector ${target} did not take or did not keep all spans of the last ten minutes.`,
                      heading: "Refused spans",
                  },
                  {
                      alert: "TraceQueueFull",
                      // Up to some release only one of both says of which data it is.
                      expr:
                          `otelcol_exporter_queue_size${own("collector")} / ignoring(data_type) ` +
                          `otelcol_exporter_queue_capacity${own("collector")} > ${FULL}`,
                      for: "2m",
                      severity: "warning" as const,
                      summary: "The collector's queue is more than 80 % full.",
                      description: `The storage takes spans slower than they come to the collector ${target}.`,
                      heading: "Queue full",
                  },
              ]
            : []),
        ...(storage
            ? [
                  {
                      alert: "TraceStorageDiskFull",
                      expr: `1 - ${freeDisk(options)} > ${FULL}`,
                      for: "5m",
                      severity: "warning" as const,
                      summary: "The disk of the trace storage is more than 80 % full.",
                      description: "With 1 GB free Elasticsearch takes no spans any more.",
                      heading: "Disk full",
                  },
              ]
            : []),
        ...(retentionInterval === undefined
            ? []
            : [
                  {
                      alert: "TraceRetentionMissed",
                      ...missed("retention", retentionInterval, options),
                      severity: "warning" as const,
                      summary: "Old spans are not deleted.",
                      description: `No run of retention succeeded for ${MISSES} intervals.`,
                      heading: "Retention missed",
                  },
              ]),
        ...(canaryInterval === undefined
            ? []
            : [
                  {
                      alert: "TraceCanaryFailed",
                      ...missed("canary", canaryInterval, options),
                      severity: "critical" as const,
                      summary: "Requests do not become whole traces.",
                      description: `No run of the canary succeeded for ${MISSES} intervals; its log names what is missing.`,
                      heading: "Canary failed",
                  },
              ]),
        ...(scraped === undefined
            ? []
            : [
                  {
                      alert: "TraceMetricsMissing",
                      expr: `up${every} == 0 or absent(up${own(scraped)})`,
                      for: "5m",
                      severity: "warning" as const,
                      summary: "A part of the tracing environment is not scraped.",
                      description: "What is not scraped raises no alert.",
                      heading: "Metrics missing",
                  },
              ]),
    ];
}

/** The alerts of an environment. */
export function alerts(options: AlertOptions): AlertRule[] {
    return drafts(options).map(({ alert, expr, for: duration = "0s", severity, summary, description, heading }) => ({
        alert,
        expr,
        for: duration,
        labels: { severity },
        annotations: { summary, ...whatToDo(description, heading, options.runbookUrl) },
    }));
}

/** A link to the heading; where the page has no address, its name. */
function whatToDo(description: string, heading: string, page: string | undefined) {
    return page === undefined
        ? { description: `${description} What to do: ${PAGE} of traced-environment, "${heading}".` }
        : { description, runbook_url: `${page}#${heading.toLowerCase().replaceAll(" ", "-")}` };
}

/** What is wrong with the address of the page, if anything. */
export function runbookUrlProblem(url: string): string | undefined {
    const { protocol, hash } = URL.canParse(url) ? new URL(url) : { protocol: "", hash: "" };
    return /^https?:$/.test(protocol) && hash === ""
        ? undefined
        : "expected the address of a page without a fragment, such as https://wiki.example.org/alerts";
}

/** The rule file (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/). */
export function alertRules(options: AlertOptions): string {
    return toYaml({ groups: [{ name: options.partOf, rules: alerts(options) }] });
}

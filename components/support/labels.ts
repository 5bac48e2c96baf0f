// The labels of everything that is made: the keys that Kubernetes recommends, and some of our own.

/** Label keys. */
export const LABELS = {
    /** What a container is in the environment, e.g. `collector`. */
    component: "app.kubernetes.io/component",
    /** The logical name, e.g. `main-collector`. */
    instance: "app.kubernetes.io/instance",
    managedBy: "app.kubernetes.io/managed-by",
    /** `<project>-<stack>`. */
    partOf: "app.kubernetes.io/part-of",
    /** Tells two clones of the same project and stack apart; absent without an environment id. */
    environmentId: "traced-environment/environment-id",
    /** Of a volume on an engine that holds nothing but declared files: a digest of all that it is made of. */
    content: "traced-environment/content",
} as const;

/** What says that and where something is scraped, as Prometheus' examples read it: annotations of pods, labels of containers. */
export const SCRAPE = {
    scrape: "prometheus.io/scrape",
    port: "prometheus.io/port",
    path: "prometheus.io/path",
} as const;

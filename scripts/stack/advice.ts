// What to do about what ails a container or pod, by the platform's own words (pure).

/** The way out, by what the platform says. The first that fits counts. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
    [
        /ErrImagePull|ImagePullBackOff|InvalidImageName/,
        "Check the image's name and tag, and that the cluster's nodes reach its registry; the login of a private one is " +
            "named in kubernetes.imagePullSecrets.",
    ],
    [
        /exceeded quota/,
        "Lower what the part asks for (memory, kubernetes.cpu, replicas), or have the namespace's ResourceQuota raised: " +
            "kubectl describe resourcequota shows it.",
    ],
    [
        /ProvisioningFailed|FailedBinding|unbound.*PersistentVolumeClaim|persistentvolumeclaim .* not found/i,
        "Name a class in kubernetes.storageClass that the cluster has and that makes volumes: kubectl get storageclass " +
            "shows them.",
    ],
    [
        /Insufficient (memory|cpu|ephemeral-storage)/,
        "No node has so much left: lower the part's memory or kubernetes.cpu, or add nodes. kubectl describe nodes shows " +
            "what is reserved.",
    ],
    [
        /\bstorage: .*ended with 78\b/,
        "Elasticsearch refuses its settings or the node; its log says why. Of several each wants to be allowed 65535 open " +
            "files, as the node's container runtime was started: raise its limit, or set storage.kubernetes.nodes to 1.",
    ],
    [/OOMKilled/, "It needs more memory than its limit: raise the part's memory."],
];

/** What to do about a trouble; undefined when nothing is known. */
export function adviceOn(trouble: string): string | undefined {
    return ADVICE.find(([words]) => words.test(trouble))?.[1];
}

// The settings of an environment: one schema, from which all else about them is made.
import { z } from "zod";

import { subnetPoolProblem } from "../components/environment/subnets";
import { hashProblem } from "../components/ingress/authentication";
import { hostProblem, pathProblem } from "../components/ingress/configuration";
import { runbookUrlProblem } from "../components/observability/alerts";
import { canaryIntervalProblem } from "../components/observability/interval";
import { ServiceType } from "../components/platform/workload";
import { indexPrefixProblem, intervalProblem } from "../components/storage/configuration";
import { registryProblem } from "../components/support/references";
import {
    cpu,
    duration,
    flag,
    group,
    imageReference,
    list,
    named,
    oneOf,
    pattern,
    port,
    secret,
    size,
    text,
    whole,
} from "./values";

/** The namespace of the settings in a stack's configuration: the project's name in Pulumi.yaml. */
export const NAMESPACE = "traced-environment";

/** Defaults that are needed here too, to compare settings with one another and to verify the environment. */
export const DEFAULTS = {
    platform: "docker",
    port: 8080,
    tlsPort: 8443,
    jaegerUiPort: 16686,
    sampleRate: 1,
    healthPath: "/health",
} as const;

/** A name that is also a DNS label, short enough to be a part of others. */
const LABEL = /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/;
const LABEL_EXPECTED =
    "expected a name of lower-case letters, digits and -, starting with a letter, at most 32 characters";
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const VARIABLE_EXPECTED =
    "not a name of a variable; expected letters, digits and _, not starting with a digit";
const VERSION = /^\d+(\.\d+){0,2}([-+][A-Za-z0-9.-]+)?$/;

const USER = /^[^\s:]{1,64}$/;

const ENGINE = /^(local|unix:\/\/\/\S+|ssh:\/\/([^\s@/]+@)?[^\s@/]+|tcp:\/\/[^\s@/:]+:\d{1,5})$/;

function partImage(part: string, example: string) {
    return group({
        version: pattern(VERSION, `expected a version such as "${example}"`)
            .describe(`The version of ${part}: what its configuration is made for.`)
            .optional(),
        image: imageReference()
            .describe("A whole image reference, when it is not the vendor's of that version.")
            .optional(),
    });
}

const images = group({
    registry: text("expected a registry such as mirror.example.org", registryProblem)
        .describe(
            "The registry that mirrors the vendors' registries, e.g. mirror.example.org. Default: each vendor's own.",
        )
        .optional(),
    elasticsearch: partImage("Elasticsearch", "8.19.0").describe("Elasticsearch's image.").optional(),
    jaeger: partImage("Jaeger", "2.21.0").describe("Jaeger's image, for both roles.").optional(),
    traefik: partImage("Traefik", "3.7.11").describe("Traefik's image.").optional(),
    postgres: partImage("PostgreSQL", "15-bookworm")
        .describe("PostgreSQL's image, for `databases`.")
        .optional(),
});

/** The login of one role on a server that exists already. */
function login(privileges: string) {
    return group({
        user: text("expected the name of the server's user").describe("The user's name."),
        password: secret().describe("The user's password; set by `pulumi config set --secret --path`."),
    }).describe(`The user that ${privileges}.`);
}

const externalStorage = group({
    engine: oneOf(["elasticsearch", "opensearch"])
        .describe("What the server is: elasticsearch or opensearch. Default: elasticsearch.")
        .optional(),
    version: pattern(VERSION, 'expected the server\'s version such as "8.19.0"').describe(
        "The server's version: Jaeger's configuration depends on it.",
    ),
    eck: group({
        name: text("expected the name of an Elasticsearch object").describe("The name of its Elasticsearch object."),
        namespace: text("expected the name of a namespace").describe("The namespace of that object and of its pods."),
    })
        .describe(
            "Kubernetes: a cluster that Elastic's operator (ECK) keeps, whose Service and Secrets say the rest. Default: none.",
        )
        .optional(),
    urls: list(
        text("expected an address such as https://es.example.org:9200"),
        "expected a list of addresses such as [https://es.example.org:9200]",
    )
        .describe("The server's addresses, e.g. https://es.example.org:9200; required without `eck`.")
        .optional(),
    ca: text("expected certificates as PEM")
        .describe("The certificate authorities of an https server, as PEM. Default: the system's.")
        .optional(),
    network: text("expected the name of an existing Docker network")
        .describe("Docker: the existing network on which the server is reached. Give this or `egress`.")
        .optional(),
    namespace: text("expected the name of a namespace")
        .describe("Kubernetes: the namespace of the server's pods. Give this or `egress`.")
        .optional(),
    podLabels: named(/^\S+$/, "expected the key of a label", z.string({ error: "expected a text" }))
        .describe("Kubernetes: the labels of those pods. Default: all pods of the namespace.")
        .optional(),
    egress: flag()
        .describe("Whether the server is outside: Jaeger then gets a way out. Default: false.")
        .optional(),
    replicas: whole(0, 10).describe("Replicas of each shard. Default: 0.").optional(),
    writer: login("the collector writes as").optional(),
    reader: login("the query role reads as").optional(),
    maintainer: login("deletes old indices").optional(),
});

const storage = group({
    memory: size("1GiB", "2GiB")
        .describe("Elasticsearch's memory limit; half of it is the heap. Default: 1GiB.")
        .optional(),
    indexPrefix: text("expected the beginning of index names", indexPrefixProblem)
        .describe("Indices are named <indexPrefix>-jaeger-span-<day>. Default: the stack's name.")
        .optional(),
    shards: whole(1, 100).describe("Primary shards of each index. Default: 1.").optional(),
    retentionDays: whole(1, 3650, "expected a whole number of days, at least 1")
        .describe("Days that spans are kept, and that Jaeger looks back. Default: 7.")
        .optional(),
    retentionInterval: duration(intervalProblem)
        .describe("From one run of retention to the next, from 1s to 24h. Default: 1h.")
        .optional(),
    maxSize: size("1MiB", "20GiB")
        .describe("What all indices may take on disk; the oldest days go first. Default: no limit.")
        .optional(),
    kubernetes: group({
        size: size("1GiB", "10GiB").describe("The size of each volume. Default: 10GiB.").optional(),
        cpu: cpu().describe("The CPU that is reserved for each node. Default: 100m.").optional(),
        nodes: z
            .literal([1, 3], { error: "expected 1 or 3" })
            .describe("How many nodes: 1, or 3 that outlive the loss of one. Fixed while there are data. Default: 1.")
            .optional(),
    })
        .describe("What only a Kubernetes cluster has.")
        .optional(),
    keepData: flag()
        .describe("Whether the data stay when the stack is destroyed. Default: false.")
        .optional(),
    backup: flag()
        .describe("Whether there is a volume for backups; it stays when the stack is destroyed. Default: false.")
        .optional(),
    external: externalStorage
        .describe("A server that exists already; then none is made. Default: none.")
        .optional(),
});

const externalOtlp = group({
    http: text("expected an address such as https://otlp.example.org").describe(
        "OTLP over HTTP without /v1/traces, e.g. https://otlp.example.org.",
    ),
    grpc: text("expected an address such as https://otlp.example.org:4317")
        .describe("OTLP over gRPC, e.g. https://otlp.example.org:4317. Default: none, all send by HTTP.")
        .optional(),
    ca: text("expected certificates as PEM")
        .describe("The certificate authorities of an https endpoint, as PEM. Default: the system's.")
        .optional(),
    headers: named(/^\S+$/, "expected the name of a header such as x-api-key", secret())
        .describe("Headers that the endpoint asks for, such as an API key; secret.")
        .optional(),
    network: text("expected the name of an existing Docker network")
        .describe("Docker: the existing network on which it is reached. Default: none, it is outside.")
        .optional(),
    namespace: text("expected the name of a namespace")
        .describe("Kubernetes: the namespace of its pods. Default: none, it is outside.")
        .optional(),
    podLabels: named(/^\S+$/, "expected the key of a label", z.string({ error: "expected a text" }))
        .describe("Kubernetes: the labels of those pods. Default: all pods of the namespace.")
        .optional(),
});

/** A share of requests or traces. */
function share() {
    const expected = "expected a share from 0 (none) to 1 (all)";
    return z.number({ error: expected }).min(0, { error: expected }).max(1, { error: expected });
}

const maxReplicas = (floor: string) =>
    whole(1, 50)
        .describe(`Up to how many run when they have much to do. Default: as many as \`${floor}\`.`)
        .optional();

const reservedCpu = () =>
    cpu().describe("The CPU that is reserved for each instance. Default: 100m.").optional();

const tracing = group({
    collectorReplicas: whole(1, 50).describe("How many collectors run; one on Docker. Default: 1.").optional(),
    queryReplicas: whole(1, 50).describe("How many query roles run; one on Docker. Default: 1.").optional(),
    kubernetes: group({
        collectorMaxReplicas: maxReplicas("collectorReplicas"),
        collectorCpu: reservedCpu(),
        queryCpu: reservedCpu(),
    })
        .describe("What only a Kubernetes cluster has.")
        .optional(),
    collectorMemory: size("64MiB", "512MiB")
        .describe("The collector's memory limit. Default: 512MiB.")
        .optional(),
    queryMemory: size("64MiB", "256MiB")
        .describe("The query role's memory limit. Default: 256MiB.")
        .optional(),
    sampling: group({
        defaultRate: share()
            .describe("The share for every service that is not named. Default: 1.")
            .optional(),
        services: named(/^\S(.*\S)?$/, "expected the service's name in traces", share())
            .describe("The share by the service's name in traces. Default: none.")
            .optional(),
    })
        .describe(
            "Which share of the traces that they begin themselves apps keep, when their sampler asks the collector. " +
                "Default: all.",
        )
        .optional(),
    external: externalOtlp
        .describe(
            "An OTLP endpoint that exists already: then neither storage nor Jaeger are made. Default: none.",
        )
        .optional(),
});

const externalIngress = group({
    url: text("expected an address such as https://example.org").describe(
        "Where people reach it, e.g. https://example.org; a route's host takes the place of this one.",
    ),
    ingressClass: text("expected the name of an IngressClass such as nginx")
        .describe("The class of Ingress objects that it looks at, e.g. nginx. Give this or `gateway`.")
        .optional(),
    gateway: group({
        name: text("expected the name of a Gateway").describe("Its name."),
        namespace: text("expected the name of a namespace")
            .describe("Its namespace, which must let routes of the apps' in. Default: the apps'.")
            .optional(),
        listener: text("expected the name of a listener")
            .describe("The listener to attach to. Default: all that take the host.")
            .optional(),
    })
        .describe("The Gateway (Gateway API) that HTTPRoutes are attached to. Give this or `ingressClass`.")
        .optional(),
    tlsSecret: text("expected the name of a Secret")
        .describe("The Secret of the apps' namespace with the certificate; with `ingressClass`. Default: none.")
        .optional(),
    annotations: named(/^\S+$/, "expected the key of an annotation", z.string({ error: "expected a text" }))
        .describe("Annotations of each route's object, for what only this controller knows. Default: none.")
        .optional(),
    namespace: text("expected the name of a namespace such as ingress-nginx").describe(
        "The namespace of the controller's pods, which apps let in.",
    ),
    podLabels: named(/^\S+$/, "expected the key of a label", z.string({ error: "expected a text" }))
        .describe("The labels of those pods. Default: all pods of the namespace.")
        .optional(),
});

const ingress = group({
    external: externalIngress
        .describe(
            "Kubernetes: a controller that exists already: then none is made. Traces begin at the apps, which keep the share " +
                "`sampleRate`, and Jaeger's UI has no address outside of the cluster. Default: none.",
        )
        .optional(),
    address: z
        .union([z.ipv4(), z.ipv6()], { error: "expected an IP address of the host such as 127.0.0.1" })
        .describe("Docker: the address of the host that it is published on. Default: 127.0.0.1.")
        .optional(),
    port: port().describe(`The port on the host, or of the Service. Default: ${DEFAULTS.port}.`).optional(),
    replicas: whole(1, 50).describe("How many instances run; one on Docker. Default: 1.").optional(),
    kubernetes: group({ maxReplicas: maxReplicas("replicas"), cpu: reservedCpu() })
        .describe("What only a Kubernetes cluster has.")
        .optional(),
    tls: group({
        port: port().describe(`The port on the host, or of the Service. Default: ${DEFAULTS.tlsPort}.`).optional(),
        certificate: text("expected the certificate as PEM")
            .describe(
                "The certificate as PEM, and those between it and its authority. Default: a self-signed one of Traefik's.",
            )
            .optional(),
        key: text("expected the private key as PEM")
            .meta({ description: "The certificate's private key as PEM, a secret.", secret: true })
            .optional(),
    })
        .describe("TLS for the apps, to which HTTP is redirected. Default: none.")
        .optional(),
    jaegerUiPort: port()
        .describe(
            `The port of Jaeger's UI on the host's loopback address. Default: ${DEFAULTS.jaegerUiPort}.`,
        )
        .optional(),
    jaegerUiRoute: group({
        host: text("expected a host name such as traces.example.org", hostProblem).describe(
            "The host that the request names.",
        ),
        users: named(
            USER,
            "expected a user's name without spaces and colons, at most 64 characters",
            text("expected the bcrypt hash of the user's password", hashProblem).meta({
                description: "What `htpasswd -nB -C 12 <user>` prints after the colon, a secret.",
                secret: true,
            }),
        )
            .describe("The bcrypt hash of each user's password, a secret. Give this or `forwardAuth`.")
            .optional(),
        forwardAuth: text("expected an address such as http://oauth2-proxy:4180/oauth2/auth")
            .describe("The address of a server that decides who may pass. Give this or `users`.")
            .optional(),
    })
        .describe("A route to Jaeger's UI besides, only with authentication. Default: none.")
        .optional(),
    sampleRate: share()
        .describe(
            `The share of requests that are traced when the caller has not decided. Default: ${DEFAULTS.sampleRate}.`,
        )
        .optional(),
    memory: size("64MiB", "128MiB").describe("Traefik's memory limit. Default: 128MiB.").optional(),
});

const database = group({
    memory: size("128MiB", "256MiB").describe("PostgreSQL's memory limit. Default: 256MiB.").optional(),
    keepData: flag()
        .describe("Whether the data stay when the stack is destroyed. Default: false.")
        .optional(),
    kubernetes: group({
        size: size("1GiB", "10GiB").describe("The size of its volume. Default: 1GiB.").optional(),
        cpu: reservedCpu(),
    })
        .describe("What only a Kubernetes cluster has.")
        .optional(),
});

const command = () => list(text("expected a text"), 'expected a list such as [gunicorn, "shop.wsgi"]');

const app = group({
    build: text("expected a folder with a Dockerfile such as examples/django-shop")
        .describe("A folder with a Dockerfile, which `npm run up` builds. Give this or `image`.")
        .optional(),
    image: imageReference()
        .describe("The image's reference, with a tag or digest that does not move. Give this or `build`.")
        .optional(),
    command: command().describe("Replaces the image's command; required with secrets.").optional(),
    preset: oneOf(["none", "django"]).describe("How the app is instrumented. Default: none.").optional(),
    django: group({
        settingsModule: pattern(
            /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/,
            'expected the settings module such as "shop.settings": without it the instrumentation starts Django with ' +
                "empty settings",
        ).describe("The settings module, e.g. shop.settings."),
    })
        .describe("What the Django preset needs.")
        .optional(),
    port: port().describe("The port the app listens on. Default: 8000.").optional(),
    healthPath: text("expected a path such as /health", pathProblem)
        .describe(
            `The path that answers below 400 when an instance can serve; not traced. Default: ${DEFAULTS.healthPath}.`,
        )
        .optional(),
    readyTimeout: whole(5, 3600)
        .describe("Seconds within which an instance must be ready, or the release has failed. Default: 120.")
        .optional(),
    replicas: whole(1, 50).describe("How many instances run. Default: 1.").optional(),
    memory: size("32MiB", "256MiB").describe("The memory limit of an instance. Default: 256MiB.").optional(),
    userId: whole(1, 2147483647, "expected a user id above 0: nothing runs as root")
        .describe("The user id that it runs as. Default: 10001.")
        .optional(),
    environment: named(VARIABLE, VARIABLE_EXPECTED, z.string({ error: "expected a text" }))
        .describe("Environment variables; they win over injected ones.")
        .optional(),
    secretEnvironment: named(VARIABLE, VARIABLE_EXPECTED, secret())
        .describe("Environment variables that are secret.")
        .optional(),
    generateSecrets: list(
        pattern(VARIABLE, VARIABLE_EXPECTED),
        "expected a list of names of variables such as [SECRET_KEY]",
    )
        .describe("Names of variables whose values are generated once and kept secret.")
        .optional(),
    database: text("expected the name of one of `databases`")
        .describe("One of `databases`: its address is in DATABASE_URL, a secret.")
        .optional(),
    tasks: list(
        group({
            name: pattern(LABEL, LABEL_EXPECTED).describe("Unique in the app, e.g. migrate."),
            command: command().describe("The program with its arguments."),
            timeout: whole(5, 86400)
                .describe("Seconds within which a run must have ended, or the release has failed. Default: 600.")
                .optional(),
        }),
        "expected a list of tasks, each with name and command",
    )
        .describe("Programs that run to their end, once per change, in this order, before the app.")
        .optional(),
    route: group({
        host: text("expected a host name such as shop.example.org", hostProblem)
            .describe("The host that the request names. Default: any.")
            .optional(),
        pathPrefix: text("expected a path such as /shop", pathProblem)
            .describe("What the path starts with. Default: any.")
            .optional(),
        traced: flag()
            .describe("Whether the ingress traces requests on this route. Default: true.")
            .optional(),
        keepAlive: whole(2, 3600, "expected a whole number of seconds from 2 to 3600")
            .describe(
                "Seconds that the app keeps an idle connection open. Default: 75 with the preset django, else 5.",
            )
            .optional(),
    })
        .describe("How requests come to the app. Default: not at all.")
        .optional(),
    serviceVersion: text('expected a version such as "1.4.2"')
        .describe("The service's version in traces. Default: none.")
        .optional(),
    resourceAttributes: named(
        /^\S+$/,
        "expected a name without spaces such as team.name",
        z.string({ error: "expected a text" }),
    )
        .describe("Further resource attributes of every span.")
        .optional(),
    joins: list(
        text("expected the name of an existing Docker network"),
        "expected a list of names of Docker networks",
    )
        .describe("Names of existing Docker networks to join.")
        .optional(),
    egress: flag().describe("Whether it may call anything outside. Default: false.").optional(),
    kubernetes: group({ maxReplicas: maxReplicas("replicas"), cpu: reservedCpu() })
        .describe("What only a Kubernetes cluster has.")
        .optional(),
});

/** A name as the API of Kubernetes wants most of them (RFC 1123). */
const OBJECT = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

const kubernetes = group({
    context: text("expected the name of a context of the kubeconfig")
        .describe("The context of the kubeconfig; required, but with `cluster: local`.")
        .optional(),
    kubeconfig: text("expected the path of a kubeconfig")
        .describe("The kubeconfig's path. Default: what KUBECONFIG names, else ~/.kube/config.")
        .optional(),
    namespace: pattern(
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
        "expected a name of lower-case letters, digits and -, at most 63 characters",
    )
        .describe("The namespace's name. Default: made from the names of project and stack.")
        .optional(),
    adoptNamespace: flag()
        .describe("Whether the namespace exists already: then it is neither made nor deleted. Default: false.")
        .optional(),
    storageClass: pattern(OBJECT, "expected the name of a StorageClass")
        .describe("The class of volumes. Default: the cluster's default class.")
        .optional(),
    serviceType: oneOf(Object.values(ServiceType))
        .describe(
            "How the ingress is reached from outside: LoadBalancer, NodePort or ClusterIP (not at all). " +
                `Default: ${ServiceType.LoadBalancer}.`,
        )
        .optional(),
    imagePullSecrets: list(
        pattern(OBJECT, "expected the name of a Secret"),
        "expected a list of names of Secrets such as [registry-login]",
    )
        .describe("Names of Secrets of the namespace with logins of image registries. Default: none.")
        .optional(),
    metricsPeers: list(
        group({
            namespace: pattern(OBJECT, "expected the name of a namespace such as monitoring").describe(
                "The namespace of the pods that scrape, e.g. monitoring.",
            ),
            podLabels: named(/^\S+$/, "expected the key of a label", z.string({ error: "expected a text" }))
                .describe("Their labels. Default: all pods of the namespace.")
                .optional(),
        }),
        "expected a list of peers, each with namespace",
    )
        .describe("Who may open the ports with metrics. Default: nobody.")
        .optional(),
    dns: group({
        namespace: pattern(OBJECT, "expected the name of a namespace")
            .describe("The namespace of the name servers. Default: kube-system.")
            .optional(),
        podLabels: named(/^\S+$/, "expected the key of a label", z.string({ error: "expected a text" }))
            .describe("The labels of their pods. Default: k8s-app: kube-dns.")
            .optional(),
        port: port()
            .describe("The port that the pods listen on. Default: 53.")
            .optional(),
        addresses: list(
            text("expected a network such as 169.254.20.10/32"),
            "expected a list of networks such as [169.254.20.10/32]",
        )
            .describe("Addresses of name servers that are no pods, such as a cache on each node. Default: none.")
            .optional(),
    })
        .describe("Who answers names: pods may always ask them.")
        .optional(),
});

/** The schema of all settings. */
export const settingsSchema = group({
    platform: oneOf(["docker", "kubernetes"])
        .describe(`Where the environment runs: docker or kubernetes. Default: ${DEFAULTS.platform}.`)
        .optional(),
    engine: pattern(
        ENGINE,
        'expected "local" or the address of a Docker engine such as unix:///var/run/docker.sock, ssh://user@host or ' +
            "tcp://host:2376",
    )
        .describe(
            'The Docker engine: "local" (DOCKER_HOST, or this machine\'s; `npm run up` may install and start one) or its ' +
                "address: unix:///..., ssh://user@host, tcp://host:2376. Required with platform docker.",
        )
        .optional(),
    cluster: oneOf(["local"])
        .describe(
            "\"local\": the cluster of this machine, which `npm run up` may install and start. Any other cluster is named by " +
                "`kubernetes.context`. One of both is required with platform kubernetes.",
        )
        .optional(),
    environmentId: pattern(/^[a-z0-9]{0,8}$/, "expected at most 8 lower-case letters and digits")
        .describe("Tells two clones of the same project and stack apart on one host. Default: none.")
        .optional(),
    environmentName: text("expected a name such as development")
        .describe("The environment's name in traces: deployment.environment.name. Default: the stack's name.")
        .optional(),
    images: images.describe("The images of all parts.").optional(),
    storage: storage.describe("The trace storage: Elasticsearch.").optional(),
    tracing: tracing.describe("The collector and the query role: Jaeger.").optional(),
    ingress: ingress.describe("The ingress: Traefik.").optional(),
    canary: group({
        interval: duration(canaryIntervalProblem)
            .describe("From one run to the next, from 3m to 24h. Default: 5m.")
            .optional(),
    })
        .describe(
            "A job that sends a request to each app with a traced route, and reads its trace back. Default: none.",
        )
        .optional(),
    alerts: group({
        runbookUrl: text("expected the address of a page such as https://wiki.example.org/alerts", runbookUrlProblem)
            .describe("Where docs/alerts.md can be read: each alert links to its heading there. Default: none, it is named.")
            .optional(),
    })
        .describe("The alert rules in the output `alertRules`.")
        .optional(),
    databases: named(LABEL, LABEL_EXPECTED, database)
        .describe("PostgreSQL databases for apps, by name. For development: one node, no backup.")
        .optional(),
    apps: named(LABEL, LABEL_EXPECTED, app)
        .describe("The apps by their name, which is their service name in traces. Default: none.")
        .optional(),
    docker: group({
        subnetPool: text("expected an IPv4 network such as 10.210.0.0/24", subnetPoolProblem)
            .describe(
                "The pool that small subnets of the environment's networks are taken from. Default: the engine's.",
            )
            .optional(),
    })
        .describe("What only a Docker engine has.")
        .optional(),
    kubernetes: kubernetes.describe("What only a Kubernetes cluster has.").optional(),
});

/** The settings of an environment. */
export type Settings = z.infer<typeof settingsSchema>;

/** The settings of one app. */
export type AppSettings = NonNullable<Settings["apps"]>[string];

/** The settings of the ingress. */
export type IngressSettings = NonNullable<Settings["ingress"]>;

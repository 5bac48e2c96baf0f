// Settings: bad ones are refused by path with the way out, all at once, and no secret shows.
import * as fs from "node:fs";
import * as path from "node:path";

import { parse } from "yaml";

import { Problem } from "../../../components/support/errors";
import { checkSettings } from "../../../infra/problems";
import { AUTHORITY, testCertificate } from "../../helpers/certificates";
import { changed, EXTERNAL_OTLP, EXTERNAL_STORAGE, GOOD, SECRET, SECRET_APPS } from "./trees";

function problemsOf(tree: object, origin = SECRET_APPS): Problem[] {
    const checked = checkSettings(tree, origin);
    return "problems" in checked ? checked.problems : [];
}

const APP = "apps.shop";
/** Changes that put {@link GOOD} on a cluster, and more. */
const ON_CLUSTER = (more: Record<string, unknown>) => ({
    platform: "kubernetes",
    engine: undefined,
    docker: undefined,
    "ingress.address": undefined,
    [`${APP}.joins`]: undefined,
    "kubernetes.context": "production",
    ...more,
});
const { certificate: CERTIFICATE, key: KEY } = testCertificate(["shop.localhost"]);
const OTHER_KEY = testCertificate(["shop.localhost"]).key;
const HASH = `$2y$12$${"a".repeat(53)}`;

const BAD: [change: Record<string, unknown>, path: string, reason: RegExp][] = [
    // The environment
    [{ platfrom: "docker" }, "platfrom", /did you mean "platform"/],
    [{ kubernetes: {} }, "kubernetes", /belongs to platform "kubernetes"; leave it out/],
    [{ cluster: "local" }, "cluster", /belongs to platform "kubernetes"/],
    [{ cluster: "mine" }, "cluster", /got "mine", expected "local"/],
    [{ "storage.kubernetes": { size: "2GiB" } }, "storage.kubernetes", /belongs to platform "kubernetes"/],
    [{ "databases.shop.kubernetes": {} }, "databases.shop.kubernetes", /belongs to platform "kubernetes"/],
    [{ [`${APP}.kubernetes`]: { maxReplicas: 3 } }, `${APP}.kubernetes`, /belongs to platform "kubernetes"/],
    [{ "ingress.replicas": 2 }, "ingress.replicas", /on Docker there is one/],
    [{ "tracing.collectorReplicas": 2 }, "tracing.collectorReplicas", /on Docker there is one/],
    [{ platform: "podman" }, "platform", /got "podman", expected "docker" or "kubernetes"/],
    [{ platform: "kubernetes" }, "engine", /belongs to platform "docker"/],
    [{ platform: "kubernetes" }, "docker", /belongs to platform "docker"/],
    [{ platform: "kubernetes" }, "ingress.address", /belongs to platform "docker"/],
    [{ platform: "kubernetes" }, `${APP}.joins`, /belongs to platform "docker"/],
    [{ platform: "kubernetes" }, "kubernetes.context", /missing; give the context .* or set `cluster: local`/],
    [ON_CLUSTER({ cluster: "local" }), "kubernetes.context", /given besides `cluster: local`/],
    [ON_CLUSTER({ "kubernetes.adoptNamespace": true }), "kubernetes.namespace", /missing; with `adoptNamespace`/],
    [ON_CLUSTER({ "kubernetes.namespace": "Shop" }), "kubernetes.namespace", /got "Shop", expected a name of lower-case/],
    [ON_CLUSTER({ "kubernetes.serviceType": "ExternalName" }), "kubernetes.serviceType", /"LoadBalancer" or "NodePort"/],
    [ON_CLUSTER({ "kubernetes.dns": { port: 0 } }), "kubernetes.dns.port", /expected a port/],
    [ON_CLUSTER({ "storage.kubernetes": { nodes: 2 } }), "storage.kubernetes.nodes", /got 2, expected 1 or 3/],
    [ON_CLUSTER({ "storage.kubernetes": { nodes: 3 }, "storage.backup": true }), "storage.backup", /given with three nodes/],
    [ON_CLUSTER({ "ingress.external": { url: "https://e", namespace: "i" } }), "ingress.external.ingressClass", /missing; give the class/],
    [
        ON_CLUSTER({ "ingress.external": { url: "https://e", namespace: "i", ingressClass: "n", gateway: { name: "g" } } }),
        "ingress.external.gateway",
        /given besides `ingressClass`/,
    ],
    [
        ON_CLUSTER({ "ingress.external": { url: "https://e", namespace: "i", gateway: { name: "g" }, tlsSecret: "s" } }),
        "ingress.external.tlsSecret",
        /whose listeners have the certificates/,
    ],
    [ON_CLUSTER({ "ingress.external": { url: "https://e", namespace: "i", ingressClass: "n" } }), "ingress.port", /made here/],
    [{ "ingress.external": { url: "https://e", namespace: "i", ingressClass: "n" } }, "ingress.external", /platform "kubernetes"/],
    [
        ON_CLUSTER({ ...EXTERNAL_STORAGE, "storage.external.egress": undefined }),
        "storage.external.namespace",
        /missing; give the namespace of the server's pods/,
    ],
    [
        ON_CLUSTER({ ...EXTERNAL_STORAGE, "storage.external.eck": { name: "es", namespace: "elastic" } }),
        "storage.external.urls",
        /given besides `eck`/,
    ],
    [ON_CLUSTER({ ...EXTERNAL_STORAGE, "storage.external.network": "es" }), "storage.external.network", /platform "docker"/],
    [
        { ...EXTERNAL_STORAGE, "storage.external": { version: "8.19.0", eck: { name: "es", namespace: "elastic" } } },
        "storage.external.eck",
        /platform "kubernetes"/,
    ],
    [{ ...EXTERNAL_STORAGE, "storage.external.podLabels": { a: "b" } }, "storage.external.podLabels", /platform "kubernetes"/],
    [ON_CLUSTER({ "ingress.kubernetes": { cpu: "fast" } }), "ingress.kubernetes.cpu", /expected an amount of CPU/],
    [ON_CLUSTER({ [`${APP}.kubernetes`]: { maxReplicas: 1 } }), `${APP}.kubernetes.maxReplicas`, /from replicas \(2\) to 50/],
    [{ engine: undefined }, "engine", /^missing; give "local" or the address/],
    [{ engine: "docker.example.org" }, "engine", /such as unix:\/\/\/var\/run\/docker.sock, ssh:/],
    [{ engine: "tcp://docker.example.org" }, "engine", /tcp:\/\/host:2376/],
    [{ engine: "ssh://" }, "engine", /ssh:\/\/user@host/],
    [{ engine: "unix://run/docker.sock" }, "engine", /unix:\/\/\//],
    [{ environmentId: "Way-too-long" }, "environmentId", /at most 8 lower-case letters and digits/],
    [{ environmentName: " " }, "environmentName", /such as development/],
    [{ "docker.subnetPool": "10.0.0.0/30" }, "docker.subnetPool", /holds 4 networks of \/26/],
    [{ "docker.subnetPool": "all" }, "docker.subnetPool", /such as 10\.210\.0\.0\/24/],
    [{ "canary.interval": "30s" }, "canary.interval", /from 3m to 24h such as 5m/],
    [{ "alerts.runbookUrl": "docs/alerts.md" }, "alerts.runbookUrl", /expected the address of a page/],
    [{ canary: {}, [`${APP}.route.traced`]: false }, "canary", /no app has a traced route/],
    [ON_CLUSTER({ "kubernetes.metricsPeers": [{}] }), "kubernetes.metricsPeers[0].namespace", /such as monitoring/],
    // Images
    [{ "images.registry": "https://mirror.example.org" }, "images.registry", /without scheme/],
    [{ "images.elasticsearch.version": "7.17.0" }, "images.elasticsearch.version", /from 8\.2\.0 to 9\.x/],
    [
        { "images.elasticsearch.version": 8.19 },
        "images.elasticsearch.version",
        /got 8\.19, .*put it in quotes/,
    ],
    [
        { "images.elasticsearch.version": "9.1.0", "images.jaeger.version": "2.2.0" },
        "images.elasticsearch.version",
        /does not know elasticsearch "9\.1\.0"/,
    ],
    [{ "images.jaeger.version": "1.65.0" }, "images.jaeger.version", /from 2\.2\.0 to 2\.x/],
    [
        { "images.jaeger.version": undefined },
        "images.jaeger.version",
        /^missing; with `image` give its version/,
    ],
    [{ "images.jaeger.image": "registry.example.org/jaeger" }, "images.jaeger.image", /append a version/],
    [{ "images.traefik.version": "3.5.0" }, "images.traefik.version", /from 3\.6\.8 to 3\.x/],
    [{ "images.traefik.version": "v3.7.11" }, "images.traefik.version", /such as "3\.7\.11"/],
    [{ "images.postgres.version": "18" }, "images.postgres.version", /from 12 to 17/],
    [{ "images.kibana": {} }, "images.kibana", /the keys here are registry, elasticsearch/],
    // Storage, tracing, ingress, databases
    [{ storage: "big" }, "storage", /got "big", expected the keys memory, indexPrefix/],
    [{ "storage.memory": "512MiB" }, "storage.memory", /at least 1GiB/],
    [{ "storage.memory": "2GB" }, "storage.memory", /such as 2GiB/],
    [{ "storage.indexPrefix": "Shop" }, "storage.indexPrefix", /lower-case letters/],
    [{ "storage.shards": 0 }, "storage.shards", /whole number from 1/],
    [
        { "storage.retentionDays": 0 },
        "storage.retentionDays",
        /got 0, expected a whole number of days, at least 1/,
    ],
    [{ "storage.retentionDays": 2.5 }, "storage.retentionDays", /got 2\.5, expected a whole number/],
    [{ "storage.retentionInterval": "1d" }, "storage.retentionInterval", /from 1s to 24h such as 30m/],
    [{ "storage.maxSize": "20GB" }, "storage.maxSize", /at least 1MiB such as 20GiB/],
    [{ "apps.retention": { image: "a:1" } }, "apps.retention", /the name of a part of the environment/],
    [{ "storage.keepData": "yes" }, "storage.keepData", /got "yes", expected true or false/],
    [{ "storage.backup": "daily" }, "storage.backup", /got "daily", expected true or false/],
    [{ "databases.shop.keepData": 1 }, "databases.shop.keepData", /expected true or false/],
    [{ "storage.keepdata": true }, "storage.keepdata", /did you mean "keepData"/],
    [{ "tracing.collectorMemory": "10MiB" }, "tracing.collectorMemory", /at least 64MiB/],
    [{ "tracing.retentionDays": 3 }, "tracing.retentionDays", /^unknown/],
    [{ "ingress.address": "localhost" }, "ingress.address", /an IP address/],
    [{ "ingress.port": 70000 }, "ingress.port", /a port from 1 to 65535/],
    [{ "ingress.port": "8080" }, "ingress.port", /got "8080", .*without quotes/],
    [{ "ingress.port": 16687 }, "ingress.jaegerUiPort", /got 16687, the port of the ingress itself/],
    [
        { "ingress.port": 16686, "ingress.jaegerUiPort": undefined },
        "ingress.port",
        /got 16686, the port of Jaeger's UI/,
    ],
    [{ "ingress.sampleRate": 50 }, "ingress.sampleRate", /from 0 \(none\) to 1 \(all\)/],
    [{ "ingress.sampleRate": -0.1 }, "ingress.sampleRate", /from 0 \(none\) to 1 \(all\)/],
    [{ "tracing.sampling.defaultRate": 50 }, "tracing.sampling.defaultRate", /from 0 \(none\) to 1 \(all\)/],
    [{ "tracing.sampling.services": { shop: "a tenth" } }, "tracing.sampling.services.shop", /a share from 0/],
    [{ "tracing.sampling.services": { " ": 1 } }, 'tracing.sampling.services[" "]', /the service's name in traces/],
    [{ "tracing.sampling.default": 1 }, "tracing.sampling.default", /the keys here are defaultRate, services/],
    [{ "ingress.tls": true }, "ingress.tls", /not shown, .*expected the keys port, certificate, key/],
    [{ "ingress.tls.port": 0 }, "ingress.tls.port", /a port from 1 to 65535/],
    [{ "ingress.tls.port": 8081 }, "ingress.tls.port", /got 8081, the port of the ingress itself/],
    [{ "ingress.tls.port": 16687 }, "ingress.jaegerUiPort", /got 16687, the port of the ingress with TLS/],
    [
        { "ingress.port": 8443, "ingress.tls.port": undefined },
        "ingress.port",
        /got 8443, the port of the ingress with TLS/,
    ],
    [{ "ingress.tls.cert": "x" }, "ingress.tls.cert", /^unknown/],
    [{ "ingress.tls.certificate": CERTIFICATE }, "ingress.tls.key", /^missing; give it with the certificate/],
    [{ "ingress.tls.key": KEY }, "ingress.tls.certificate", /^missing; give it with the key/],
    [
        { "ingress.tls.certificate": "/etc/ssl/shop.pem", "ingress.tls.key": KEY },
        "ingress.tls.certificate",
        /give the text, not its path/,
    ],
    [
        { "ingress.tls.certificate": CERTIFICATE + KEY, "ingress.tls.key": KEY },
        "ingress.tls.certificate",
        /holds a private key too/,
    ],
    [
        { "ingress.tls.certificate": CERTIFICATE, "ingress.tls.key": OTHER_KEY },
        "ingress.tls.key",
        /does not belong to the certificate/,
    ],
    [{ "ingress.jaegerUiRoute": { host: "traces.localhost" } }, "ingress.jaegerUiRoute", /has no authentication/],
    [{ "ingress.jaegerUiRoute.host": undefined }, "ingress.jaegerUiRoute.host", /^missing; expected a host name/],
    [{ "ingress.jaegerUiRoute.host": "Traces" }, "ingress.jaegerUiRoute.host", /in lower case/],
    [{ "ingress.jaegerUiRoute.forwardAuth": "login" }, "ingress.jaegerUiRoute.forwardAuth", /with a scheme/],
    [
        { "ingress.jaegerUiRoute.forwardAuth": "http://a:pa55@login" },
        "ingress.jaegerUiRoute.forwardAuth",
        /^has a login in it/,
    ],
    [{ "ingress.jaegerUiRoute.users": {} }, "ingress.jaegerUiRoute.users", /^empty: nobody could look/],
    [{ "ingress.jaegerUiRoute.users": { "a:b": HASH } }, 'ingress.jaegerUiRoute.users["a:b"]', /without spaces/],
    [{ "ingress.jaegerUiRoute.users": { ada: "pa55" } }, "ingress.jaegerUiRoute.users.ada", /not shown.*bcrypt hash/],
    [
        { "ingress.jaegerUiRoute.users": { ada: HASH } },
        "ingress.jaegerUiRoute.forwardAuth",
        /^given besides `users`; give one of them/,
    ],
    [
        { "ingress.jaegerUiRoute.host": "tea.localhost", "apps.tea": { image: "a:1", route: { host: "tea.localhost" } } },
        "ingress.jaegerUiRoute.host",
        /the host of the route of "tea"; give another one/,
    ],
    [{ "databases.Shop DB": {} }, 'databases["Shop DB"]', /lower-case letters/],
    [{ "databases.shop": null }, "databases.shop", /^empty; expected the keys? memory/],
    [{ "databases.shop.memory": "64MiB" }, "databases.shop.memory", /at least 128MiB/],
    // Apps
    [{ apps: [] }, "apps", /got an empty list, expected a map of names/],
    [{ "apps.Shop": GOOD.apps.shop }, "apps.Shop", /lower-case letters/],
    [{ "apps.9to5": GOOD.apps.shop }, 'apps["9to5"]', /starting with a letter/],
    [{ "apps.storage": { image: "a:1" } }, "apps.storage", /the name of a part of the environment/],
    [{ "apps.shop-migrate": { image: "a:1" } }, "apps.shop-migrate", /a task of "shop" gets/],
    [{ [`${APP}.repliacs`]: 2 }, `${APP}.repliacs`, /did you mean "replicas"/],
    [{ [`${APP}.host`]: "shop.localhost" }, `${APP}.host`, /did you mean "route\.host"/],
    [{ [`${APP}.image`]: undefined }, `${APP}.image`, /^missing; give the image's reference, or a folder/],
    [
        { [`${APP}.image`]: undefined, [`${APP}.build`]: "examples/django-shop" },
        `${APP}.image`,
        /`npm run up`, which then passes the image/,
    ],
    [{ [`${APP}.build`]: "examples/django-shop" }, `${APP}.build`, /give one of them/],
    [{ [`${APP}.image`]: "shop" }, `${APP}.image`, /which has no tag/],
    [{ [`${APP}.image`]: "shop:latest" }, `${APP}.image`, /whose tag moves/],
    [{ [`${APP}.image`]: "https://registry.example.org/shop:1" }, `${APP}.image`, /without scheme/],
    [{ [`${APP}.command`]: "gunicorn shop.wsgi" }, `${APP}.command`, /expected a list such as/],
    [{ [`${APP}.command`]: [] }, `${APP}.command`, /got an empty list/],
    [{ [`${APP}.command`]: ["sleep", 5] }, `${APP}.command[1]`, /got 5, expected a text; put it in quotes/],
    [
        { [`${APP}.command`]: undefined },
        `${APP}.command`,
        /with secrets \(here by generateSecrets, database\)/,
    ],
    [{ [`${APP}.preset`]: "djanog" }, `${APP}.preset`, /"none" or "django"/],
    [{ [`${APP}.preset`]: undefined }, `${APP}.django`, /set the preset, or leave it out/],
    [{ [`${APP}.django`]: undefined }, `${APP}.django.settingsModule`, /^missing; give the settings module/],
    [
        { [`${APP}.django.settingsModule`]: "shop/settings.py" },
        `${APP}.django.settingsModule`,
        /such as "shop\.settings"/,
    ],
    [{ [`${APP}.port`]: 0 }, `${APP}.port`, /a port from 1 to 65535/],
    [{ [`${APP}.healthPath`]: "health" }, `${APP}.healthPath`, /starts with "\/"/],
    [{ [`${APP}.replicas`]: 0 }, `${APP}.replicas`, /got 0, expected a whole number from 1 to 50/],
    [{ [`${APP}.replicas`]: "2" }, `${APP}.replicas`, /without quotes/],
    [{ [`${APP}.memory`]: "16MiB" }, `${APP}.memory`, /at least 32MiB/],
    [{ [`${APP}.readyTimeout`]: 2 }, `${APP}.readyTimeout`, /5.*3600/],
    [{ [`${APP}.userId`]: 0 }, `${APP}.userId`, /nothing runs as root/],
    [
        { [`${APP}.environment`]: { "MY-NAME": "x" } },
        `${APP}.environment.MY-NAME`,
        /not a name of a variable/,
    ],
    [
        { [`${APP}.environment`]: { DEBUG: true } },
        `${APP}.environment.DEBUG`,
        /got true, expected a text; put it in quotes/,
    ],
    [
        { [`${APP}.secretEnvironment`]: { "1KEY": "x" } },
        `${APP}.secretEnvironment["1KEY"]`,
        /not a name of a variable/,
    ],
    [
        { [`${APP}.secretEnvironment`]: { ALLOWED_HOSTS: "x" } },
        `${APP}.secretEnvironment.ALLOWED_HOSTS`,
        /`environment` sets too; give it once/,
    ],
    [
        { [`${APP}.secretEnvironment`]: { STRIPE_KEY: "x" }, [`${APP}.generateSecrets`]: ["STRIPE_KEY"] },
        `${APP}.generateSecrets[0]`,
        /sets STRIPE_KEY, which `secretEnvironment` sets too/,
    ],
    [
        { [`${APP}.generateSecrets`]: { SECRET_KEY: "x" } },
        `${APP}.generateSecrets`,
        /a list of names of variables/,
    ],
    [
        { [`${APP}.environment`]: { DATABASE_URL: "x" } },
        `${APP}.database`,
        /sets DATABASE_URL, which `environment` sets too/,
    ],
    [{ [`${APP}.database`]: "orders" }, `${APP}.database`, /expected one of `databases`: shop/],
    [
        {
            [`${APP}.tasks`]: [
                { name: "a", command: ["x"] },
                { name: "a", command: ["x"] },
            ],
        },
        `${APP}.tasks[1].name`,
        /stands twice/,
    ],
    [
        { [`${APP}.tasks`]: [{ name: "route", command: ["x"] }] },
        `${APP}.tasks[0].name`,
        /a resource of each app/,
    ],
    [{ [`${APP}.tasks`]: [{ name: "migrate" }] }, `${APP}.tasks[0].command`, /^missing; expected a list/],
    [
        { [`${APP}.tasks`]: [{ name: "migrate", command: ["x"], timeout: 2 }] },
        `${APP}.tasks[0].timeout`,
        /expected a whole number from 5 to 86400/,
    ],
    [{ [`${APP}.tasks`]: [{ command: ["x"] }] }, `${APP}.tasks[0].name`, /^missing; expected a name/],
    [{ [`${APP}.route.host`]: "Shop.Localhost" }, `${APP}.route.host`, /in lower case/],
    [{ [`${APP}.route.host`]: "http://shop.localhost" }, `${APP}.route.host`, /without scheme and port/],
    [{ [`${APP}.route.pathPrefix`]: "shop" }, `${APP}.route.pathPrefix`, /starts with "\/"/],
    [{ [`${APP}.route.keepAlive`]: 1 }, `${APP}.route.keepAlive`, /got 1, expected .* from 2 to 3600/],
    [{ [`${APP}.route.keepAlive`]: "75s" }, `${APP}.route.keepAlive`, /whole number of seconds/],
    [
        { "apps.tea": { image: "a:1", route: { host: "shop.localhost", pathPrefix: "/shop/" } } },
        "apps.tea.route",
        /same host and path as the route of "shop"/,
    ],
    [{ [`${APP}.serviceVersion`]: 1.4 }, `${APP}.serviceVersion`, /put it in quotes/],
    [
        { [`${APP}.resourceAttributes`]: { "team.size": 5 } },
        `${APP}.resourceAttributes["team.size"]`,
        /put it in quotes/,
    ],
    [{ [`${APP}.joins`]: "legacy" }, `${APP}.joins`, /a list of names of Docker networks/],
    [{ [`${APP}.egress`]: "true" }, `${APP}.egress`, /true or false; write it without quotes/],
];

const SERVER = "storage.external";
const ENDPOINT = "tracing.external";

/** What is wrong beside parts that exist already. */
const BAD_EXTERNAL: [part: object, change: Record<string, unknown>, path: string, reason: RegExp][] = [
    [EXTERNAL_OTLP, { canary: {} }, "canary", /tracing that is made here/],
    [EXTERNAL_STORAGE, { "storage.memory": "2GiB" }, "storage.memory", /leave `external` out/],
    [EXTERNAL_STORAGE, { "storage.keepData": true }, "storage.keepData", /a storage that is made here/],
    [EXTERNAL_STORAGE, { "storage.backup": true }, "storage.backup", /a storage that is made here/],
    [
        EXTERNAL_STORAGE,
        { "storage.maxSize": "1GiB", [`${SERVER}.maintainer`]: undefined },
        "storage.maxSize",
        /give `storage\.external\.maintainer`/,
    ],
    [EXTERNAL_STORAGE, { [`${SERVER}.engine`]: "solr" }, `${SERVER}.engine`, /"elasticsearch" or "opensearch"/],
    [EXTERNAL_STORAGE, { [`${SERVER}.version`]: undefined }, `${SERVER}.version`, /^missing; expected the server's/],
    [EXTERNAL_STORAGE, { [`${SERVER}.version`]: "4.0.0" }, `${SERVER}.version`, /does not know opensearch "4\.0\.0"/],
    [
        EXTERNAL_STORAGE,
        { [`${SERVER}.version`]: "3.3.0", "images.jaeger.version": "2.2.0" },
        `${SERVER}.version`,
        /majors 1, 2; Jaeger from 2\.9\.0 knows more/,
    ],
    [
        EXTERNAL_STORAGE,
        { [`${SERVER}.engine`]: undefined, [`${SERVER}.version`]: "6.8.0" },
        `${SERVER}.version`,
        /does not know elasticsearch "6\.8\.0"/,
    ],
    [EXTERNAL_STORAGE, { [`${SERVER}.urls`]: undefined }, `${SERVER}.urls`, /^missing; expected a list of addresses/],
    [EXTERNAL_STORAGE, { [`${SERVER}.urls`]: "https://a:9200" }, `${SERVER}.urls`, /expected a list of addresses/],
    [EXTERNAL_STORAGE, { [`${SERVER}.urls`]: ["a:9200"] }, `${SERVER}.urls[0]`, /with a scheme/],
    [EXTERNAL_STORAGE, { [`${SERVER}.urls`]: ["https://u:p@a:9200"] }, `${SERVER}.urls[0]`, /credentials of each role/],
    [EXTERNAL_STORAGE, { [`${SERVER}.ca`]: "/etc/ca.pem" }, `${SERVER}.ca`, /certificates as PEM/],
    [
        EXTERNAL_STORAGE,
        { [`${SERVER}.ca`]: AUTHORITY, [`${SERVER}.urls`]: ["http://a:9200"] },
        `${SERVER}.ca`,
        /no address is encrypted/,
    ],
    [EXTERNAL_STORAGE, { [`${SERVER}.egress`]: undefined }, `${SERVER}.network`, /or `egress: true` when it is outside/],
    [EXTERNAL_STORAGE, { [`${SERVER}.network`]: "search" }, `${SERVER}.egress`, /given besides `network`/],
    [EXTERNAL_STORAGE, { [`${SERVER}.writer`]: undefined }, `${SERVER}.writer`, /^missing; give the server's user of this role/],
    [EXTERNAL_STORAGE, { [`${SERVER}.reader.user`]: "" }, `${SERVER}.reader.user`, /name of the server's user/],
    [
        EXTERNAL_STORAGE,
        { [`${SERVER}.reader.password`]: undefined },
        `${SERVER}.reader.password`,
        /^missing; expected a secret, set by/,
    ],
    [EXTERNAL_STORAGE, { [`${SERVER}.replicas`]: -1 }, `${SERVER}.replicas`, /whole number from 0/],
    [EXTERNAL_STORAGE, { [`${SERVER}.indexPrefix`]: "shop" }, `${SERVER}.indexPrefix`, /^unknown/],
    [EXTERNAL_OTLP, { storage: { retentionDays: 3 } }, "storage", /leave `tracing\.external` out/],
    [EXTERNAL_OTLP, { "tracing.collectorMemory": "1GiB" }, "tracing.collectorMemory", /tracing that is made here/],
    [EXTERNAL_OTLP, { "tracing.queryMemory": "1GiB" }, "tracing.queryMemory", /tracing that is made here/],
    [EXTERNAL_OTLP, { "ingress.jaegerUiPort": 16687 }, "ingress.jaegerUiPort", /tracing that is made here/],
    [EXTERNAL_OTLP, { [`${ENDPOINT}.http`]: undefined }, `${ENDPOINT}.http`, /^missing; expected an address/],
    [EXTERNAL_OTLP, { [`${ENDPOINT}.http`]: "otlp:4318" }, `${ENDPOINT}.http`, /with a scheme/],
    [EXTERNAL_OTLP, { [`${ENDPOINT}.http`]: "https://o/v1/traces" }, `${ENDPOINT}.http`, /without \/v1\/traces/],
    [EXTERNAL_OTLP, { [`${ENDPOINT}.grpc`]: "otlp:4317" }, `${ENDPOINT}.grpc`, /with a scheme/],
    [EXTERNAL_OTLP, { [`${ENDPOINT}.ca`]: "x" }, `${ENDPOINT}.ca`, /certificates as PEM/],
    [EXTERNAL_OTLP, { [`${ENDPOINT}.headers`]: { "x:key": "k-Secret" } }, `${ENDPOINT}.headers`, /the name "x:key"/],
    [EXTERNAL_OTLP, { [`${ENDPOINT}.headers`]: ["k"] }, `${ENDPOINT}.headers`, /a map of names to values/],
    [EXTERNAL_OTLP, { [`${APP}.egress`]: undefined }, `${APP}.egress`, /or give `tracing\.external\.network`/],
    [
        EXTERNAL_OTLP,
        {
            [`${APP}.command`]: undefined,
            [`${APP}.secretEnvironment`]: undefined,
            [`${APP}.generateSecrets`]: undefined,
            [`${APP}.database`]: undefined,
        },
        `${APP}.command`,
        /with `tracing\.external\.headers`, which are secret/,
    ],
];

/** Where Pulumi says that there is a secret: where one of the trees' is. */
function secretOrigin(tree: object) {
    const keys = Object.entries(tree).filter(([, value]) => JSON.stringify(value)?.includes("-Secret"));
    return { secretKeys: new Set(keys.map(([key]) => key)) };
}

describe("settings of parts that exist already", () => {
    it.each([
        ["a storage", EXTERNAL_STORAGE],
        [
            "a storage without a maintainer",
            {
                ...EXTERNAL_STORAGE,
                [`${SERVER}.maintainer`]: undefined,
                "storage.maxSize": undefined,
                "storage.retentionInterval": undefined,
            },
        ],
        ["an OTLP endpoint", EXTERNAL_OTLP],
    ])("takes %s", (_, part) => {
        const tree = changed(part);
        expect(problemsOf(tree, secretOrigin(tree))).toEqual([]);
    });

    it("wants no command of an app that sends its spans elsewhere", () => {
        const elsewhere = {
            [`${APP}.command`]: undefined,
            [`${APP}.secretEnvironment`]: undefined,
            [`${APP}.generateSecrets`]: undefined,
            [`${APP}.database`]: undefined,
            [`${APP}.environment.OTEL_EXPORTER_OTLP_ENDPOINT`]: "http://other:4318",
        };
        const tree = changed({ ...EXTERNAL_OTLP, ...elsewhere });
        expect(problemsOf(tree, secretOrigin(tree))).toEqual([]);
    });

    it.each(BAD_EXTERNAL)("refuses beside %j: %j at %s", (part, change, path, reason) => {
        const tree = changed({ ...part, ...change });
        const problems = problemsOf(tree, secretOrigin(tree));
        expect(problems.find((problem) => problem.path === path)?.reason).toMatch(reason);
        expect(JSON.stringify(problems)).not.toMatch(/-Secret/);
    });

    it.each([
        [EXTERNAL_STORAGE, "storage.external.writer.password"],
        [EXTERNAL_STORAGE, "storage.external.maintainer.password"],
        [EXTERNAL_OTLP, "tracing.external.headers.x-api-key"],
    ])("refuses a secret in clear: %j at %s", (part, path) => {
        const problems = problemsOf(changed(part));
        expect(problems.find((problem) => problem.path === path)?.reason).toMatch(/stands in clear; set it by `pulumi/);
        expect(JSON.stringify(problems)).not.toMatch(/-Secret/);
    });
});

describe("settings", () => {
    it("takes good ones", () => {
        expect(problemsOf(GOOD)).toEqual([]);
    });

    it.each(["local", "unix:///var/run/docker.sock", "ssh://docker.example.org", "tcp://10.0.0.1:2376"])(
        "takes the engine %s",
        (engine) => {
            expect(problemsOf(changed({ engine }))).toEqual([]);
        },
    );

    it("takes the dev stack's, once its app is built", () => {
        const file = fs.readFileSync(path.resolve(__dirname, "../../../Pulumi.dev.yaml"), "utf8");
        const tree = Object.fromEntries(
            Object.entries(parse(file).config).map(([key, value]) => [key.replace("traced-environment:", ""), value]),
        ) as { apps: { shop: Record<string, unknown> } };
        const origin = { secretKeys: new Set<string>(), stackFile: file };
        expect(problemsOf(tree, origin).map((problem) => problem.path)).toEqual(["apps.shop.image"]);
        const { build: _, ...shop } = tree.apps.shop;
        expect(problemsOf({ ...tree, apps: { shop: { ...shop, image: "shop:1" } } }, origin)).toEqual([]);
    });

    it("takes good ones of a cluster", () => {
        expect(problemsOf(changed(ON_CLUSTER({})))).toEqual([]);
        expect(problemsOf({ platform: "kubernetes", cluster: "local" }, { secretKeys: new Set() })).toEqual([]);
    });

    it("needs nothing but the engine", () => {
        expect(problemsOf({ engine: "local" }, { secretKeys: new Set() })).toEqual([]);
    });

    it.each(BAD)("refuses %j at %s", (change, path, reason) => {
        // Where an app has secrets no text of it is shown; without any, what was given is looked at too.
        const hasSecrets = (name: string) => Object.keys(change).some((key) => key.endsWith(name));
        const secretKeys = [
            ...(hasSecrets("secretEnvironment") ? ["apps"] : []),
            ...(hasSecrets("tls.key") ? ["ingress"] : []),
        ];
        const problems = problemsOf(changed({ [`${APP}.secretEnvironment`]: undefined, ...change }), {
            secretKeys: new Set(secretKeys),
        });
        expect(problems.find((problem) => problem.path === path)?.reason).toMatch(reason);
    });

    it("has a table of at least 45 bad ones", () => {
        expect(BAD.length).toBeGreaterThanOrEqual(45);
    });

    it("reports everything at once, sorted by path", () => {
        const tree = changed({
            engine: undefined,
            stroage: {},
            "storage.memory": "1MiB",
            "ingress.jaegerUiPort": 8081,
            "apps.shop.replicas": 0,
            "apps.shop.database": "none",
            "apps.Bad": { image: "a:1", port: 0 },
        });
        expect(problemsOf(tree).map(({ path }) => path)).toEqual([
            "apps.Bad",
            "apps.Bad.port",
            "apps.shop.database",
            "apps.shop.replicas",
            "engine",
            "ingress.jaegerUiPort",
            "storage.memory",
            "stroage",
        ]);
    });

    it("blames one cause once", () => {
        expect(
            problemsOf(changed({ "apps.shop.image": "shop", "apps.shop.route.host": "A" })).map(
                ({ path }) => path,
            ),
        ).toEqual(["apps.shop.image", "apps.shop.route.host"]);
    });
});

describe("secrets in settings", () => {
    const tree = (change = {}) => changed(change);

    it.each(BAD)("never show: %j", (change) => {
        expect(JSON.stringify(problemsOf(tree(change)))).not.toContain(SECRET);
    });

    it.each([
        "apps.shop.image",
        "apps.shop.replicas",
        "apps.shop.route.host",
        "apps.shop.command",
        "apps.shop.database",
        "apps.shop.secretEnvironment",
    ])("never show where they do not belong: %s", (path) => {
        const problems = problemsOf(tree({ [path]: SECRET }));
        expect(problems.map((problem) => problem.path)).toContain(path);
        expect(JSON.stringify(problems)).not.toContain(SECRET);
    });

    it("are refused in clear", () => {
        expect(problemsOf(tree(), { secretKeys: new Set() })).toEqual([
            {
                path: "apps.shop.secretEnvironment.STRIPE_KEY",
                reason:
                    "stands in clear; set it by `pulumi config set --secret --path " +
                    "'traced-environment:apps.shop.secretEnvironment.STRIPE_KEY'`, which encrypts it",
            },
        ]);
    });

    it("are refused in clear in the stack's file, even beside one that is encrypted", () => {
        const stackFile = `config:\n  traced-environment:apps:\n    shop:\n      secretEnvironment:\n        STRIPE_KEY: ${SECRET}\n        OTHER: {secure: v1:abc}\n`;
        const problems = checkSettings(tree({ "apps.shop.secretEnvironment.OTHER": "other" }), {
            ...SECRET_APPS,
            stackFile,
        });
        expect("problems" in problems && problems.problems.map(({ path }) => path)).toEqual([
            "apps.shop.secretEnvironment.STRIPE_KEY",
        ]);
    });

    it("are refused outside of secretEnvironment, where they would show", () => {
        const stackFile =
            "config:\n  traced-environment:apps:\n    shop:\n      environment: {ALLOWED_HOSTS: {secure: v1:abc}}\n" +
            "      secretEnvironment: {STRIPE_KEY: {secure: v1:abc}}\n";
        const checked = checkSettings(tree(), { ...SECRET_APPS, stackFile });
        expect("problems" in checked && checked.problems).toEqual([
            {
                path: "apps.shop.environment.ALLOWED_HOSTS",
                reason: expect.stringMatching(/only kept in .*secretEnvironment/),
            },
        ]);
    });

    it("are refused where no app has a secretEnvironment", () => {
        const problems = problemsOf(tree({ "apps.shop.secretEnvironment": undefined }));
        expect(problems).toEqual([{ path: "apps", reason: expect.stringMatching(/only kept in/) }]);
    });

    it("are taken where a certificate's key and the hashes of passwords stand, and nowhere in clear", () => {
        const secret = {
            "ingress.tls": { certificate: CERTIFICATE, key: KEY },
            "ingress.jaegerUiRoute": { host: "traces.localhost", users: { ada: HASH } },
        };
        const origin = { secretKeys: new Set(["apps", "ingress"]) };
        expect(problemsOf(tree(secret), origin)).toEqual([]);
        const inClear = problemsOf(tree(secret));
        expect(inClear).toEqual(
            ["ingress.jaegerUiRoute.users.ada", "ingress.tls.key"].map((path) => ({
                path,
                reason: expect.stringMatching(/^stands in clear; set it by `pulumi config set --secret/),
            })),
        );
        expect(JSON.stringify(inClear)).not.toContain(HASH);
        const mismatched = problemsOf(tree({ ...secret, "ingress.tls": { certificate: CERTIFICATE, key: OTHER_KEY } }), origin);
        expect(mismatched.map(({ path }) => path)).toEqual(["ingress.tls.key"]);
        expect(JSON.stringify(mismatched)).not.toContain(OTHER_KEY.split("\n")[1]);
    });

    it("are refused in other settings", () => {
        const problems = problemsOf(tree(), { secretKeys: new Set(["apps", "engine"]) });
        expect(problems).toEqual([{ path: "engine", reason: expect.stringMatching(/^is secret/) }]);
    });
});

// A test double of what Elastic's operator (ECK) keeps of a cluster: a real Elasticsearch with TLS, and a Service and
// Secrets of the names, keys and labels that the operator gives them. The operator itself does not run.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { Api } from "../../../../toolchain/cluster/api";
import { request } from "../../../engine/support/http";
import { eventually } from "../../../engine/support/wait";
import { CERTIFICATE_FILES, makeServerCertificate } from "../../../helpers/authority";
import { passwordHash, realmFiles } from "../../../helpers/realm";
import { Pod } from "../environment";
import { Namespace, RESTRICTED_CONTAINER, RESTRICTED_POD } from "../namespace";

const HOME = "/usr/share/elasticsearch";
const PASSWORD = "superuser-of-the-test";

/** As ECK writes them, the superuser in the file realm too. */
const SETTINGS = `cluster.name: existing
network.host: 0.0.0.0
discovery.type: single-node
node.store.allow_mmap: false
xpack.security.enabled: true
xpack.security.authc.reserved_realm.enabled: false
xpack.security.transport.ssl.enabled: false
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: ${CERTIFICATE_FILES.key}
xpack.security.http.ssl.certificate: ${CERTIFICATE_FILES.certificate}
`;

/** The cluster, by the names that settings have for it. */
export class EckDouble {
    readonly name = "traces";
    readonly namespace: Namespace;
    /** Its superuser's password. */
    readonly password = PASSWORD;
    /** The authority that signed its certificate. */
    authority = "";

    constructor(api: Api) {
        this.namespace = new Namespace(api, "existing-elastic");
    }

    /** The labels that ECK gives to its pods. */
    get podLabels(): Record<string, string> {
        return {
            "common.k8s.elastic.co/type": "elasticsearch",
            "elasticsearch.k8s.elastic.co/cluster-name": this.name,
        };
    }

    /** The address of its Service in the cluster. */
    get url(): string {
        return `https://${this.name}-es-http.${this.namespace.name}.svc:9200`;
    }

    /** Makes it with the users of docs/storage.md besides its superuser, and waits until it answers. */
    async make(image: string, indexPrefix: string): Promise<void> {
        await this.namespace.make();
        const { authority, certificate, files } = await this.files(indexPrefix);
        this.authority = authority;
        const secret = (name: string, stringData: Record<string, string>) =>
            this.namespace.apply("v1", "Secret", `${this.name}-es-${name}`, { stringData }, this.podLabels);
        await secret("elastic-user", { elastic: PASSWORD });
        await secret("http-certs-public", { "ca.crt": authority, "tls.crt": certificate + authority });
        await secret("config", files);
        await this.namespace.apply("v1", "Service", `${this.name}-es-http`, {
            spec: { selector: this.podLabels, ports: [{ name: "https", port: 9200 }] },
        });
        const set = `${this.name}-es-default`;
        await this.namespace.apply("apps/v1", "StatefulSet", set, {
            spec: {
                serviceName: set,
                replicas: 1,
                selector: { matchLabels: this.podLabels },
                template: { metadata: { labels: this.podLabels }, spec: podSpec(image, `${this.name}-es-config`) },
            },
        });
        const answers = () => this.ask("GET", "/_cluster/health").then(({ status }) => status, String);
        expect(await eventually(answers, (status) => status === 200, 180)).toBe(200);
    }

    /** Asks it as its superuser. */
    async ask(method: string, place: string): Promise<{ status: number; body: string }> {
        const { status } = await this.pod();
        const headers = { Authorization: `Basic ${Buffer.from(`elastic:${PASSWORD}`).toString("base64")}` };
        return request(9200, place, { address: status.podIP, secure: true, method, headers });
    }

    /** How many documents each index of a prefix has. */
    async documents(indexPrefix: string): Promise<Record<string, number>> {
        await this.ask("POST", `/${indexPrefix}-*/_refresh`);
        const { body } = await this.ask("GET", `/_cat/indices/${indexPrefix}-*?h=index,docs.count`);
        const lines = body.split("\n").filter((line) => line.trim() !== "");
        return Object.fromEntries(lines.map((line) => line.trim().split(/\s+/)).map(([name, count]) => [name, Number(count)]));
    }

    /** Its objects, each with what changes when somebody changes or replaces it. */
    async objects(): Promise<Record<string, string>> {
        const found: [string, string][] = [];
        for (const kind of ["services", "secrets", "pods"]) {
            const { items } = await this.namespace.get<{ items: Listed[] }>(kind);
            const told = ({ uid, managedFields }: Listed["metadata"]) =>
                `${uid} ${managedFields.map(({ manager }) => manager).sort().join()}`;
            found.push(...items.map(({ metadata }): [string, string] => [`${kind}/${metadata.name}`, told(metadata)]));
        }
        return Object.fromEntries(found);
    }

    /** Its one pod. */
    async pod(): Promise<Pod> {
        const { items } = await this.namespace.get<{ items: Pod[] }>("pods");
        return items[0];
    }

    private async files(indexPrefix: string) {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "eck-"));
        try {
            const service = `${this.name}-es-http`;
            const { name } = this.namespace;
            await makeServerCertificate(folder, [service, `${service}.${name}`, `${service}.${name}.svc`]);
            const read = (file: string) => fs.readFileSync(path.join(folder, file), "utf8");
            const [authority, certificate] = [read(CERTIFICATE_FILES.authority), read(CERTIFICATE_FILES.certificate)];
            const realm = realmFiles(indexPrefix);
            const files = {
                ...realm,
                users: `${realm.users}elastic:${passwordHash(PASSWORD)}\n`,
                users_roles: `${realm.users_roles}superuser:elastic\n`,
                "elasticsearch.yml": SETTINGS,
                [CERTIFICATE_FILES.certificate]: certificate,
                [CERTIFICATE_FILES.key]: read(CERTIFICATE_FILES.key),
            };
            return { authority, certificate, files };
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    }
}

interface Listed {
    metadata: { name: string; uid: string; managedFields: { manager: string }[] };
}

/** The configuration's folder is written to, for the keystore; so it is a copy. */
function podSpec(image: string, secret: string): object {
    const common = { image, securityContext: RESTRICTED_CONTAINER };
    const given = "/given";
    const copied = "/copied";
    return {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 5,
        securityContext: { ...RESTRICTED_POD, runAsGroup: 0, fsGroup: 1000 },
        initContainers: [
            {
                ...{ ...common, name: "configuration" },
                command: ["sh", "-c", `cp -r ${HOME}/config/. ${copied} && cp -L ${given}/* ${copied}`],
                volumeMounts: [
                    { name: "given", mountPath: given },
                    { name: "configuration", mountPath: copied },
                ],
            },
        ],
        containers: [
            {
                ...{ ...common, name: "elasticsearch" },
                env: [{ name: "ES_JAVA_OPTS", value: "-Xms384m -Xmx384m" }],
                resources: { requests: { memory: "1Gi" }, limits: { memory: "1Gi" } },
                volumeMounts: [
                    { name: "configuration", mountPath: `${HOME}/config` },
                    { name: "data", mountPath: `${HOME}/data` },
                ],
            },
        ],
        volumes: [
            { name: "given", secret: { secretName: secret } },
            { name: "configuration", emptyDir: {} },
            { name: "data", emptyDir: {} },
        ],
    };
}

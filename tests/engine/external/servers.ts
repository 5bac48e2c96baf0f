// Servers that exist already: a network of their own on the engine, and containers that no stack made.
import * as fs from "fs";
import * as os from "os";
import * as path from "path";

import { CommonRole, USERS } from "../../../components/storage/configuration";
import { makeServerCertificate } from "../../helpers/authority";
import { PASSWORDS, realmFiles } from "../../helpers/realm";
import { docker, run } from "../support/command";
import { eventually } from "../support/wait";

/** Names by which the servers are found on their network. */
export const ELASTICSEARCH = "search7";
export const OPENSEARCH = "opensearch";
export const RECEIVER = "otlp";

/** The vendors' images of the servers, where they are not made here. */
export const VENDORS = {
    elasticsearch7: "docker.elastic.co/elasticsearch/elasticsearch:7.17.9",
    opensearch: "docker.io/opensearchproject/opensearch:2.11.0",
};

/** The key that the OTLP endpoint wants. */
export const API_KEY = "k3y-of-the-test+/=";

/** The servers' network and containers; their names tell two checkouts apart. */
export class Servers {
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-servers-"));
    /** The network that callers join. */
    public readonly network: string;

    constructor(checkout: string) {
        this.network = `traced-environment-test-servers-${checkout}`;
    }

    /** Makes the network and the certificates. */
    public async start(): Promise<void> {
        await this.remove();
        fs.mkdirSync(this.folder, { recursive: true });
        await docker("network", "create", "--internal", this.network);
        await makeServerCertificate(this.folder, ["localhost", ELASTICSEARCH, RECEIVER]);
    }

    /** The authority that signed the servers' certificates. */
    public get ca(): string {
        return fs.readFileSync(path.join(this.folder, "ca.pem"), "utf8");
    }

    /** Elasticsearch 7 with security and https, and the users of docs/storage.md for an index prefix. */
    public async elasticsearch(image: string, indexPrefix: string): Promise<void> {
        Object.entries(realmFiles(indexPrefix)).forEach(([file, content]) => this.write(file, content));
        this.write(
            "elasticsearch.yml",
            [
                "network.host: 0.0.0.0",
                "discovery.type: single-node",
                "node.store.allow_mmap: false",
                "xpack.security.enabled: true",
                "xpack.security.authc.reserved_realm.enabled: false",
                "xpack.security.transport.ssl.enabled: false",
                "xpack.security.http.ssl.enabled: true",
                "xpack.security.http.ssl.key: node.key",
                "xpack.security.http.ssl.certificate: node.pem",
                "",
            ].join("\n"),
        );
        const files = ["elasticsearch.yml", "roles.yml", "users", "users_roles", "node.key", "node.pem", "ca.pem"];
        await this.run(ELASTICSEARCH, image, {
            options: ["--env", "ES_JAVA_OPTS=-Xms384m -Xmx384m", "--memory", "1g"],
            files: { folder: "/usr/share/elasticsearch/config", names: files },
        });
    }

    /** OpenSearch without its security plugin. */
    public async opensearch(image: string, hasPlugin: boolean): Promise<void> {
        const settings = ["network.host: 0.0.0.0", "discovery.type: single-node", "node.store.allow_mmap: false"];
        const noSecurity = hasPlugin ? ["plugins.security.disabled: true"] : [];
        this.write("opensearch.yml", [...settings, ...noSecurity, ""].join("\n"));
        await this.run(OPENSEARCH, image, {
            options: ["--env", "OPENSEARCH_JAVA_OPTS=-Xms384m -Xmx384m", "--memory", "1g"],
            files: { folder: "/usr/share/opensearch/config", names: ["opensearch.yml"] },
            command: ["opensearch"],
        });
    }

    /** An OTLP endpoint with https that wants {@link API_KEY}, in an image that has Python. */
    public async receiver(image: string): Promise<void> {
        fs.copyFileSync(path.join(__dirname, "receiver.py"), path.join(this.folder, "receiver.py"));
        await this.run(RECEIVER, image, {
            options: ["--env", `API_KEY=${API_KEY}`, "--entrypoint", "python3"],
            files: { folder: "/receiver", names: ["receiver.py", "node.key", "node.pem"] },
            command: ["/receiver/receiver.py"],
        });
    }

    /** What a server answers to an HTTP request that is made inside of it as a user. */
    public async ask(role: CommonRole, place: string): Promise<string> {
        const login = `${USERS[role]}:${PASSWORDS[role]}`;
        const address = `https://localhost:9200${place}`;
        const curl = ["curl", "-s", "--cacert", "config/ca.pem", "-u", login, address];
        return (await run("docker", ["exec", this.name(ELASTICSEARCH), ...curl], { expect: "any" })).stdout;
    }

    /** Waits until a server listens. */
    public async listens(server: string, port: number): Promise<void> {
        const probe = ["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`];
        const look = () => run("docker", ["exec", this.name(server), ...probe], { expect: "any" });
        expect((await eventually(look, ({ code }) => code === 0, 300)).code).toBe(0);
    }

    /** The lines that a server logged. */
    public async log(server: string): Promise<string[]> {
        const { stdout, stderr } = await run("docker", ["logs", this.name(server)]);
        return (stdout + stderr).split("\n");
    }

    /** Takes one server away. */
    public async stop(server: string): Promise<void> {
        await run("docker", ["rm", "--force", "--volumes", this.name(server)], { expect: "any" });
    }

    /** Takes everything away. */
    public async remove(): Promise<void> {
        for (const server of [ELASTICSEARCH, OPENSEARCH, RECEIVER]) {
            await this.stop(server);
        }
        await run("docker", ["network", "rm", this.network], { expect: "any" });
        fs.rmSync(this.folder, { recursive: true, force: true });
    }

    private name(server: string): string {
        return `${this.network}-${server}`;
    }

    private write(file: string, content: string): void {
        fs.writeFileSync(path.join(this.folder, file), content);
    }

    private async run(
        server: string,
        image: string,
        how: { options: string[]; files: { folder: string; names: string[] }; command?: string[] },
    ): Promise<void> {
        const name = this.name(server);
        await docker(
            ...["create", "--name", name, "--network", this.network, "--network-alias", server],
            ...[...how.options, image, ...(how.command ?? [])],
        );
        const copied = fs.mkdtempSync(path.join(this.folder, `${server}-`));
        fs.chmodSync(copied, 0o755);
        how.files.names.forEach((file) => fs.copyFileSync(path.join(this.folder, file), path.join(copied, file)));
        await docker("cp", `${copied}/.`, `${name}:${how.files.folder}`);
        await docker("start", name);
    }
}

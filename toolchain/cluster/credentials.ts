// Who the cluster's parts are to each other: certificates, tokens and kubeconfigs, made once and kept.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { installPackages } from "../debian";
import { run } from "../run";
import { API_SERVICE_ADDRESS, API_URL, CONTEXT, Layout, NODE, NODE_ADDRESS } from "./layout";

/** A user of the API server, which knows it by a token. */
export interface User {
    /** Name of its kubeconfig. */
    file: string;
    name: string;
    group?: string;
}

/** The user whose kubeconfig is for other tools. */
export const ADMIN: User = { file: "admin", name: "traced-environment:admin", group: "system:masters" };
/** The user of the controller that is made here. */
export const CONTROLLER: User = { file: "controller", name: "traced-environment:controller" };

/** All users. Those whose names begin with `system:` have their roles from Kubernetes. */
export const USERS: readonly User[] = [
    ADMIN,
    CONTROLLER,
    { file: "kube-controller-manager", name: "system:kube-controller-manager" },
    { file: "kube-scheduler", name: "system:kube-scheduler" },
    { file: "kubelet", name: `system:node:${NODE}`, group: "system:nodes" },
    { file: "kube-proxy", name: "system:kube-proxy" },
];

// A cluster for development lives for less than this.
const DAYS = "3650";
const AUTHORITY = "authority";

/** The certificates that the authority signs: the subject and what each is for. */
const CERTIFICATES: Readonly<Record<string, { subject: string; extensions: readonly string[] }>> = {
    "api-server": {
        subject: "/CN=kube-apiserver",
        extensions: [
            "extendedKeyUsage=serverAuth",
            "subjectAltName=" +
                ["127.0.0.1", NODE_ADDRESS, API_SERVICE_ADDRESS].map((address) => `IP:${address},`).join("") +
                ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"]
                    .map((host) => `DNS:${host},`)
                    .join("") +
                "DNS:kubernetes.default.svc.cluster.local",
        ],
    },
    "api-server-to-kubelet": {
        subject: "/O=system:masters/CN=kube-apiserver-kubelet-client",
        extensions: ["extendedKeyUsage=clientAuth"],
    },
    // Both sides of etcd: whoever could write to it without a certificate would be the cluster's administrator.
    etcd: {
        subject: "/CN=etcd",
        extensions: ["extendedKeyUsage=serverAuth,clientAuth", "subjectAltName=IP:127.0.0.1"],
    },
};

/** Makes the credentials unless they are there, and writes the kubeconfigs. */
export async function ensureCredentials(places: Layout): Promise<void> {
    const folder = places.credentials;
    if (!fs.existsSync(folder)) {
        await installPackages(["openssl"], "A local cluster", "install openssl.");
        const unfinished = `${folder}.unfinished`;
        fs.rmSync(unfinished, { recursive: true, force: true });
        fs.mkdirSync(unfinished, { recursive: true, mode: 0o700 });
        await makeCertificates(unfinished);
        makeServiceAccountKey(unfinished);
        makeTokens(unfinished);
        fs.renameSync(unfinished, folder);
    }
    const authority = fs.readFileSync(path.join(folder, `${AUTHORITY}.crt`), "utf8");
    for (const [user, token] of readTokens(folder)) {
        const file = user === ADMIN ? places.kubeconfig : path.join(folder, `${user.file}.kubeconfig`);
        fs.writeFileSync(file, kubeconfig(authority, user, token), { mode: 0o600 });
    }
}

/** A kubeconfig with one context. */
export function kubeconfig(authority: string, user: User, token: string): string {
    const certificate = Buffer.from(authority).toString("base64");
    // The format is YAML, of which JSON is a part.
    return `${JSON.stringify(
        {
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: CONTEXT, cluster: { server: API_URL, "certificate-authority-data": certificate } }],
            users: [{ name: user.name, user: { token } }],
            contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: user.name } }],
            "current-context": CONTEXT,
        },
        undefined,
        2,
    )}\n`;
}

/** The API server's list of tokens: `token,user,uid,"group"` a line. */
export function tokenList(tokens: readonly (readonly [User, string])[]): string {
    return tokens.map(([{ name, group }, token]) => `${token},${name},${name}${group ? `,"${group}"` : ""}\n`).join("");
}

async function makeCertificates(folder: string): Promise<void> {
    // The system's own settings would add extensions of an authority to every certificate.
    const settings = path.join(folder, "openssl.cnf");
    fs.writeFileSync(settings, "[req]\ndistinguished_name = name\n[name]\n");
    const make = async (name: string, subject: string, extensions: readonly string[], signer: readonly string[]) => {
        await run(
            "openssl",
            [
                ...["req", "-x509", "-config", settings, "-days", DAYS, "-subj", subject, ...signer],
                ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"],
                ...extensions.flatMap((extension) => ["-addext", extension]),
                ...["-keyout", path.join(folder, `${name}.key`), "-out", path.join(folder, `${name}.crt`)],
            ],
            { log: "cluster-certificates" },
        );
    };
    const authority = path.join(folder, AUTHORITY);
    await make(
        AUTHORITY,
        `/CN=${CONTEXT}`,
        ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash"],
        [],
    );
    for (const [name, { subject, extensions }] of Object.entries(CERTIFICATES)) {
        await make(name, subject, extensions, ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`]);
    }
    fs.rmSync(settings);
}

function makeServiceAccountKey(folder: string): void {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
        publicKeyEncoding: { type: "spki", format: "pem" },
    });
    fs.writeFileSync(path.join(folder, "service-accounts.key"), privateKey, { mode: 0o600 });
    fs.writeFileSync(path.join(folder, "service-accounts.pub"), publicKey);
}

function makeTokens(folder: string): void {
    const tokens = USERS.map((user) => [user, randomBytes(24).toString("hex")] as const);
    fs.writeFileSync(path.join(folder, "tokens.csv"), tokenList(tokens), { mode: 0o600 });
}

function readTokens(folder: string): [User, string][] {
    const lines = fs.readFileSync(path.join(folder, "tokens.csv"), "utf8").trimEnd().split("\n");
    return lines.flatMap((line) => {
        const [token, name] = line.split(",");
        const user = USERS.find((each) => each.name === name);
        return user ? [[user, token] as [User, string]] : [];
    });
}

// The API server, as the cluster's own commands ask it: by the kubeconfig that was written here, with plain requests.
import * as fs from "node:fs";
import * as https from "node:https";

/** An object of Kubernetes, as far as it is looked at here. */
export interface KubernetesObject {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string; [field: string]: unknown };
    [field: string]: unknown;
}

/** What a request needs besides its path. */
export interface Request {
    /** @default "GET" */
    method?: string;
    body?: unknown;
    /** @default "application/json" */
    contentType?: string;
}

/** The API server's answer with an error. */
export class ApiError extends Error {
    constructor(
        message: string,
        readonly code: number,
    ) {
        super(message);
    }
}

const TIMEOUT_MS = 30_000;
const FIELD_MANAGER = "traced-environment-cluster";

/** The API server of a kubeconfig with one cluster and one user, who has a token. */
export class Api {
    private readonly server: string;
    private readonly options: https.RequestOptions;

    constructor(kubeconfig: string) {
        const { clusters, users } = JSON.parse(fs.readFileSync(kubeconfig, "utf8")) as Kubeconfig;
        const { server, "certificate-authority-data": authority } = clusters[0].cluster;
        this.server = server;
        this.options = {
            ca: Buffer.from(authority, "base64"),
            headers: { authorization: `Bearer ${users[0].user.token}`, accept: "application/json" },
            timeout: TIMEOUT_MS,
        };
    }

    /** The answer to a request, which is an object unless it is text. */
    async json<T = KubernetesObject>(path: string, request: Request = {}): Promise<T> {
        return JSON.parse(await this.text(path, request)) as T;
    }

    /** The answer as text. */
    text(path: string, { method = "GET", body, contentType = "application/json" }: Request = {}): Promise<string> {
        const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
        // Without its length the body of a DELETE would be read as the connection's next request.
        const headers = {
            ...this.options.headers,
            ...(content && { "content-type": contentType, "content-length": content.length }),
        };
        return new Promise((resolve, reject) => {
            const request = https.request(`${this.server}${path}`, { ...this.options, method, headers }, (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    const answer = Buffer.concat(chunks).toString("utf8");
                    const code = response.statusCode ?? 0;
                    if (code < 400) {
                        resolve(answer);
                    } else {
                        reject(new ApiError(`${method} ${path}: ${messageOf(answer)} (HTTP ${code})`, code));
                    }
                });
            });
            request.on("timeout", () => request.destroy(new Error(`${this.server} did not answer in time`)));
            request.on("error", reject);
            request.end(content);
        });
    }

    /** Makes an object what it is here, by server-side apply: the fields that the manager had set before and are not here go. */
    apply(object: KubernetesObject, fieldManager = FIELD_MANAGER): Promise<KubernetesObject> {
        return this.json(`${pathOf(object)}?fieldManager=${fieldManager}&force=true`, {
            method: "PATCH",
            body: object,
            contentType: "application/apply-patch+yaml",
        });
    }
}

/** The path of an object in the API. */
export function pathOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): string {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const lower = kind.toLowerCase();
    const plural = lower.endsWith("s") ? `${lower}es` : /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
    return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}/${name}`;
}

interface Kubeconfig {
    clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
    users: { user: { token: string } }[];
}

function messageOf(answer: string): string {
    try {
        return (JSON.parse(answer) as { message?: string }).message ?? answer;
    } catch {
        return answer.slice(0, 200);
    }
}

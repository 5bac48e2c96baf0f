// The Kubernetes API: objects of any kind by what the server itself tells about its kinds.
import * as http from "node:http";
import * as https from "node:https";

import { Properties, Value } from "../property-values";
import type { Connection } from "./connection";
import {
    apiVersionOf,
    isMap,
    KubeObject,
    kindOf,
    mapsAt,
    nameOf,
    namespaceOf,
    numberAt,
    ObjectKind,
    textAt,
} from "./objects";

/** What the server answered instead of what was asked for. */
export class ApiError extends Error {
    constructor(
        message: string,
        readonly code: number,
        /** The server's reason, such as `AlreadyExists`. */
        readonly reason: string,
        /** Kind and name of what it is about, and the causes. */
        readonly details: Properties,
    ) {
        super(message);
    }
}

/** The server has no such kind: a custom resource without its definition, or an API version that is gone. */
export class UnknownKindError extends Error {}

/** Where objects of a kind are found. */
export interface Place {
    /** The kind's name in addresses, for example `deployments`. */
    plural: string;
    namespaced: boolean;
}

export interface WriteOptions {
    fieldManager: string;
    dryRun?: boolean;
    /** Whether to take fields from other managers. */
    force?: boolean;
}

interface Call {
    method?: string;
    query?: Record<string, string | undefined>;
    body?: unknown;
    contentType?: string;
    /** Read the answer as text. */
    text?: boolean;
    timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
/** A preview goes on without a cluster that does not answer. */
const CHECK_TIMEOUT_MS = 10_000;
const UNAUTHORIZED = 401;
const NOT_FOUND = 404;
const TOO_MANY_REQUESTS = 429;
const RETRIES = 5;

export class Api {
    private options: Promise<https.RequestOptions> | undefined;
    private readonly discovered = new Map<string, Promise<Map<string, Place>>>();

    constructor(readonly connection: Connection) {}

    /** Throws when the server can't be reached or refuses the login. */
    async check(): Promise<void> {
        await this.request("/api/v1", { timeoutMs: CHECK_TIMEOUT_MS });
    }

    /** Where objects of a kind are. Throws an UnknownKindError when the server has no such kind. */
    async place(kind: ObjectKind): Promise<Place> {
        const version = apiVersionOf(kind);
        const found = (await this.kindsOf(kind.group, kind.version)).get(kind.kind);
        if (found) {
            return found;
        }
        // A definition may have come since.
        this.discovered.delete(version);
        const again = (await this.kindsOf(kind.group, kind.version)).get(kind.kind);
        if (!again) {
            throw new UnknownKindError(`the server has no kind ${kind.kind} in ${version}`);
        }
        return again;
    }

    async get(kind: ObjectKind, namespace: string, name: string): Promise<KubeObject> {
        return this.json(await this.address(kind, namespace, name));
    }

    async list(kind: ObjectKind, namespace: string, query: Record<string, string> = {}): Promise<KubeObject[]> {
        return mapsAt(await this.json(await this.address(kind, namespace), { query }), "items");
    }

    async create(object: KubeObject, { fieldManager, dryRun }: WriteOptions): Promise<KubeObject> {
        return this.json(await this.address(kindOf(object), namespaceOf(object)), {
            method: "POST",
            query: { fieldManager, dryRun: dryRun ? "All" : undefined },
            body: object,
        });
    }

    /** Server-side apply: the manager's fields become exactly those of the object. */
    async apply(object: KubeObject, { fieldManager, dryRun, force }: WriteOptions): Promise<KubeObject> {
        return this.json(await this.address(kindOf(object), namespaceOf(object), nameOf(object)), {
            method: "PATCH",
            query: { fieldManager, dryRun: dryRun ? "All" : undefined, force: String(force ?? false) },
            body: object,
            contentType: "application/apply-patch+yaml",
        });
    }

    /** Changes an object by the operations of a JSON patch. */
    async patch(object: KubeObject, operations: readonly Properties[]): Promise<KubeObject> {
        return this.json(await this.address(kindOf(object), namespaceOf(object), nameOf(object)), {
            method: "PATCH",
            body: operations,
            contentType: "application/json-patch+json",
        });
    }

    /** Puts an object in the place of the one that is there. */
    async replace(object: KubeObject, { fieldManager, dryRun }: WriteOptions): Promise<KubeObject> {
        return this.json(await this.address(kindOf(object), namespaceOf(object), nameOf(object)), {
            method: "PUT",
            query: { fieldManager, dryRun: dryRun ? "All" : undefined },
            body: object,
        });
    }

    async delete(object: KubeObject, propagationPolicy: string): Promise<void> {
        await this.json(await this.address(kindOf(object), namespaceOf(object), nameOf(object)), {
            method: "DELETE",
            body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
        });
    }

    /** The last lines that a container wrote, or that its predecessor wrote before it ended. */
    async logs(namespace: string, pod: string, container: string, lines: number, previous: boolean): Promise<string> {
        const query = { container, tailLines: String(lines), previous: String(previous) };
        return this.request(`/api/v1/namespaces/${namespace}/pods/${pod}/log`, { query, text: true });
    }

    private async address(kind: ObjectKind, namespace: string, name?: string): Promise<string> {
        const { plural, namespaced } = await this.place(kind);
        const inNamespace = namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
        return `${root(kind)}${inNamespace}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
    }

    private kindsOf(group: string, version: string): Promise<Map<string, Place>> {
        const key = apiVersionOf({ group, version });
        const known = this.discovered.get(key);
        if (known) {
            return known;
        }
        const asked = this.json(root({ group, version })).then(readKinds, (error: unknown) => {
            this.discovered.delete(key);
            if (error instanceof ApiError && error.code === NOT_FOUND) {
                throw new UnknownKindError(`the server has no API ${key}`);
            }
            throw error;
        });
        this.discovered.set(key, asked);
        return asked;
    }

    private async json(path: string, call: Call = {}): Promise<KubeObject> {
        return JSON.parse(await this.request(path, call)) as KubeObject;
    }

    private async request(path: string, call: Call): Promise<string> {
        for (let attempt = 1; ; attempt++) {
            this.options ??= this.connection.options();
            const options = await this.options;
            const answer = await send(this.connection.server + addressed(path, call.query), options, call);
            if (answer.status === UNAUTHORIZED && attempt === 1) {
                // A login that a program or a file gives may have run out.
                this.options = undefined;
            } else if (answer.status === TOO_MANY_REQUESTS && attempt <= RETRIES) {
                await pause(Number(answer.retryAfter ?? 1) * 1000);
            } else if (answer.status >= 400) {
                throw errorOf(answer, call.method ?? "GET", path);
            } else {
                return answer.body;
            }
        }
    }
}

interface Answer {
    status: number;
    body: string;
    retryAfter?: string;
}

function send(address: string, options: https.RequestOptions, call: Call): Promise<Answer> {
    const url = new URL(address);
    const { timeoutMs = TIMEOUT_MS } = call;
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
        ...(options.headers as http.OutgoingHttpHeaders),
        accept: call.text ? "*/*" : "application/json",
        "user-agent": "traced-environment",
        ...(body !== undefined && {
            "content-type": call.contentType ?? "application/json",
            "content-length": Buffer.byteLength(body),
        }),
    };
    return new Promise((resolve, reject) => {
        const request = (url.protocol === "http:" ? http : https).request(
            url,
            { ...options, method: call.method ?? "GET", headers, timeout: timeoutMs },
            (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () =>
                    resolve({
                        status: response.statusCode ?? 0,
                        body: Buffer.concat(chunks).toString("utf8"),
                        retryAfter: response.headers["retry-after"],
                    }),
                );
            },
        );
        request.on("timeout", () =>
            request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
        );
        request.on("error", (error: NodeJS.ErrnoException) => reject(unreachable(url, error)));
        request.end(body);
    });
}

// Of several addresses that were tried, Node.js tells the reasons only one by one.
function unreachable(url: URL, error: NodeJS.ErrnoException): Error {
    const reason = error instanceof AggregateError ? error.errors.map(String).join(", ") : error.message;
    return new Error(`${url.origin}: ${reason || error.code}`);
}

function addressed(path: string, query: Record<string, string | undefined> = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined) as [string, string][];
    return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

function errorOf({ status, body }: Answer, method: string, path: string): ApiError {
    try {
        const answer = JSON.parse(body) as KubeObject;
        if (answer.kind === "Status") {
            const details = isMap(answer.details) ? answer.details : {};
            const message = textAt(answer, "message") || `${method} ${path} answered ${status}`;
            return new ApiError(message, numberAt(status, answer, "code"), textAt(answer, "reason"), details);
        }
    } catch {
        // Something in between answered.
    }
    return new ApiError(`${method} ${path} answered ${status}: ${body.slice(0, 200)}`, status, "", {});
}

function root({ group, version }: Pick<ObjectKind, "group" | "version">): string {
    return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

function readKinds(answer: KubeObject): Map<string, Place> {
    const resources = mapsAt(answer, "resources").filter((resource) => !textAt(resource, "name").includes("/"));
    return new Map(
        resources.map((resource: { [key: string]: Value }) => [
            textAt(resource, "kind"),
            { plural: textAt(resource, "name"), namespaced: resource.namespaced === true },
        ]),
    );
}

/** Waits; ends early, with an error, when the signal says so. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const onAbort = (): void => {
            clearTimeout(timer);
            reject(new Error("cancelled"));
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
        }, milliseconds);
        if (signal?.aborted) {
            onAbort();
        } else {
            signal?.addEventListener("abort", onAbort, { once: true });
        }
    });
}

// A Kubernetes API server in memory, with as much of server-side apply as the provider's tests need.
import { randomUUID } from "node:crypto";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

import { Properties } from "../../../toolchain/property-values";
import { isMap, KubeObject, nameOf, textAt } from "../../../toolchain/kubernetes-plugin/objects";

/** Kinds that the server has, by the address of their API. */
const APIS: Readonly<Record<string, { name: string; kind: string; namespaced: boolean }[]>> = {
    "/api/v1": [
        { name: "configmaps", kind: "ConfigMap", namespaced: true },
        { name: "events", kind: "Event", namespaced: true },
        { name: "namespaces", kind: "Namespace", namespaced: false },
        { name: "pods", kind: "Pod", namespaced: true },
        { name: "pods/log", kind: "Pod", namespaced: true },
        { name: "secrets", kind: "Secret", namespaced: true },
    ],
    "/apis/apps/v1": [
        { name: "deployments", kind: "Deployment", namespaced: true },
        { name: "replicasets", kind: "ReplicaSet", namespaced: true },
    ],
    "/apis/batch/v1": [{ name: "jobs", kind: "Job", namespaced: true }],
};

/** A request as it came. */
export interface Asked {
    method: string;
    path: string;
    query: Record<string, string>;
    body: KubeObject;
}

/** What is answered instead of the usual. */
export interface Refusal {
    code: number;
    reason: string;
    message: string;
    details?: Properties;
}

export class KubernetesApiServer {
    /** Objects by their addresses. */
    readonly objects = new Map<string, KubeObject>();
    readonly asked: Asked[] = [];
    /** Says what is refused. */
    refuses: (asked: Asked) => Refusal | undefined = () => undefined;
    /** Writes objects its own way, as servers do. */
    normalizes: (object: KubeObject) => KubeObject = (object) => object;
    /** Does what controllers would: given an object that was written, its new form; undefined removes it. */
    controls: (object: KubeObject) => KubeObject | undefined = (object) => object;
    /** Last lines of containers. */
    log = "";
    private version = 0;
    private readonly server = http.createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
            const url = new URL(request.url ?? "", "http://server");
            const text = Buffer.concat(chunks).toString();
            const asked = {
                method: request.method ?? "",
                path: url.pathname,
                query: Object.fromEntries(url.searchParams),
                body: text === "" ? {} : (JSON.parse(text) as KubeObject),
            };
            this.asked.push(asked);
            const answer = this.answer(asked);
            response.statusCode = typeof answer === "string" ? 200 : Number(answer.code ?? 200);
            response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
        });
    });

    /** Starts it and gives its address. */
    async start(): Promise<string> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    /** Puts an object there, as others do. */
    put(path: string, object: KubeObject): void {
        this.objects.set(path, this.stamped(object));
    }

    private answer(asked: Asked): KubeObject | string {
        const refusal = this.refuses(asked);
        if (refusal) {
            return { kind: "Status", apiVersion: "v1", ...refusal } as unknown as KubeObject;
        }
        if (APIS[asked.path]) {
            return { kind: "APIResourceList", resources: APIS[asked.path] };
        }
        if (asked.path.endsWith("/log")) {
            return this.log;
        }
        switch (asked.method) {
            case "POST":
                return this.created(asked);
            case "PATCH":
                return this.patched(asked);
            case "DELETE":
                return this.deleted(asked);
            default:
                return this.objects.get(asked.path) ?? this.listed(asked.path) ?? notFound(asked.path);
        }
    }

    private created({ path, query, body }: Asked): KubeObject {
        const address = `${path}/${nameOf(body)}`;
        if (this.objects.has(address)) {
            return refused(409, "AlreadyExists", `"${nameOf(body)}" already exists`);
        }
        const managed = [{ manager: query.fieldManager, operation: "Update", fieldsV1: fieldsOf(body) }];
        return this.written(address, withManagedFields(body, managed), query);
    }

    private patched({ path, query, body }: Asked): KubeObject {
        const live = this.objects.get(path);
        if (Array.isArray(body)) {
            const [, { value }] = body as unknown as { value: KubeObject[] }[];
            return this.written(path, withManagedFields(live!, value as unknown as KubeObject[]), query);
        }
        const others = managedFields(live).filter(
            ({ manager, operation }) => manager !== query.fieldManager || operation !== "Apply",
        );
        const ours = managedFields(live).find(({ manager }) => manager === query.fieldManager);
        const kept = live ? withoutFields(live, ours?.fieldsV1 as KubeObject | undefined, body) : {};
        const managed = [...others, { manager: query.fieldManager, operation: "Apply", fieldsV1: fieldsOf(body) }];
        return this.written(path, withManagedFields(merged(kept, body), managed as KubeObject[]), query);
    }

    private written(path: string, object: KubeObject, query: Record<string, string>): KubeObject {
        const stamped = this.stamped(this.normalizes(object));
        if (query.dryRun === "All") {
            return stamped;
        }
        const controlled = this.controls(stamped);
        if (controlled) {
            this.objects.set(path, controlled);
        } else {
            this.objects.delete(path);
        }
        return stamped;
    }

    private deleted({ path }: Asked): KubeObject {
        const live = this.objects.get(path);
        if (!live) {
            return notFound(path);
        }
        const metadata = { ...(live.metadata as KubeObject), deletionTimestamp: "now" };
        const kept = this.controls({ ...live, metadata });
        if (kept && textAt(kept, "metadata", "deletionTimestamp") !== "" && textAt(kept, "metadata", "keep") !== "") {
            this.objects.set(path, kept);
        } else {
            this.objects.delete(path);
        }
        return { kind: "Status", status: "Success" };
    }

    private listed(path: string): KubeObject | undefined {
        const kinds = Object.entries(APIS).flatMap(([api, all]) => all.map(({ name }) => ({ api, name })));
        const isList = kinds.some(({ api, name }) => path.startsWith(`${api}/`) && path.endsWith(`/${name}`));
        const items = [...this.objects].filter(([address]) => address.startsWith(`${path}/`));
        return isList ? { kind: "List", items: items.map(([, object]) => object) } : undefined;
    }

    private stamped(object: KubeObject): KubeObject {
        const metadata = object.metadata as KubeObject;
        const uid = textAt(metadata, "uid") || randomUUID();
        return { ...object, metadata: { generation: 1, ...metadata, uid, resourceVersion: String(++this.version) } };
    }
}

function notFound(path: string): KubeObject {
    const [plural, name] = path.split("/").slice(-2);
    return refused(404, "NotFound", `${plural} "${name}" not found`, { kind: plural, name });
}

function refused(code: number, reason: string, message: string, details: Properties = {}): KubeObject {
    return { kind: "Status", apiVersion: "v1", code, reason, message, details };
}

function managedFields(object: KubeObject | undefined): KubeObject[] {
    return ((object?.metadata as KubeObject | undefined)?.managedFields ?? []) as KubeObject[];
}

function withManagedFields(object: KubeObject, entries: KubeObject[]): KubeObject {
    return { ...object, metadata: { ...(object.metadata as KubeObject), managedFields: entries } };
}

function fieldsOf(object: KubeObject): KubeObject {
    const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
    const { name: _name, namespace: _namespace, ...metadata } = (rest.metadata ?? {}) as KubeObject;
    return names({ ...rest, metadata });
}

function names(value: KubeObject): KubeObject {
    return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [`f:${key}`, isMap(inner) ? names(inner) : {}]),
    );
}

// What the manager had applied before and does not any more.
function withoutFields(live: KubeObject, before: KubeObject | undefined, now: KubeObject): KubeObject {
    return Object.fromEntries(
        Object.entries(live).flatMap(([key, value]) => {
            const had = before?.[`f:${key}`];
            if (!isMap(had)) {
                return [[key, value]];
            }
            const has = now[key];
            if (isMap(value) && Object.keys(had).length > 0) {
                return [[key, withoutFields(value, had, isMap(has) ? has : {})]];
            }
            return has === undefined ? [] : [[key, value]];
        }),
    );
}

function merged(a: KubeObject, b: KubeObject): KubeObject {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return Object.fromEntries(
        keys.map((key) => {
            const [left, right] = [a[key], b[key]];
            return [key, isMap(left) && isMap(right) ? merged(left, right) : (right ?? left)];
        }),
    );
}


// Schemas of objects for kubeconform, made from what an API server itself says of its kinds (`/openapi/v2`).

/** A JSON schema. */
export interface Schema {
    type?: string;
    format?: string;
    properties?: Record<string, Schema>;
    additionalProperties?: Schema | boolean;
    items?: Schema;
    $ref?: string;
    "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
    [other: string]: unknown;
}

/** An API server's description of its API. */
export interface OpenApi {
    definitions: Record<string, Schema>;
}

/** What the server reads as text or number, which its description calls a text. */
const TEXT_OR_NUMBER: Readonly<Record<string, Schema>> = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["string", "integer"] as never },
    "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["string", "number"] as never },
};

/** The schema of each kind by the name of the file in which kubeconform looks for it; unknown fields are refused. */
export function schemasOf({ definitions }: OpenApi): Map<string, Schema> {
    const strict = Object.fromEntries(
        Object.entries(definitions).map(([name, schema]) => [name, TEXT_OR_NUMBER[name] ?? strictly(schema)]),
    );
    const schemas = new Map<string, Schema>();
    for (const [name, { "x-kubernetes-group-version-kind": kinds = [] }] of Object.entries(definitions)) {
        // What belongs to many kinds, such as DeleteOptions, is nobody's manifest.
        if (kinds.length === 1) {
            const needed = Object.fromEntries([...reachable(name, strict)].map((each) => [each, strict[each]]));
            schemas.set(fileName(kinds[0]), {
                $schema: "http://json-schema.org/draft-07/schema#",
                definitions: needed,
                allOf: [{ $ref: `#/definitions/${name}` }],
            });
        }
    }
    return schemas;
}

/** The template of {@link fileName}, as kubeconform wants it. */
export const FILE_NAMES = "{{.ResourceKind}}{{.KindSuffix}}.json";

function fileName({ group, version, kind }: { group: string; version: string; kind: string }): string {
    return [kind, ...group.split(".").slice(0, 1), version].filter((part) => part !== "").join("-").toLowerCase() + ".json";
}

function strictly(schema: Schema): Schema {
    return schema.properties && schema.additionalProperties === undefined ? { ...schema, additionalProperties: false } : schema;
}

const PREFIX = "#/definitions/";

function reachable(name: string, definitions: Readonly<Record<string, Schema>>, found = new Set<string>()): Set<string> {
    if (!found.has(name)) {
        found.add(name);
        references(definitions[name]).forEach((each) => reachable(each, definitions, found));
    }
    return found;
}

function references(schema: unknown): string[] {
    if (typeof schema !== "object" || schema === null) {
        return [];
    }
    return Object.entries(schema).flatMap(([key, value]) =>
        key === "$ref" && typeof value === "string" ? [value.slice(PREFIX.length)] : references(value),
    );
}

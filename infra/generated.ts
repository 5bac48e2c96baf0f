// What is made from the settings' schema (pure): the schema for editors, and the declarations in Pulumi.yaml.
import { parseDocument } from "yaml";
import { z } from "zod";

import { DEFAULTS, NAMESPACE, settingsSchema } from "./settings";

/** A part of a JSON schema. */
type JsonSchema = z.core.JSONSchema.BaseSchema;

/** In a stack's file a secret is what `pulumi config set --secret` wrote. */
const SECURE: JsonSchema = {
    type: "object",
    required: ["secure"],
    properties: { secure: { type: "string" } },
    additionalProperties: false,
};

/** The schema of the settings, as a stack's file gives them. */
function settingsJsonSchema(): JsonSchema {
    return z.toJSONSchema(settingsSchema, {
        target: "draft-7",
        io: "input",
        override: ({ jsonSchema }) => {
            if (jsonSchema.secret === true) {
                delete jsonSchema.secret;
                delete jsonSchema.type;
                Object.assign(jsonSchema, SECURE);
            }
        },
    });
}

/** The JSON schema of a whole `Pulumi.<stack>.yaml`, for editors. */
export function editorSchema(): string {
    const { properties = {} } = settingsJsonSchema();
    const prefixed = (key: string) => `${NAMESPACE}:${key}`;
    const config = {
        type: "object",
        description: "The stack's settings.",
        properties: Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [prefixed(key), value]),
        ),
        // Settings of providers, such as pulumi:disable-default-providers, are none of ours.
        propertyNames: {
            anyOf: [{ enum: Object.keys(properties).map(prefixed) }, { not: { pattern: `^${NAMESPACE}:` } }],
        },
    };
    const schema = {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: "Settings of a traced application environment: Pulumi.<stack>.yaml",
        $comment: "Made from infra/settings.ts by `npm run generate`.",
        type: "object",
        properties: { config },
    };
    return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/**
 * The declarations of the settings for Pulumi.yaml.
 *
 * They name no type: Pulumi would check it before the program and stop at the first wrong one, without its path.
 * Each has a default, for Pulumi takes one without for required; an empty
 * text or map is none to the program.
 */
function declarations(): Record<string, { description: string; default: unknown }> {
    const { properties = {} } = settingsJsonSchema();
    return Object.fromEntries(
        Object.entries(properties).map(([key, schema]) => {
            const { description = "", type } = schema as JsonSchema;
            return [
                key,
                {
                    description,
                    default: key === "platform" ? DEFAULTS.platform : type === "object" ? {} : "",
                },
            ];
        }),
    );
}

/** Pulumi.yaml with the declarations; the rest of the file stays as it is. */
export function projectFile(current: string): string {
    const document = parseDocument(current);
    document.set("config", document.createNode(declarations()));
    return document.toString({ lineWidth: 110 });
}

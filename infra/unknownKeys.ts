// Unknown keys: what was probably meant, from the schema's own keys.
import { z } from "zod";

import { Path } from "./draft";
import { nearest } from "./nearest";
import { settingsSchema } from "./settings";

type Schema = z.core.$ZodType | undefined;

function unwrapped(schema: Schema): Schema {
    return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap()) : schema;
}

function child(schema: Schema, part: PropertyKey): Schema {
    const inner = unwrapped(schema);
    if (inner instanceof z.ZodObject) {
        return (inner.shape as Record<PropertyKey, Schema>)[part];
    }
    if (inner instanceof z.ZodRecord) {
        return inner.valueType as Schema;
    }
    return inner instanceof z.ZodArray ? (inner.element as Schema) : undefined;
}

/** The schema of what lies at a path. */
export function schemaAt(path: Path): z.ZodType | undefined {
    return unwrapped(path.reduce<Schema>(child, settingsSchema)) as z.ZodType | undefined;
}

function keysAt(path: Path): string[] {
    const schema = schemaAt(path);
    return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** What to say of an unknown key in the group at a path. */
export function unknownKey(key: string, path: Path): string {
    const known = keysAt(path);
    const group = known.find((name) => keysAt([...path, name]).includes(key));
    if (group) {
        return `unknown here; did you mean "${group}.${key}"?`;
    }
    const near = nearest(key, known);
    return near ? `unknown; did you mean "${near}"?` : `unknown; the keys here are ${known.join(", ")}`;
}

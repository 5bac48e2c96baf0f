// YAML for configuration files that programs of any YAML version read.
import { stringify } from "yaml";

/**
 * Renders a value. Texts are quoted, so that no reader takes one for a date, a number or a truth value; what stands
 * twice is written twice, because not every reader knows anchors (Elasticsearch's roles file drops what has one).
 */
export function toYaml(value: unknown): string {
    return stringify(value, {
        defaultStringType: "QUOTE_DOUBLE",
        defaultKeyType: "PLAIN",
        lineWidth: 0,
        aliasDuplicateObjects: false,
    });
}

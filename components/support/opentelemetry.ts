// What holds for every OpenTelemetry SDK of an environment, the ingress's and the apps' (pure).
import { INSTANCE_FIELD } from "./placeholders";

/**
 * The milliseconds that an SDK gathers spans before it sends them (`OTEL_BSP_SCHEDULE_DELAY`; 5000 by default): a killed
 * process loses the spans of one second, and a trace is whole soon after its request.
 */
export const SCHEDULE_DELAY = "1000";

/** The separators of the resource attributes are encoded in keys and values, as the specification wants it. */
function encode(text: string): string {
    return text
        .split(INSTANCE_FIELD)
        .map((part) =>
            // What stands for a field of the instance is not text of the user's.
            INSTANCE_FIELD.test(part)
                ? part
                : encodeURIComponent(part).replace(/%(2F|3A|40|24|26|2B|3F|7E)/gi, (match) =>
                      decodeURIComponent(match),
                  ),
        )
        .join("");
}

/** Reads `key=value,key=value`; what has no `=` is left out, as SDKs do. */
export function parseResourceAttributes(text: string): Record<string, string> {
    const attributes: Record<string, string> = {};
    for (const pair of text.split(",")) {
        const at = pair.indexOf("=");
        if (at > 0) {
            const [key, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
            attributes[decode(key)] = decode(value);
        }
    }
    return attributes;
}

function decode(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text; // Not encoded by anybody: taken as it is.
    }
}

/** Writes `key=value,key=value`, sorted by key. */
export function formatResourceAttributes(attributes: Readonly<Record<string, string>>): string {
    return Object.keys(attributes)
        .sort()
        .map((key) => `${encode(key)}=${encode(attributes[key])}`)
        .join(",");
}

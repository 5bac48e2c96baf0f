// Traces as Jaeger 2.2.0 behind Traefik 3.7 sent them.
import { readFileSync } from "node:fs";
import * as path from "node:path";

import { Span, spansOf } from "../../../scripts/verify/otlp";

/** The spans of a recorded trace. */
export function recorded(name: "trace-of-failed-request" | "trace-of-bad-gateway"): Span[] {
    return spansOf(JSON.parse(readFileSync(path.join(__dirname, "recorded", `jaeger-2.2.0-${name}.json`), "utf8")));
}

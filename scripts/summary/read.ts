// Reads a preview: the engine's events, one a line, or what `pulumi preview --json` printed (pure).
import { Diagnostic, Finding, Preview, ResourceState, Step } from "./preview";
import { clearSecrets, isRecord } from "./secrets";

type Json = Record<string, unknown>;

/** Reads either form; throws what is expected when it is neither. */
export function readPreview(text: string): Preview {
    const whole = parsed(text);
    if (isRecord(whole) && !("sequence" in whole)) {
        if (!("steps" in whole) && !("changeSummary" in whole) && !("diagnostics" in whole)) {
            throw new Error(EXPECTED);
        }
        return ofDigest(whole);
    }
    const events = whole === undefined ? lines(text) : Array.isArray(whole) ? whole.filter(isRecord) : [whole as Json];
    if (!events.some((event) => Object.keys(event).some((key) => key.endsWith("Event")))) {
        throw new Error(EXPECTED);
    }
    return ofEvents(events);
}

const EXPECTED =
    "This is no preview: expected the engine's events, one JSON object a line (pulumi preview --event-log <file>), or what " +
    "pulumi preview --json prints.";

function ofEvents(all: readonly Json[]): Preview {
    const events = [...all].sort((a, b) => Number(a.sequence ?? 0) - Number(b.sequence ?? 0));
    const of = (name: string) => events.map((event) => event[name]).filter(isRecord);
    const summary = of("summaryEvent").pop();
    // What is registered last is what the stack's outputs become; all else is known before.
    const steps = [
        ...of("resourcePreEvent"),
        ...of("resOutputsEvent").filter(({ metadata }) => isRecord(metadata) && metadata.type === STACK),
    ].flatMap(({ metadata }) => (isRecord(metadata) ? [stepOf(metadata, "old", "new", "keys", "diffs")] : []));
    const diagnostics = of("diagnosticEvent").flatMap((each) => (each.ephemeral === true ? [] : diagnosticOf(each)));
    return {
        source: "events",
        steps,
        diagnostics,
        findings: of("policyEvent").map(findingOf),
        config: texts(of("preludeEvent").pop()?.config),
        counts: numbers(summary?.resourceChanges),
        failed: summary === undefined || summary.result === "failed" || diagnostics.some(isError),
        secrets: clearSecrets(events),
    };
}

function ofDigest(digest: Json): Preview {
    const diagnostics = list(digest.diagnostics).flatMap(diagnosticOf);
    return {
        source: "json",
        steps: list(digest.steps).map((step) => stepOf(step, "oldState", "newState", "replaceReasons", "diffReasons")),
        diagnostics,
        findings: [],
        config: texts(digest.config),
        counts: numbers(digest.changeSummary),
        failed: digest.changeSummary === undefined || digest.changeSummary === null || diagnostics.some(isError),
        secrets: clearSecrets(digest),
    };
}

const STACK = "pulumi:pulumi:Stack";

function stepOf(step: Json, before: string, after: string, keys: string, diffs: string): Step {
    const detailed = isRecord(step.detailedDiff) ? Object.entries(step.detailedDiff) : [];
    return {
        op: String(step.op),
        urn: String(step.urn),
        before: stateOf(step[before]),
        after: stateOf(step[after]),
        replaceKeys: strings(step[keys]),
        changedKeys: strings(step[diffs]),
        detailed: Object.fromEntries(
            // The two sources have a name of their own for the kind.
            detailed.map(([path, diff]) => [path, String(isRecord(diff) ? (diff.diffKind ?? diff.kind) : "")]),
        ),
    };
}

function stateOf(state: unknown): ResourceState | undefined {
    return isRecord(state) ? (state as unknown as ResourceState) : undefined;
}

function diagnosticOf({ severity, urn, message, prefix }: Json): Diagnostic[] {
    if (severity !== "warning" && severity !== "error") {
        return [];
    }
    const text = String(message).replace(/\x1b\[[0-9;]*[mK]|<\{%[^%]*%\}>/g, "");
    const start = String(prefix ?? `${severity}: `);
    return [
        {
            severity,
            ...(typeof urn === "string" && urn !== "" && { urn }),
            message: (text.startsWith(start) ? text.slice(start.length) : text).trim(),
        },
    ];
}

function findingOf(event: Json): Finding {
    return {
        level: String(event.enforcementLevel),
        pack: String(event.policyPackName),
        policy: String(event.policyName),
        ...(typeof event.resourceUrn === "string" && { urn: event.resourceUrn }),
        message: String(event.message).replace(/<\{%[^%]*%\}>/g, "").trim(),
    };
}

function isError({ severity }: Diagnostic): boolean {
    return severity === "error";
}

// A line that was being written when the engine was ended is not counted.
function lines(text: string): Json[] {
    return text.split("\n").map(parsed).filter(isRecord);
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

function list(value: unknown): Json[] {
    return Array.isArray(value) ? value.filter(isRecord) : [];
}

function strings(value: unknown): string[] {
    return Array.isArray(value) ? value.map(String) : [];
}

function texts(value: unknown): Record<string, string> {
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)])) : {};
}

function numbers(value: unknown): Record<string, number> {
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, Number(each)])) : {};
}

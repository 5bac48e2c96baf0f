// What a preview says, in one form for both of its sources: the engine's events and `pulumi preview --json`.

/** A state of a resource, as far as the summary looks. */
export interface ResourceState {
    type: string;
    urn?: string;
    parent?: string;
    protect?: boolean;
    retainOnDelete?: boolean;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/** One step of the engine's plan. */
export interface Step {
    op: string;
    urn: string;
    before?: ResourceState;
    after?: ResourceState;
    /** Properties that cause a replacement. */
    replaceKeys: readonly string[];
    /** Properties that change. */
    changedKeys: readonly string[];
    /** Kinds of differences by property path, such as `update-replace`; empty where the provider gives none. */
    detailed: Readonly<Record<string, string>>;
}

/** A warning or an error. */
export interface Diagnostic {
    severity: "warning" | "error";
    urn?: string;
    message: string;
}

/** What a policy has found. */
export interface Finding {
    level: string;
    pack: string;
    policy: string;
    urn?: string;
    message: string;
}

/** A preview. */
export interface Preview {
    /** `json` has neither policy findings nor the order of what is made and removed. */
    source: "events" | "json";
    /** `<project>/<stack>`, for when no resource tells it. */
    name?: string;
    steps: readonly Step[];
    diagnostics: readonly Diagnostic[];
    findings: readonly Finding[];
    /** The settings by their full keys; secret ones are masked by the engine. */
    config: Readonly<Record<string, string>>;
    /** Numbers of resources by operation. */
    counts: Readonly<Record<string, number>>;
    failed: boolean;
    /** Secrets that stand in the source in clear, as they do with `--show-secrets`; none may be shown. */
    secrets: readonly string[];
}

/** The parts of a URN. */
export function urnParts(urn: string): { stack: string; project: string; types: string[]; type: string; name: string } {
    const [head, project = "", types = "", ...name] = urn.split("::");
    const all = types.split("$");
    return { stack: head.replace(/^urn:pulumi:/, ""), project, types: all, type: all[all.length - 1], name: name.join("::") };
}

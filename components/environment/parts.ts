// The parts of an environment by name: no app can have one of these.

export const PARTS = ["storage", "retention", "collector", "query", "ingress", "canary"] as const;

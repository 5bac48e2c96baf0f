// What changes in a component, in words (pure).
import { causesOf, code, THEIR_CONTENT } from "./causes";
import { Change, compared, Component, Kind } from "./changes";
import { COSTS, meaningOfDeletion, meaningOfReplacement } from "./meaning";
import { isReleased, Role, roleOf } from "./roles";
import { isRecord } from "./secrets";

/** Components by their types. */
const COMPONENTS: Readonly<Record<string, string>> = {
    "traced-environment:index:TracedApp": "App",
    "traced-environment:index:ElasticsearchStorage": "Storage",
    "traced-environment:index:StorageRetention": "Retention",
    "traced-environment:index:JaegerCollector": "Collector",
    "traced-environment:index:JaegerQuery": "Query role",
    "traced-environment:index:TraefikIngress": "Ingress",
    "traced-environment:index:TraceCanary": "Canary",
    "traced-environment:infra:Database": "Database",
    "traced-environment:infra:StackNamespace": "Namespace",
};

const NOUNS: Readonly<Record<Role, readonly [one: string, many: string]>> = {
    component: ["component", "components"],
    instances: ["instance", "instances"],
    task: ["task", "tasks"],
    schedule: ["scheduled task", "scheduled tasks"],
    check: ["look at the data before the start", "looks at the data before the start"],
    route: ["route", "routes"],
    declared: ["file that is watched", "files that are watched"],
    files: ["part of its files", "parts of its files"],
    memory: ["volume in memory", "volumes in memory"],
    data: ["data volume", "data volumes"],
    password: ["generated password", "generated passwords"],
    key: ["key of digests", "keys of digests"],
    image: ["image", "images"],
    network: ["network", "networks"],
    address: ["address", "addresses"],
    rights: ["service account", "service accounts"],
    namespace: ["namespace", "namespaces"],
    provider: ["provider", "providers"],
    other: ["other object", "other objects"],
};

const DONE: Readonly<Record<Kind, string>> = {
    create: "new",
    delete: "removed",
    replace: "replaced",
    update: "changed in place",
    move: "moved in the state: nothing is touched",
};

/** The order in which a component's parts are told. */
const ORDER = Object.keys(NOUNS) as Role[];

/** What a component is called. */
export function titleOf(component: Component | undefined): string {
    if (!component) {
        return "**The stack itself**";
    }
    const word = COMPONENTS[component.type] ?? component.type.split(":").pop()!;
    return `**${word} ${code(component.name)}**`;
}

/** The secret variables of the app that a component is, by the settings; empty where they don't tell. */
export function secretVariables(component: Component | undefined, config: Readonly<Record<string, string>>): string[] {
    const apps = parsed(config["traced-environment:apps"]);
    const name = Object.keys(isRecord(apps) ? apps : {}).find((each) => component?.name.endsWith(`-${each}`));
    const app = isRecord(apps) && name !== undefined ? apps[name] : undefined;
    if (!isRecord(app)) {
        return [];
    }
    const generated = Array.isArray(app.generateSecrets) ? app.generateSecrets.map(String) : [];
    const secret = isRecord(app.secretEnvironment) ? Object.keys(app.secretEnvironment) : [];
    return [...new Set([...generated, ...secret, ...(app.database === undefined ? [] : ["DATABASE_URL"])])].sort(compared);
}

/** What changes in a component, a sentence each. */
export function sentencesOf(changes: readonly Change[], config: Readonly<Record<string, string>>): string[] {
    const [{ component }] = changes;
    const whole = changes.find((change) => change.urn === component?.urn && change.kind !== "update");
    const variables = secretVariables(component, config);
    if (whole && changes.every(({ kind }) => kind === whole.kind)) {
        return [wholeSentence(whole, changes)];
    }
    const parts = changes.filter((change) => change !== whole);
    const keys = [...new Set(parts.map(partKey))].sort((a, b) => rank(a) - rank(b) || compared(a, b));
    return keys.map((key) => partSentence(parts.filter((change) => partKey(change) === key), variables));
}

function wholeSentence(whole: Change, changes: readonly Change[]): string {
    const parts = changes.filter((change) => change !== whole);
    const held = parts.flatMap((change) => (change.kind === "delete" ? (meaningOfDeletion(change) ?? []) : []));
    const worst = COSTS.flatMap((cost) => held.filter((meaning) => meaning.cost === cost))[0];
    const from = whole.formerName && whole.formerName !== whole.name ? ` (was ${code(whole.formerName)})` : "";
    const end = whole.kind === "delete" ? `; ${worst?.words ?? "nothing of it holds data"}` : "";
    return `${DONE[whole.kind]}${from}${parts.length === 0 ? "" : `: ${counted(parts)}`}${end}`;
}

function counted(parts: readonly Change[]): string {
    return ORDER.flatMap((role) => {
        const number = parts.filter((change) => roleOf(change) === role).reduce((sum, change) => sum + instancesOf(change), 0);
        return number === 0 ? [] : [amount(number, role)];
    }).join(", ");
}

/** A workload of Kubernetes is as many instances as it says; all else is one. */
function instancesOf({ type, before, after }: Change): number {
    const { spec } = (after ?? before)?.inputs ?? {};
    return WORKLOADS.test(type) && isRecord(spec) && typeof spec.replicas === "number" ? spec.replicas : 1;
}

const WORKLOADS = /^kubernetes:apps\//;

function partKey(change: Change): string {
    const role = roleOf(change);
    // Tasks have names of their own; of all else there is one, or several that are alike.
    return `${role} ${change.kind}${role === "task" || role === "other" ? ` ${change.name}` : ""}`;
}

function rank(key: string): number {
    return ORDER.indexOf(key.split(" ")[0] as Role);
}

function partSentence(parts: readonly Change[], variables: readonly string[]): string {
    const [first] = parts;
    const role = roleOf(first);
    const causes = merged(parts.map((change) => causesOf(change, variables)));
    const isNamed = role === "task" || role === "other";
    const pods = WORKLOADS.test(first.type) ? "its pods" : undefined;
    const what = isNamed ? `${NOUNS[role][0]} ${code(first.name)}` : (pods ?? amount(parts.length, role));
    const why = causes.length === 0 || first.kind === "delete" || first.kind === "create" ? "" : ` (${causes.join(", ")})`;
    const did = first.kind === "create" ? `new: ${what}` : `${what} ${done(first, role)}`;
    return `${did}${why}${consequence(first, role)}`;
}

/** The causes of several changes, each once. That a content is another is told only where nothing says which. */
export function merged(causes: readonly (readonly string[])[]): string[] {
    const all = [...new Set(causes.flat())].sort(compared);
    return all.length > 1 ? all.filter((cause) => cause !== THEIR_CONTENT) : all;
}

function done({ kind }: Change, role: Role): string {
    return role === "task" && kind === "replace" ? "runs again" : DONE[kind];
}

/** What an update in place of instances does: where only their number changes, nothing to those that run. */
function consequence(change: Change, role: Role): string {
    if (change.kind === "replace" && (role === "instances" || meaningOfReplacement(change).cost === "data")) {
        return `: ${meaningOfReplacement(change).words}`;
    }
    if (change.kind === "delete") {
        const meaning = meaningOfDeletion(change);
        return meaning ? `: ${meaning.words}` : "";
    }
    if (role !== "instances" || change.kind !== "update" || !change.paths.some((path) => path.startsWith("spec.template"))) {
        return "";
    }
    return startsNewFirst(change)
        ? ": a rollout, the new pods are ready before the old ones go"
        : ": its pods restart, with **a moment without service** where there is one; data are kept";
}

function startsNewFirst(change: Change): boolean {
    const spec = change.after?.inputs?.spec;
    const strategy = isRecord(spec) ? spec.strategy : undefined;
    const rolling = isRecord(strategy) ? strategy.rollingUpdate : undefined;
    return isReleased(change) || (isRecord(rolling) && rolling.maxUnavailable === 0);
}

/** A number with its noun. */
export function amount(number: number, role: Role): string {
    return `${number} ${NOUNS[role][number === 1 ? 0 : 1]}`;
}

function parsed(text: string | undefined): unknown {
    try {
        return JSON.parse(text ?? "");
    } catch {
        return undefined;
    }
}

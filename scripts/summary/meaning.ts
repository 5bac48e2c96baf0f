// What the end, or the replacement, of an object means for the environment (pure).
import { Change } from "./changes";
import { keepsClaims } from "./data";
import { isReleased, Role, roleOf } from "./roles";

/** How much a change costs, the worst first. */
export type Cost = "data" | "gap" | "restart" | "none";

/** What a change means. */
export interface Meaning {
    cost: Cost;
    words: string;
}

/** Costs in their order. */
export const COSTS: readonly Cost[] = ["data", "gap", "restart", "none"];

const PROTECTED = "it is protected: the engine refuses that";
const RETAINED = "what it holds stays: it is kept on the platform, and taken over where it is declared again";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";

/** What the replacement of an object means. */
export function meaningOfReplacement(change: Change): Meaning {
    const role = roleOf(change);
    return heldBack(change, role) ?? replacements(change)[role];
}

/** What the end of an object means, where it loses data or would; undefined for all others. */
export function meaningOfDeletion(change: Change): Meaning | undefined {
    const role = roleOf(change);
    const { before } = change;
    if (change.type === STATEFUL_SET) {
        return keepsClaims(before?.inputs ?? {})
            ? { cost: "none", words: "its instances go; **its data are kept** in their claims" }
            : { cost: "data", words: "**its data are lost**: its claims go with it" };
    }
    if (role !== "data" && role !== "password" && role !== "namespace") {
        return undefined;
    }
    return heldBack(change, role) ?? { cost: "data", words: LOST[role] };
}

const LOST = {
    data: "**its data are lost**",
    password: "**the password is lost**; where it is declared again, it is another one",
    namespace: "**all that is in it is lost**, volumes too",
} as const;

function heldBack({ before }: Change, role: Role): Meaning | undefined {
    if (before?.protect) {
        return { cost: "none", words: PROTECTED };
    }
    return before?.retainOnDelete && (role === "data" || role === "namespace" || role === "password")
        ? { cost: "none", words: RETAINED }
        : undefined;
}

function replacements(change: Change): Readonly<Record<Role, Meaning>> {
    const instances = instancesReplaced(change);
    return {
        component: { cost: "none", words: "its parts are told one by one" },
        instances,
        task: { cost: "none", words: "the task runs once more, before the instances are touched" },
        schedule: { cost: "restart", words: "it starts anew, and runs at once" },
        check: { cost: "none", words: "it looks at the data once more before the start" },
        route: { cost: "none", words: "the route is written anew; the old one serves until the new one is there" },
        declared: { cost: "none", words: "the file is written anew, and read without a restart" },
        files: { cost: "none", words: "the files are made anew with their content; no data are in them" },
        memory: { cost: "restart", words: "a volume in memory: what is in it is written anew" },
        data: { cost: "data", words: `${LOST.data}: an empty one takes its place` },
        password: { cost: "data", words: "**the password is another one**: what lies outside and knows the old one has to be told" },
        key: { cost: "none", words: "a key of digests: the names of files change, and their readers start anew" },
        image: { cost: "none", words: "another image is pulled; nothing stops by that alone" },
        network: { cost: "gap", words: "**a moment without service** for all that is on it" },
        address: { cost: "gap", words: "**a moment without service**: its address goes and comes again" },
        rights: { cost: "restart", words: "what runs as it starts anew" },
        namespace: { cost: "data", words: LOST.namespace },
        provider: { cost: "none", words: "only the way to the platform: nothing on it is touched" },
        other: change.first === "new" ? BESIDE : GONE_FIRST,
    };
}

const BESIDE: Meaning = { cost: "restart", words: "the new one comes before the old one goes" };
const GONE_FIRST: Meaning = { cost: "gap", words: "**a moment without service**: the old one goes before the new one comes" };

function instancesReplaced(change: Change): Meaning {
    if (change.type === STATEFUL_SET) {
        return keepsClaims(change.before?.inputs ?? {})
            ? { cost: "gap", words: "**a moment without service**; its data are kept in their claims, by which the new one finds them" }
            : { cost: "data", words: `${LOST.data}: its claims go with it` };
    }
    const first = change.first ?? (isReleased(change) ? "new" : "old");
    return first === "new"
        ? { cost: "restart", words: "restart without a gap: the new one is healthy before the old one goes" }
        : { cost: "gap", words: "restart with **a moment without service**: the old one goes before the new one comes; data are kept" };
}

// What makes pods, and what it says when it may make none, as when a quota is used up (pure).
import type { CoreV1Event, V1Job, V1ReplicaSet, V1StatefulSet } from "@kubernetes/client-node";

/** A controller of the cluster that makes pods. */
export interface Maker {
    kind: string;
    /** Its name for people, with its namespace. */
    name: string;
    uid: string;
    /** Whether it has fewer pods than it wants. */
    lacksPods: boolean;
}

/** A ReplicaSet, as a Deployment has it, or a StatefulSet. */
export function setMaker(kind: string, { metadata, spec, status }: V1ReplicaSet | V1StatefulSet): Maker {
    return { kind, ...identityOf(metadata), lacksPods: (status?.replicas ?? 0) < (spec?.replicas ?? 1) };
}

/** A Job. */
export function jobMaker({ metadata, status }: V1Job): Maker {
    const { active = 0, succeeded = 0, failed = 0 } = status ?? {};
    return { kind: "Job", ...identityOf(metadata), lacksPods: active + succeeded + failed === 0 };
}

function identityOf(metadata: V1Job["metadata"]): Pick<Maker, "name" | "uid"> {
    return { name: `${metadata?.namespace}/${metadata?.name}`, uid: metadata?.uid ?? "" };
}

/** What those say that lack pods, a line each: their last warning. */
export function makerTroubles(makers: readonly Maker[], events: readonly CoreV1Event[]): string[] {
    return makers
        .filter(({ lacksPods }) => lacksPods)
        .flatMap(({ kind, name, uid }) => {
            const last = lastWarning(events.filter(({ involvedObject }) => involvedObject.uid === uid));
            return last === undefined ? [] : [`The ${kind} ${name} makes no pod. ${last}`];
        });
}

/** The last warning of some events, with its reason; undefined when there is none. */
export function lastWarning(events: readonly CoreV1Event[]): string | undefined {
    const last = events
        .filter(({ type }) => type === "Warning")
        .sort((a, b) => timeOf(a) - timeOf(b))
        .at(-1);
    const said = last?.message?.split("\n")[0].trim();
    return said ? `${last?.reason}: ${said}` : undefined;
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
    return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}

// What ails the storage, told from what it answered one of Jaeger's roles: a pure decision.
import { Diagnosis, broken } from "./observations";

/** How a storage says that it does not know the user or the password. */
const LOGIN = /\b401\b|authentication .*failed|unable to authenticate|missing authentication credentials/i;
/** How a storage says that a user may not do something. */
const PRIVILEGE = /is unauthorized for|no permissions for|security_exception/i;
/** How a storage says that its disk is full: what the flood stage does to indices, or the disk itself. */
const DISK = /flood[- ]?stage|(TOO_MANY_REQUESTS|FORBIDDEN)\/12|read[-_]only[-_ /]+allow[-_ ]delete|disk usage exceeded|no space left on device/i;

/** The verdict on a storage that does not do what a role wants of it, such as "the collector", by its evidence. */
export function diagnoseStorage(role: string, evidence: string[]): Diagnosis {
    const said = evidence.join("\n");
    if (DISK.test(said)) {
        return broken(
            "storage-full",
            "The storage takes no spans any more, because its disk is full.",
            evidence,
            "Free disk space on the storage's host, or keep less: fewer days, or a size (storage.maxSize). The storage " +
                "writes again by itself when there is room.",
        );
    }
    if (LOGIN.test(said)) {
        return broken(
            "storage-login",
            `The storage does not accept the login of ${role}.`,
            evidence,
            `Check the user and the password of ${role}: they must be those that the storage has.`,
        );
    }
    if (PRIVILEGE.test(said)) {
        return broken(
            "storage-login",
            `The storage does not let ${role} do what it must.`,
            evidence,
            `Check the privileges of the user of ${role}, and that they are on indices of its prefix.`,
        );
    }
    return broken(
        "storage-rejecting",
        `The storage does not serve ${role}.`,
        evidence,
        "Check that the storage runs, its log, and its address in Jaeger's configuration.",
    );
}

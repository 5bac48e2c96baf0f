// Whether old indices of a storage that exists already are deleted (pure).

/** Whether somebody may: the user who is named for it, or the superuser of an ECK cluster, where nobody else is. */
export function isMaintained({ maintainer, eck }: { maintainer?: unknown; eck?: unknown }): boolean {
    return maintainer !== undefined || eck !== undefined;
}

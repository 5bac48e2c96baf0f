// What of the storage's settings does not go together (pure).

/**
 * Why there are no backups of several nodes, and the way out.
 *
 * @param nodes the path of the setting that says how many there are
 */
export function backupOfSeveralNodes(nodes: string): string {
    return `given with three nodes, which have no volume that all of them write to; leave it out, or set \`${nodes}\` to 1`;
}

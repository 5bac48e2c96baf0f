// What a command on backups works on: the stack's storage, which must have a volume for them.
import { openStack, Stack } from "../stack";
import { stackOutputs } from "../stack/operations";
import { asRecord, setting } from "../stack/settings";
import { Ask, storageOf } from "./node";
import { openRepository } from "./snapshots";

/** A storage with backups. */
export interface BackupTarget {
    ask: Ask;
    indexPrefix: string;
}

/** Opens the backups of a stack. Throws when it has none. */
export async function openBackups(name: string): Promise<BackupTarget> {
    const stack = await openStack(name, "platform");
    const storage = asRecord((await stackOutputs(stack)).storageConnection);
    refuseWithout(stack);
    const ask = await storageOf(stack);
    await openRepository(ask);
    return { ask, indexPrefix: String(storage.indexPrefix) };
}

function refuseWithout(stack: Stack): void {
    const { backup } = asRecord(setting(stack.current, stack.project.name, "storage"));
    if (backup !== true) {
        throw new Error(
            `storage.backup: not set, so the stack "${stack.name}" has no volume for backups. Set it to true in ` +
                `Pulumi.${stack.name}.yaml and run "npm run up -- --stack ${stack.name}": the data stay.`,
        );
    }
}

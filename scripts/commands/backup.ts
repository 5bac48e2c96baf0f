// `npm run backup`: takes a backup of a stack's traces, lists the backups there are, or removes one.
import { Backup, listBackups, nameAt, nameProblem, removeBackup, takeBackup } from "../backup/snapshots";
import { openBackups } from "../backup/target";
import { step } from "../../toolchain/progress";
import { Arguments, UsageError } from "../arguments";
import { Command } from "./command";
import { STACK } from "./options";

export const backup: Command = {
    usage: {
        name: "backup",
        summary: "Takes a backup of a stack's traces onto its backup volume (storage.backup).",
        options: {
            stack: STACK,
            name: { value: "name", description: "the backup's name; by default the time" },
            list: { description: "only lists the backups there are" },
            remove: { value: "name", description: "only removes a backup" },
        },
    },
    async run(args) {
        const removed = args.value("remove");
        if ([args.has("list"), args.value("name") !== undefined, removed !== undefined].filter(Boolean).length > 1) {
            throw new UsageError("--name, --list and --remove are three things: expected one of them.");
        }
        const name = validName("name", args) ?? nameAt(new Date());
        validName("remove", args);
        const { ask, indexPrefix } = await openBackups(args.value("stack")!);
        if (removed !== undefined) {
            await step(`removing the backup ${removed}`, () => removeBackup(ask, removed));
        } else if (args.has("list")) {
            process.stdout.write(backupLines(await listBackups(ask)));
        } else {
            const taken = await step(`backup ${name}`, () => takeBackup(ask, name, indexPrefix));
            process.stdout.write(backupLines([taken]));
        }
        return 0;
    },
};

/** A name that was given, which must be one. */
export function validName(option: string, args: Arguments): string | undefined {
    const name = args.value(option);
    const problem = name === undefined ? undefined : nameProblem(name);
    if (problem !== undefined) {
        throw new UsageError(`--${option}: got "${name}", ${problem}.`);
    }
    return name;
}

/** Backups for people, a line each. */
export function backupLines(backups: readonly Backup[]): string {
    if (backups.length === 0) {
        return "There are no backups.\n";
    }
    const width = Math.max(...backups.map(({ name }) => name.length));
    return backups
        .map(({ name, made, state, version, indices }) => {
            const whole = state === "SUCCESS" ? "" : `  ${state}: not whole`;
            const count = indices.length === 1 ? "1 index" : `${indices.length} indices`;
            return `${name.padEnd(width)}  ${made}  ${count}  Elasticsearch ${version}${whole}\n`;
        })
        .join("");
}

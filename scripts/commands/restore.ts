// `npm run restore`: brings a backup of a stack's traces back, beside what was stored since.
import { findBackup, restore as restoreBackup } from "../backup/restore";
import { openBackups } from "../backup/target";
import { say, step } from "../../toolchain/progress";
import { UsageError } from "../arguments";
import { validName } from "./backup";
import { Command } from "./command";
import { STACK } from "./options";

export const restore: Command = {
    usage: {
        name: "restore",
        summary: "Brings a backup of a stack's traces back; what was stored since stays.",
        options: { stack: STACK, name: { value: "name", description: "the backup to bring back" } },
    },
    async run(args) {
        const name = validName("name", args);
        if (name === undefined) {
            throw new UsageError('--name: missing, expected one of those that "npm run backup -- --list" shows.');
        }
        const { ask, indexPrefix } = await openBackups(args.value("stack")!);
        const backup = await findBackup(ask, name);
        const { indices, merged } = await step(`restore ${name}`, () =>
            restoreBackup(ask, backup, indexPrefix, (line) => say(`  … ${line}`)),
        );
        process.stdout.write(
            [
                ...indices.map((index) => `${index}: restored\n`),
                ...merged.map(
                    ({ index, added, present }) => `${index}: ${added} documents added, ${present} were there\n`,
                ),
            ].join(""),
        );
        return 0;
    },
};

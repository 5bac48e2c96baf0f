// What holds for each platform when this version is previewed on what earlier releases left.
import * as fs from "fs";
import * as path from "path";

import { Platform } from "../../../toolchain/executables";
import { expectGolden } from "../../helpers/golden";
import { changeLines, losses } from "../../helpers/upgrade";
import { cloneCheckout } from "./clone";
import { Recorded, RELEASES } from "./recorded";
import { TestStack } from "./stack";

/** A text of a source file, and what takes its place. */
interface Edit {
    file: string;
    from: string;
    to: string;
}

/** How what holds the data gets another name in the state, on each platform, and the alias that belongs to that. */
const RENAMES: Readonly<Record<Platform, { lost: RegExp; rename: Edit; alias: Edit }>> = {
    docker: {
        lost: /^delete docker:.*:Volume main-storage-data-0$/,
        rename: {
            file: "components/platform/docker/workload.ts",
            from: "            `${workload.name}-${volume.name}-${index}`,\n",
            to: "            `${workload.name}-${volume.name}-disk-${index}`,\n",
        },
        alias: {
            file: "components/platform/docker/workload.ts",
            from: "{ parent: scope.parent, retainOnDelete: volume.keep, ...DATA_STAY }",
            to:
                "{ parent: scope.parent, retainOnDelete: volume.keep, ...DATA_STAY, " +
                "aliases: [{ name: `${workload.name}-${volume.name}-${index}` }] }",
        },
    },
    kubernetes: {
        lost: /^delete kubernetes:.*:StatefulSet main-storage$/,
        rename: {
            file: "components/platform/kubernetes/workload.ts",
            from: "apps.v1.StatefulSet(\n        workload.name,\n",
            to: "apps.v1.StatefulSet(\n        `${workload.name}-set`,\n",
        },
        alias: {
            file: "components/platform/kubernetes/workload.ts",
            from: '{ ...options, ignoreChanges: ["spec.volumeClaimTemplates"],',
            to: '{ ...options, aliases: [{ name: workload.name }], ignoreChanges: ["spec.volumeClaimTemplates"],',
        },
    },
};

/** A checkout with edits of its sources. */
async function editedCheckout(...edits: Edit[]): Promise<string> {
    const folder = await cloneCheckout();
    for (const { file, from, to } of edits) {
        const parts = fs.readFileSync(path.join(folder, file), "utf8").split(from);
        if (parts.length !== 2) {
            throw new Error(`${file} no longer says once:\n${from}`);
        }
        fs.writeFileSync(path.join(folder, file), parts.join(to));
    }
    return folder;
}

/** Declares the tests; with `RECORD_RELEASE=<version>` the state of this version is recorded first. */
export function describeUpgrades(platform: Platform, stackOfThisVersion: () => TestStack): void {
    const recording = process.env.RECORD_RELEASE;
    if (recording) {
        it(`records the release ${recording}`, async () => {
            const stack = stackOfThisVersion();
            await stack.removeLeftovers();
            await new Recorded(recording, platform).record(stack);
            await stack.removeLeftovers();
        });
    }

    describe.each([...new Set([...RELEASES, ...(recording ? [recording] : [])])])("on what %s left", (release) => {
        const recorded = new Recorded(release, platform);

        it("changes only what a person has read, and nothing that holds data", async () => {
            expect(recorded.dataHolders().length).toBeGreaterThanOrEqual(3);
            const steps = await recorded.preview();
            expect(losses(steps)).toEqual([]);
            expectGolden(recorded.changesFile, changeLines(steps).map((line) => `${line}\n`).join(""));
        });

        it("would lose data by a rename without an alias, and none by one with it", async () => {
            const { lost, rename, alias } = RENAMES[platform];
            const renamed = await editedCheckout(rename);
            const aliased = await editedCheckout(rename, alias);
            try {
                expect(losses(await recorded.preview(renamed))).toContainEqual(expect.stringMatching(lost));
                expect(losses(await recorded.preview(aliased))).toEqual([]);
            } finally {
                [renamed, aliased].forEach((folder) => fs.rmSync(folder, { recursive: true, force: true }));
            }
        });
    });
}

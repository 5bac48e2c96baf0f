// What holds for each platform when this version is previewed on what earlier releases left.
import * as fs from "fs";
import * as path from "path";

import { Platform } from "../../../toolchain/executables";
import { expectGolden } from "../../helpers/golden";
import { changeLines, losses } from "../../helpers/upgrade";
import { cloneCheckout } from "./clone";
import { Recorded, RELEASES } from "./recorded";
import { TestStack } from "./stack";

/** The name of the storage among the environment's parts, as the sources say it, and what takes its place in the test. */
const STORAGE = "`${name}-storage`,\n              {";
const RENAMED = "`${name}-traces`,\n              {";
const ALIAS = "              parent,\n          );\n    const caller";
const ALIASED = "              { ...parent, aliases: [{ name: `${name}-storage` }] },\n          );\n    const caller";

/** A checkout whose environment calls its storage by another name. */
async function renamedCheckout(...edits: [string, string][]): Promise<string> {
    const folder = await cloneCheckout();
    const file = path.join(folder, "components/environment/tracedEnvironment.ts");
    const source = fs.readFileSync(file, "utf8");
    const edited = edits.reduce((text, [from, to]) => {
        if (text.split(from).length !== 2) {
            throw new Error(`components/environment/tracedEnvironment.ts no longer says once:\n${from}`);
        }
        return text.replace(from, () => to);
    }, source);
    fs.writeFileSync(file, edited);
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
            const renamed = await renamedCheckout([STORAGE, RENAMED]);
            const aliased = await renamedCheckout([STORAGE, RENAMED], [ALIAS, ALIASED]);
            try {
                const lost = losses(await recorded.preview(renamed));
                expect(lost).toContainEqual(expect.stringMatching(/^delete .*main-storage/));
                expect(losses(await recorded.preview(aliased))).toEqual([]);
            } finally {
                [renamed, aliased].forEach((folder) => fs.rmSync(folder, { recursive: true, force: true }));
            }
        });
    });
}

// Two clones of one stack on one host: up at the same time, each whole, and one goes without the other noticing.
import * as fs from "fs";

import { docker } from "../support/command";
import { appWithoutDatabase, cloneCheckout } from "../support/clone";
import { TestStack } from "../support/stack";

/** Registers the tests. The stack is up and well. */
export function twoClonesTests(stack: TestStack, ports: { web: number; jaegerUi: number }): void {
    describe("a second clone of the same stack", () => {
        let folder: string;
        let second: TestStack;

        /** What is of a stack on the engine and must stay the same: containers with their state, volumes, networks. */
        const belongings = async (of: TestStack) => [
            ...(await of.containers()).map(({ Id, State }) => `${Id} ${State.Status}`).sort(),
            ...(await of.leftovers()).sort(),
        ];

        beforeAll(async () => {
            folder = await cloneCheckout();
            second = new TestStack(stack.name, ports, folder);
            const { settings } = second;
            delete settings.databases;
            settings.apps = { shop: appWithoutDatabase(settings.apps.shop) };
        });

        afterAll(async () => {
            await second.command("down", ["--keep-engine"], "any");
            fs.rmSync(folder, { recursive: true });
        });

        it("is up beside the first, both whole, each seeing its own containers alone", async () => {
            const before = await belongings(stack);
            // The port check takes no container of the first for its own.
            second.settings.ingress = { ...second.settings.ingress, ...portsOf(stack) };
            const taken = await second.command("up", ["--no-verify"], "any");
            expect(taken.stderr).toMatch(/ingress\.port: \d+ on 127\.0\.0\.1 is taken by the container \S*main-ingress/);
            second.settings.ingress = { ...second.settings.ingress, port: ports.web, jaegerUiPort: ports.jaegerUi };
            expect((await second.up()).verification).toMatchObject({ whole: true });
            await stack.command("verify");

            expect(await belongings(stack)).toEqual(before);
            const [ours, theirs] = [await belongings(stack), await belongings(second)];
            expect(theirs.length).toBeGreaterThan(15);
            expect(ours.filter((each) => theirs.includes(each))).toEqual([]);
        });

        it("goes and leaves nothing, while nothing of the first is touched", async () => {
            const before = await belongings(stack);
            const mine = new Set((await second.containers()).map(({ Id }) => Id));
            await second.command("down", ["--keep-engine"]);
            expect(await second.leftovers()).toEqual([]);
            expect((await docker("ps", "--all", "--quiet", "--no-trunc")).filter((id) => mine.has(id))).toEqual([]);
            expect(await belongings(stack)).toEqual(before);
            await stack.command("verify");
            expect(await stack.preview()).toEqual([]);
        });
    });
}

function portsOf({ settings: { ingress } }: TestStack): { port: unknown; jaegerUiPort: unknown } {
    return { port: ingress.port, jaegerUiPort: ingress.jaegerUiPort };
}

// Processes of the shared environment die under load: it is whole again by itself. tests/faults/engine has all faults, the
// storage's too, which starts for so long that nothing else may run beside it.
import { FaultKind } from "../support/faults";
import { faultUnderLoad, Reached, SERVED_WITHOUT } from "../support/faultReport";
import { TestStack } from "../support/stack";

export function faultTests(stack: TestStack, reached: Reached): void {
    describe("a process that is killed under load", () => {
        it.each(["-shop-0", "-collector-0"])("%s comes back by itself", async (part) => {
            const report = await faultUnderLoad(stack, reached, part, FaultKind.Killed);
            // How soon is measured where nothing runs beside it: tests/faults/engine.
            expect(report.wholeAfter).toBeLessThan(Infinity);
            if (SERVED_WITHOUT.includes(part)) {
                expect(report.failed).toEqual([]);
                expect(report.strayOrders).toBe(0);
            }
        });
    });
}

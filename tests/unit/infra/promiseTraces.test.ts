// The notes of where Pulumi's promises were made are cheap, the traces of errors are whole.
import * as pulumi from "@pulumi/pulumi";

import { withCheapNotes } from "../../../infra/promiseTraces";

describe("traces", () => {
    const before = Error.prepareStackTrace;
    const prepare = jest.fn((error: Error, frames: NodeJS.CallSite[]) => `${error.message} at ${frames.length}`);

    beforeEach(() => {
        prepare.mockClear();
        Error.prepareStackTrace = withCheapNotes(prepare);
    });

    afterEach(() => {
        Error.prepareStackTrace = before;
    });

    it("of Pulumi's promises are not prepared", async () => {
        const { debuggablePromise } = jest.requireActual<{
            debuggablePromise: <T>(promise: Promise<T>, context: string) => Promise<T>;
        }>("@pulumi/pulumi/runtime/debuggable");
        const promise = Promise.resolve(1) as Promise<number> & { _debugStackTrace?: string };
        await debuggablePromise(promise, "a test");
        expect(prepare).not.toHaveBeenCalled();
        expect(promise._debugStackTrace).toBe("Error");
    });

    it("of errors are, also of Pulumi's own", () => {
        expect(new Error("mine").stack).toMatch(/^mine at \d+$/);
        expect(new pulumi.RunError("theirs").stack).toMatch(/^theirs at \d+$/);
        expect(prepare).toHaveBeenCalledTimes(2);
    });
});

// Errors that a user can mend: all problems at once, by path.
import { inspect } from "util";

import * as pulumi from "@pulumi/pulumi";

import { describeProblems, Problems, shown, userError } from "../../../../components/support/errors";

/** What is thrown. */
function thrown(action: () => void): unknown {
    try {
        action();
    } catch (error) {
        return error;
    }
    throw new Error("nothing was thrown");
}

describe("problems", () => {
    test("are thrown together, by path, in the message and as structured errors", () => {
        const problems = new Problems();
        problems.expect(false, "replicas", "got 0, expected at least 1");
        problems.expect(true, "port", "is fine");
        problems.expect(false, "memory", () => 'got "1", expected a size such as "1GiB"');
        problems.add([{ path: "apps.shop.image", reason: "missing" }]);
        const error = thrown(() => problems.throwIfAny("TracedApp", "shop"));
        expect(pulumi.InputPropertiesError.isInstance(error)).toBe(true);
        expect((error as Error).message).toBe(
            [
                'TracedApp "shop" can\'t be made from these arguments:',
                "  - apps.shop.image: missing",
                '  - memory: got "1", expected a size such as "1GiB"',
                "  - replicas: got 0, expected at least 1",
            ].join("\n"),
        );
        expect((error as pulumi.InputPropertiesError).errors).toEqual(
            expect.arrayContaining([{ propertyPath: "replicas", reason: "got 0, expected at least 1" }]),
        );
    });

    test("that are none throw nothing", () => {
        const problems = new Problems();
        problems.expect(true, "port", "is fine");
        problems.add([]);
        expect(() => problems.throwIfAny("TracedApp", "shop")).not.toThrow();
    });

    test("do no work for a reason that is not needed", () => {
        const reason = jest.fn(() => "");
        new Problems().expect(true, "port", reason);
        expect(reason).not.toHaveBeenCalled();
    });

    test("are described in the order of their paths, whatever order they were found in", () => {
        const found = [
            { path: "b", reason: "2" },
            { path: "a", reason: "1" },
        ];
        expect(describeProblems(found)).toBe("  - a: 1\n  - b: 2");
        expect(describeProblems([...found].reverse())).toBe(describeProblems(found));
    });
});

describe("an error of the user's", () => {
    it("is printed by its message alone, not with all that hangs on it", () => {
        expect(inspect(userError("give a port"))).toBe("give a port");
    });

    it("shows no stack", () => {
        expect(pulumi.RunError.isInstance(userError("give a port"))).toBe(true);
    });
});

describe("what was given is shown", () => {
    test.each<[unknown, string]>([
        ["text", '"text"'],
        [0, "0"],
        [undefined, "nothing"],
        [null, "null"],
        [["a", 1], '["a",1]'],
        ["x".repeat(58), `"${"x".repeat(58)}"`],
        ["x".repeat(59), `"${"x".repeat(56)}...`],
    ])("%j as %s", (value, text) => {
        expect(shown(value)).toBe(text);
    });
});

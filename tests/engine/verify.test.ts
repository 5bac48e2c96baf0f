// What `verify` says of an environment whose hops are broken one by one, and of a second one beside it: of
// another clone, and on another engine.
import { TestStack } from "./support/stack";
import { brokenHopsTests } from "./topics/brokenHops";
import { secondEngineTests } from "./topics/secondEngine";
import { twoClonesTests } from "./topics/twoClones";

const SECOND = { web: 18142, jaegerUi: 18143 };

const stack = new TestStack("test-verify", { web: 18140, jaegerUi: 18141 });

beforeAll(async () => {
    await stack.removeLeftovers();
    await stack.up();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

brokenHopsTests(stack);
twoClonesTests(stack, SECOND);
secondEngineTests(stack, SECOND);

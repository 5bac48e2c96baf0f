// `npm run preview`: shows what `npm run up` would change.
import { openStack } from "../stack";
import { clearAbandonedLock, initStack } from "../stack/operations";
import { checkStorageClass } from "../stack/storageClass";
import { Command } from "./command";
import { EXPECT_NO_CHANGES, JSON_RESULT, REFRESH, STACK } from "./options";

const PASSED = ["diff", "refresh", "expect-no-changes", "json"];

export const preview: Command = {
    usage: {
        name: "preview",
        summary: "Shows what npm run up would change, and changes nothing.",
        options: {
            stack: STACK,
            diff: { description: "shows each changed property" },
            refresh: REFRESH,
            "expect-no-changes": EXPECT_NO_CHANGES,
            json: JSON_RESULT,
        },
    },
    async run(args) {
        const stack = await openStack(args.value("stack")!, "images");
        await checkStorageClass(stack);
        if (stack.local) {
            await initStack(stack);
            await clearAbandonedLock(stack);
        }
        const flags = PASSED.filter((flag) => args.has(flag)).map((flag) => `--${flag}`);
        return (await stack.pulumi(["preview"], ["--non-interactive", ...flags])).code;
    },
};

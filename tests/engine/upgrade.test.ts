// This version on what earlier releases left on an engine: by previews of the real program on their recorded states.
import { TestStack } from "./support/stack";
import { describeUpgrades } from "./support/upgrade";

describeUpgrades("docker", () => {
    const stack = new TestStack("test-recorded", { web: 18180, jaegerUi: 18181 });
    stack.settings.storage.backup = true;
    stack.settings.canary = {};
    stack.settings.ingress.tls = { port: 18182 };
    return stack;
});

// This version on what earlier releases left in a cluster: by previews of the real program on their recorded states.
import { describeUpgrades } from "../engine/support/upgrade";
import { ClusterStack } from "./support/environment";

describeUpgrades("kubernetes", () => {
    const stack = new ClusterStack("test-recorded", 18250);
    stack.settings.storage.backup = true;
    stack.settings.canary = {};
    stack.settings.ingress.tls = { port: 18251 };
    return stack;
});

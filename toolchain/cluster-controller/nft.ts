// The program nft, which reads rules and replaces those of the kernel in one step.
import { run } from "../run";

/** Gives rules to the kernel. */
export async function applyRules(rules: string): Promise<void> {
    await run("nft", ["-f", "-"], { log: "cluster-nft", input: rules });
}

// What ails an environment's instances, as evidence.
import { Runtime } from "../runtime";

/** A line for each instance that is not well. */
export async function troublesOf(runtime: Runtime | undefined): Promise<string[]> {
    return ((await runtime?.instances()) ?? [])
        .filter(({ trouble }) => trouble !== undefined)
        .map(({ name, trouble }) => `The ${runtime!.noun} ${name}: ${trouble}.`);
}

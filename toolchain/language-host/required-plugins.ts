// Which provider plugins the engine is told to have ready before the program runs.
import { PluginOfPackage } from "./packages";

/**
 * The plugins to name to the engine, which looks for each one and downloads what it does not find.
 *
 * Where downloading is switched off (as it is where tools were made from packages) none are named. The engine
 * finds the plugins on PATH without, when a resource needs one; but commands that install a package, such as
 * `pulumi package get-schema`, would download the named ones all the same, even those on PATH.
 */
export function pluginsToName(plugins: () => PluginOfPackage[], env: NodeJS.ProcessEnv): PluginOfPackage[] {
    return isTrue(env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION) ? [] : plugins();
}

// The engine's own rule for its boolean environment variables.
function isTrue(value: string | undefined): boolean {
    return value === "1" || value?.toLowerCase() === "true";
}

// The settings that an environment is made from, with all their checks, but without the secrets among them.
import { describeProblems } from "../../components/support/errors";
import { Path, pathText, valueAt } from "../../infra/draft";
import { settingsTree } from "../../infra/load";
import { checkSettings } from "../../infra/problems";
import { mayBeSecret } from "../../infra/secrets";
import { NAMESPACE, Settings } from "../../infra/settings";
import { UsageError } from "../arguments";
import { withMachineSettings } from "../stack/overlay";
import { appBuilds, asRecord, StackFile } from "../stack/settings";

/** Stands for a secret, which nobody has to decrypt for a picture. */
const HIDDEN = "not read";

/** Stands for an image that is not built yet. */
const UNBUILT = "not-built:0";

/** The settings of a stack's file; throws an error that lists everything that is wrong with them. */
export function effectiveSettings(file: StackFile, project: string, environmentId = ""): Settings {
    const appImages = Object.fromEntries(appBuilds(file, project).map(({ name }) => [name, UNBUILT]));
    const { config: all = {} } = withMachineSettings(file, project, { environmentId, appImages });
    // Settings of providers are none of ours.
    const config = Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith(`${project}:`)));
    const hidden: Path[] = [];
    const configuration = Object.entries(config).map(([fullKey, value]) => {
        const key = fullKey.slice(`${project}:`.length);
        const shown = withoutSecrets(value ?? "", [key], hidden);
        return [`${NAMESPACE}:${key}`, typeof shown === "string" ? shown : JSON.stringify(shown)];
    });
    const tree = settingsTree(Object.fromEntries(configuration) as Record<string, string>);
    const checked = checkSettings(tree, { secretKeys: new Set(hidden.map(([key]) => String(key))) });
    // What a secret has to look like is for those to say who read it.
    const unread = new Set(hidden.filter(mayBeSecret).map(pathText));
    const problems = "problems" in checked ? checked.problems.filter(({ path }) => !unread.has(path)) : [];
    if (problems.length > 0) {
        throw new UsageError(`These settings are wrong, and nothing was drawn:\n${describeProblems(problems)}`);
    }
    return tree as Settings;
}

/** A value with something else in the place of each secret, whose paths are noted. */
function withoutSecrets(value: unknown, path: Path, hidden: Path[]): unknown {
    if (typeof valueAt(value, ["secure"]) === "string" && Object.keys(asRecord(value)).length === 1) {
        hidden.push(path);
        return HIDDEN;
    }
    if (Array.isArray(value)) {
        return value.map((entry, index) => withoutSecrets(entry, [...path, index], hidden));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, below]) => [key, withoutSecrets(below, [...path, key], hidden)]))
        : value;
}

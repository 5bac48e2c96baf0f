// Reads the settings from the stack's configuration; refuses bad ones before anything is registered.
import * as fs from "node:fs";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { describeProblems } from "../components/support/errors";
import { checkSettings } from "./problems";
import { SecretOrigin } from "./secrets";
import { NAMESPACE, Settings } from "./settings";

/** Lists and maps arrive as JSON, all others as they are. */
function parsed(text: string): unknown {
    if (!/^\s*[[{]/.test(text)) {
        return text;
    }
    try {
        return JSON.parse(text);
    } catch {
        return text; // A text that only looks like one; the schema says what is expected instead.
    }
}

/** What Pulumi.yaml declares as the default of a setting that is not given. */
const NOT_GIVEN = ["", "{}"];

/** The settings' tree of a whole configuration, whose keys are `<namespace>:<key>`. */
export function settingsTree(configuration: Readonly<Record<string, string>>): Record<string, unknown> {
    const prefix = `${NAMESPACE}:`;
    return Object.fromEntries(
        Object.entries(configuration)
            .filter(([key, value]) => key.startsWith(prefix) && !NOT_GIVEN.includes(value))
            .map(([key, value]) => [key.slice(prefix.length), parsed(value)]),
    );
}

/** Whether a key has a secret value, or one somewhere below: the SDK knows, but declares no way to ask it. */
function isSecret(key: string): boolean {
    const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
    return isConfigSecret?.(`${NAMESPACE}:${key}`) ?? true;
}

/** The stack's file beside Pulumi.yaml; undefined when its settings come from elsewhere. */
function stackFile(): string | undefined {
    const file = path.join(pulumi.getRootDirectory(), `Pulumi.${pulumi.getStack()}.yaml`);
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

/** The settings of this stack; throws one error that lists everything that is wrong with them. */
export function loadSettings(): Settings {
    const tree = settingsTree(pulumi.runtime.allConfig());
    const origin: SecretOrigin = {
        secretKeys: new Set(Object.keys(tree).filter(isSecret)),
        stackFile: stackFile(),
    };
    const checked = checkSettings(tree, origin);
    if ("settings" in checked) {
        return checked.settings;
    }
    const { problems } = checked;
    throw new pulumi.RunError(
        `${problems.length === 1 ? "1 setting is" : `${problems.length} settings are`} wrong in the stack ` +
            `"${pulumi.getStack()}" (in its settings file below "${NAMESPACE}:"). Nothing was changed.\n` +
            describeProblems(problems),
    );
}

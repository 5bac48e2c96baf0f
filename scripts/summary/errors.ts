// Errors of a preview: each once, with the way out (pure).
import { adviceOn } from "../stack/advice";
import { Diagnostic, urnParts } from "./preview";

/** An error, or a warning, and where it came. */
export interface Trouble {
    message: string;
    /** Names of the resources, without twins. */
    names: readonly string[];
    /** What to do; undefined where nothing is known. */
    advice?: string;
}

/** The way out by what a message says. The first that fits counts. */
const WAYS_OUT: readonly (readonly [RegExp, string])[] = [
    [
        /Cannot connect to the Docker daemon|pinging Docker server|Is the docker daemon running/,
        "The engine can't be reached. Start it, or mend `engine` in the settings, and see that this machine reaches it: " +
            "`docker version` with the same address.",
    ],
    [
        /Kubernetes cluster is unreachable|does not answer at|no context "/,
        "The cluster can't be reached. Mend `kubernetes.context` in the settings or the kubeconfig, and see that this machine " +
            "reaches it: `kubectl version` with the same context. Without it the preview does not know what is there.",
    ],
    [/settings? (is|are) wrong/, "Mend the settings that it names in the stack's settings file; docs/settings.md has all of them."],
    [
        /incorrect passphrase|passphrase must be set|PULUMI_CONFIG_PASSPHRASE/,
        "Set `PULUMI_CONFIG_PASSPHRASE`, or `PULUMI_CONFIG_PASSPHRASE_FILE`, to the passphrase that the stack's secrets were set with.",
    ],
    [
        /currently locked/,
        "Another run changes the stack: wait for its end. When there is none any more, `npm run pulumi -- cancel` frees the stack.",
    ],
    [
        /no (resource|language) plugin|could not (find|load) plugin/i,
        "A plugin is missing on this machine: `pulumi plugin install` gets those of the lock file.",
    ],
    [/protect/i, "What is protected is not removed: take `protect` away on purpose first, or leave it declared."],
    [/policy|violation/i, "A mandatory policy refuses the change: mend what it names, or ask who keeps the policy."],
    [
        /unhandled exception|SyntaxError|Cannot find module|TS\d{4}/,
        "The program failed: mend the line that its trace names first. Nothing was changed.",
    ],
];

/** Nothing is known about it. */
const ELSE = "Nothing was changed. `npm run preview` on the same stack prints all of it.";

/** Errors, each once, with the way out. */
export function errorsOf(diagnostics: readonly Diagnostic[]): Trouble[] {
    return troublesOf(diagnostics, "error").map((trouble) => ({ ...trouble, advice: wayOut(trouble.message) ?? ELSE }));
}

/** Warnings, each once, with the way out where there is one. */
export function warningsOf(diagnostics: readonly Diagnostic[]): Trouble[] {
    return troublesOf(diagnostics, "warning").map((trouble) => ({ ...trouble, advice: wayOut(trouble.message) }));
}

/** Whether a message is the engine's last word, which says only that there are others. */
export function isLastWord(message: string): boolean {
    return /^(preview|update) failed$/i.test(message);
}

function wayOut(message: string): string | undefined {
    return WAYS_OUT.find(([words]) => words.test(message))?.[1] ?? adviceOn(message);
}

function troublesOf(diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): Trouble[] {
    const names = new Map<string, Set<string>>();
    for (const each of diagnostics.filter((diagnostic) => diagnostic.severity === severity)) {
        const message = core(each.message);
        const known = names.get(message) ?? new Set<string>();
        names.set(message, each.urn ? known.add(urnParts(each.urn).name) : known);
    }
    const telling = [...names].filter(([message]) => !isLastWord(message));
    return (telling.length > 0 ? telling : [...names])
        .map(([message, all]) => ({ message, names: [...all].sort() }))
        .sort((a, b) => (a.message < b.message ? -1 : 1));
}

/** What is the same of a message wherever it comes: without the resource, the plugin's own place, and this machine's paths. */
function core(message: string): string {
    const listed = /errors? occurred:\s*\*\s*([\s\S]*)$/.exec(message);
    return withoutPlaces(listed?.[1] ?? message)
        .replace(/^\s*sdk-v2\/\S+ sdk\.\w+: /, "")
        .replace(/: provider=\S+$/, "")
        .replace(/\n{2,}/g, "\n")
        .trim();
}

// Of a trace, the lines of the program itself, and of a path, what is the same on every machine.
function withoutPlaces(message: string): string {
    return message
        .split("\n")
        .filter((line) => !/^\s+at .*(node_modules|node:internal|\(<anonymous>\))/.test(line))
        .map((line) => line.replace(/(?:file:\/\/)?\/(?:[^\s/:'"()]+\/)+([^\s/:'"()]+\/[^\s/:'"()]+\.[cm]?[jt]sx?)\b/g, "$1"))
        .join("\n");
}

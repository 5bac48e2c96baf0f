// The summary's template: from a preview to Markdown (pure).
import { causesOf, code } from "./causes";
import { Change, changesOf, compared } from "./changes";
import { cut, Section } from "./cut";
import { errorsOf, isLastWord, Trouble, warningsOf } from "./errors";
import { COSTS, Meaning, meaningOfDeletion, meaningOfReplacement } from "./meaning";
import { outputChanges } from "./outputs";
import { Preview, urnParts } from "./preview";
import { roleOf } from "./roles";
import { withoutSecrets } from "./secrets";
import { merged, secretVariables, sentencesOf, titleOf } from "./words";

/** What a comment on GitHub may have. */
export const COMMENT_LIMIT = 65_536;

/** The whole summary; never longer than a comment may be. */
export function summaryOf(preview: Preview, limit = COMMENT_LIMIT): string {
    const changes = changesOf(preview);
    const sections = [
        head(preview, changes),
        errors(preview),
        unreachable(preview),
        replaced(preview, changes),
        components(preview, changes),
        findings(preview),
        outputs(preview),
        warnings(preview),
        details(preview, changes),
    ].flatMap((section) => section ?? []);
    // Before it is cut, so that no secret is cut into one that is not found.
    const clean = (text: string) => withoutSecrets(text, preview.secrets);
    return cut(
        sections.map(({ head: above, lines, foot }) => ({ head: clean(above), lines: lines.map(clean), foot })),
        limit,
    );
}

function head({ name, steps, counts, failed }: Preview, changes: readonly Change[]): Section {
    const urn = steps[0]?.urn;
    const of = urn ? `${urnParts(urn).project}/${urnParts(urn).stack}` : name;
    const moved = changes.filter(({ formerName, kind }) => formerName !== undefined || kind === "move").length;
    const numbers = [
        [counts.replace, "to replace"],
        [counts.delete, "to delete"],
        [counts.update, "to update"],
        [(counts.create ?? 0) + (counts.import ?? 0), "to create"],
        [moved, "moved"],
    ].flatMap(([number, words]) => (number ? [`**${number} ${words}**`] : []));
    const unchanged = counts.same ? [`${counts.same - changes.filter(({ kind }) => kind === "move").length} unchanged`] : [];
    const all = [...(failed ? ["**The preview failed**"] : numbers.length === 0 ? ["**No changes**"] : []), ...numbers, ...unchanged];
    return { head: `### Preview${of === undefined ? "" : ` of ${code(of)}`}\n\n${all.join(" · ")}`, lines: [] };
}

function errors({ diagnostics, failed, findings: found }: Preview): Section | undefined {
    const isRefused = found.some(({ level }) => level === "mandatory");
    const all = errorsOf(diagnostics).filter(({ message }) => !(isRefused && isLastWord(message)));
    if (!failed) {
        return undefined;
    }
    if (isRefused && all.length === 0) {
        return { head: `#### Error\n\nA mandatory policy refuses the change: mend what it names below, or ask who keeps the policy.`, lines: [] };
    }
    return all.length === 0
        ? { head: "#### Error\n\nThe engine ended without saying why: run `npm run preview` on the same stack.", lines: [] }
        : { head: all.length === 1 ? "#### Error\n" : "#### Errors\n", lines: all.map(errorText) };
}

const LONGEST_ERROR = 4000;
const NAMED = 5;

function errorText({ message, names, advice }: Trouble): string {
    const text = message.length > LONGEST_ERROR ? `${message.slice(0, LONGEST_ERROR)}…` : message;
    const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    return [
        ...(names.length === 0 ? [] : [`Of ${listed(names)}:`, ""]),
        `${fence}text`,
        text,
        fence,
        "",
        ...(advice === undefined ? [] : [`**What to do:** ${advice}`, ""]),
    ].join("\n");
}

/** A platform that does not answer is no error of the engine's, but what follows is then worth little. */
function unreachable({ diagnostics, failed }: Preview): Section | undefined {
    const all = warningsOf(diagnostics).filter(isUnreachable);
    return failed || all.length === 0
        ? undefined
        : { head: "#### The platform does not answer\n\nWhat follows is told by the state alone.\n", lines: all.map(errorText) };
}

function isUnreachable({ message }: Trouble): boolean {
    return /cluster is unreachable:|Cannot connect to the Docker daemon/.test(message);
}

function listed(names: readonly string[]): string {
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
    return `${names.slice(0, NAMED).map(code).join(", ")}${more}`;
}

interface Row {
    names: string[];
    owner: string;
    causes: string[][];
    meaning: Meaning;
}

/** One line for all that is replaced for the same reason and with the same meaning; what loses most stands first. */
function replaced({ config }: Preview, changes: readonly Change[]): Section | undefined {
    const rows = new Map<string, Row>();
    for (const change of changes) {
        const meaning = meaningOf(change);
        if (meaning) {
            const why = change.kind === "delete" ? ["it is declared no more"] : causesOf(change, secretVariables(change.component, config));
            const owner = titleOf(change.component);
            // A volume of files and what fills it are one thing.
            const key = JSON.stringify([owner, roleOf(change) === "files" ? "" : why, change.kind, meaning.words]);
            const row = rows.get(key) ?? { names: [], owner, causes: [], meaning };
            rows.set(key, { ...row, names: [...row.names, nameOf(change)], causes: [...row.causes, why] });
        }
    }
    if (rows.size === 0) {
        return undefined;
    }
    const lines = [...rows.values()]
        .sort((a, b) => COSTS.indexOf(a.meaning.cost) - COSTS.indexOf(b.meaning.cost))
        .map(({ names, owner, causes, meaning }) => {
            const why = merged(causes).join(", ") || "asked for, by no property";
            return `| ${SIGNS[meaning.cost]}${names.join(", ")} | ${owner} | ${why} | ${meaning.words} |`;
        });
    return {
        head: "#### Replaced, or deleted with data\n\n| what | of | because of | what that means |\n|---|---|---|---|",
        lines,
    };
}

function meaningOf(change: Change): Meaning | undefined {
    return change.kind === "replace" ? meaningOfReplacement(change) : change.kind === "delete" ? meaningOfDeletion(change) : undefined;
}

function nameOf({ name, kind }: Change): string {
    return `${code(name)}${kind === "delete" ? " (deleted)" : ""}`;
}

const SIGNS = { data: "🔴 ", gap: "🟠 ", restart: "", none: "" } as const;

function components({ config }: Preview, changes: readonly Change[]): Section | undefined {
    if (changes.length === 0) {
        return undefined;
    }
    const owners = [...new Set(changes.map(({ component }) => component?.urn ?? ""))];
    const lines = owners.map((owner) => {
        const all = changes.filter(({ component }) => (component?.urn ?? "") === owner);
        const sentences = sentencesOf(all, config);
        const title = `- ${titleOf(all[0].component)}`;
        return sentences.length === 1
            ? `${title}: ${sentences[0]}`
            : [`${title}:`, ...sentences.map((sentence) => `  - ${sentence}`)].join("\n");
    });
    return { head: "#### What changes\n", lines };
}

const LEVELS = ["mandatory", "remediate", "advisory", "warning"];

function findings({ findings: all, source }: Preview): Section | undefined {
    if (source === "json") {
        return { head: "#### Policies\n\nPolicy findings and changed outputs are not in what `pulumi preview --json` prints: the engine's events have them.", lines: [] };
    }
    if (all.length === 0) {
        return undefined;
    }
    const lines = all.map(({ level, pack, policy, urn, message }) => {
        const sign = level === "mandatory" ? "🔴 " : "";
        return `- ${sign}**${level}** ${code(`${pack}/${policy}`)}${urn ? ` on ${code(urnParts(urn).name)}` : ""}: ${prose(message)}`;
    });
    const level = (line: string) => LEVELS.findIndex((each) => line.includes(`**${each}**`));
    return { head: "#### Policies\n", lines: [...new Set(lines)].sort((a, b) => level(a) - level(b) || compared(a, b)) };
}

function outputs(preview: Preview): Section | undefined {
    const all = outputChanges(preview);
    return all.length === 0
        ? undefined
        : {
              head: "#### Outputs\n\n| output | before | after |\n|---|---|---|",
              lines: all.map(({ path, before, after }) => `| ${code(path)} | ${before ?? "none"} | ${after ?? "none"} |`),
          };
}

function warnings({ diagnostics, failed }: Preview): Section | undefined {
    const all = warningsOf(diagnostics).filter((trouble) => failed || !isUnreachable(trouble));
    return all.length === 0
        ? undefined
        : {
              head: "#### Warnings\n",
              lines: all.map(
                  ({ message, names, advice }) =>
                      `- ${names.length === 0 ? "" : `${listed(names)}: `}${prose(message)}${advice ? ` **What to do:** ${advice}` : ""}`,
              ),
          };
}

function details({ config }: Preview, changes: readonly Change[]): Section | undefined {
    if (changes.length === 0) {
        return undefined;
    }
    const lines = changes.map((change) => {
        const causes = causesOf(change, secretVariables(change.component, config));
        const name = change.formerName && change.formerName !== change.name ? `${code(change.formerName)} → ${code(change.name)}` : code(change.name);
        return `| ${change.kind} | ${name} | ${code(change.type)} | ${roleOf(change) === "component" ? "" : causes.join(", ")} |`;
    });
    return {
        head: `<details><summary>${changes.length === 1 ? "The change" : `All ${changes.length} changes`}</summary>\n\n| change | name | type | properties |\n|---|---|---|---|`,
        lines,
        foot: "\n</details>",
    };
}

/** A text of others in one line, which calls nobody and makes no markup. */
function prose(text: string): string {
    const line = text.replace(/\s+/g, " ").trim();
    return line.replace(/[<&]/g, (sign) => (sign === "<" ? "&lt;" : "&amp;")).replace(/@(?=\w)/g, "@\u200b").replaceAll("![", "!\\[");
}

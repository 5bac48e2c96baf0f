// Which files a .dockerignore keeps out of a build: comments, `*`, `?`, `**` and `!` as Docker reads them.

/** What a .dockerignore says. */
export interface IgnoreRules {
    /** Whether a file or folder, by its path from the build folder, is kept out. */
    ignores: (file: string) => boolean;
    /** Whether a rule takes files back in. */
    hasExceptions: boolean;
}

interface Rule {
    pattern: RegExp;
    takesBackIn: boolean;
}

/** Reads the text of a .dockerignore; the last rule that matches a file or a folder above it decides. */
export function ignoreRules(text: string): IgnoreRules {
    const rules = text
        .split(/\r?\n/)
        .filter((line) => !line.startsWith("#"))
        .map((line) => line.trim())
        .filter((line) => line !== "" && line !== "!")
        .map(toRule);
    return {
        ignores: (file) =>
            rules.reduce((out, rule) => (rule.pattern.test(file) ? !rule.takesBackIn : out), false),
        hasExceptions: rules.some((rule) => rule.takesBackIn),
    };
}

function toRule(line: string): Rule {
    const takesBackIn = line.startsWith("!");
    const glob = (takesBackIn ? line.slice(1) : line)
        .trim()
        .replace(/^(\.?\/)+/, "")
        .replace(/\/+$/, "");
    return { pattern: new RegExp(`^${toPattern(glob)}(/.*)?$`), takesBackIn };
}

function toPattern(glob: string): string {
    return glob.replace(/\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}]/g, (part) => {
        switch (part) {
            case "**/":
                return "(.*/)?";
            case "**":
                return ".*";
            case "*":
                return "[^/]*";
            case "?":
                return "[^/]";
            default:
                return `\\${part}`;
        }
    });
}

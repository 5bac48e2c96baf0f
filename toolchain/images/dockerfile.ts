// Reads from a Dockerfile which images it starts from.

/** The images that a Dockerfile starts from, build arguments filled in; not its own stages, not scratch. */
export function baseImages(dockerfile: string, buildArgs: Readonly<Record<string, string>>): string[] {
    const values: Record<string, string> = {};
    const stages = new Set<string>();
    const images = new Set<string>();
    for (const line of dockerfile.replace(/\\\r?\n/g, " ").split(/\r?\n/)) {
        const arg = /^\s*ARG\s+(\w+)(?:=(\S*))?/i.exec(line);
        if (arg && images.size === 0 && stages.size === 0) {
            values[arg[1]] = buildArgs[arg[1]] ?? unquote(arg[2] ?? "");
        }
        const from = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
        if (from) {
            const image = fillIn(from[1], values);
            if (image !== "scratch" && !stages.has(image.toLowerCase())) {
                images.add(image);
            }
            if (from[2]) {
                stages.add(from[2].toLowerCase());
            }
        }
    }
    return [...images];
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
    return text.replace(
        /\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)/g,
        (_, braced: string | undefined, fallback: string | undefined, plain: string | undefined) =>
            values[braced ?? plain ?? ""] || (fallback ?? ""),
    );
}

function unquote(text: string): string {
    return text.replace(/^(["'])(.*)\1$/, "$2");
}

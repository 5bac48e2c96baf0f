// The content of a folder as sorted entries with a hash each, and file modes that don't depend on the umask.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** One file of a folder. */
export interface FolderEntry {
    /** Path from the folder, with `/`. */
    path: string;
    executable: boolean;
    /** SHA-256 of the content; of the target for a symbolic link. */
    hash: string;
}

/**
 * The files below a folder, sorted by path. What `ignored` says yes to is left out; folders are entered all
 * the same when `entersIgnored`, since a later rule may take a file below them back in.
 */
export function folderContent(
    folder: string,
    ignored: (file: string) => boolean = () => false,
    entersIgnored = false,
): FolderEntry[] {
    const entries: FolderEntry[] = [];
    const visit = (relative: string) => {
        for (const child of fs.readdirSync(path.join(folder, relative), { withFileTypes: true })) {
            const file = relative === "" ? child.name : `${relative}/${child.name}`;
            if (child.isDirectory()) {
                if (entersIgnored || !ignored(file)) {
                    visit(file);
                }
            } else if (!ignored(file) && (child.isFile() || child.isSymbolicLink())) {
                entries.push(entry(folder, file, child.isSymbolicLink()));
            }
        }
    };
    visit("");
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Gives folders and files below a folder the modes 0755 and 0644 (0755 when executable by the owner). */
export function normaliseModes(folder: string): void {
    fs.chmodSync(folder, 0o755);
    for (const child of fs.readdirSync(folder, { withFileTypes: true })) {
        const file = path.join(folder, child.name);
        if (child.isDirectory()) {
            normaliseModes(file);
        } else if (child.isFile()) {
            fs.chmodSync(file, isExecutable(file) ? 0o755 : 0o644);
        }
    }
}

function entry(folder: string, file: string, isLink: boolean): FolderEntry {
    const full = path.join(folder, file);
    const content = isLink ? fs.readlinkSync(full) : fs.readFileSync(full);
    return {
        path: file,
        executable: !isLink && isExecutable(full),
        hash: createHash("sha256").update(content).digest("hex"),
    };
}

function isExecutable(file: string): boolean {
    return (fs.statSync(file).mode & 0o100) !== 0;
}

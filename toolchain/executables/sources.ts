// Where each tool is taken from: PATH before the vendor's download before packages.
import { compareVersions } from "../versions";

/** Where a tool can come from, in the order in which they are tried. */
export const SOURCES = ["path", "download", "packages"] as const;
export type Source = (typeof SOURCES)[number];

/** A tool that was taken, and from where. */
export interface Taken {
    name: string;
    version: string;
    source: Source;
}

/** What was found out about a tool before the choice. */
export interface Findings {
    /** Version of the one that is installed; undefined when there is none. */
    installed: string | undefined;
    /** Oldest installed version that is taken. @default any */
    minimum?: string;
    /** Whether the vendor's site answers. */
    siteAnswers: boolean;
}

const VARIABLE = "TRACED_ENVIRONMENT_TOOLS";

/** The sources that TRACED_ENVIRONMENT_TOOLS allows; all when it is not set. Throws on an unknown one. */
export function allowedSources(env: Readonly<Record<string, string | undefined>> = process.env): Source[] {
    const given = (env[VARIABLE] ?? "")
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
    const unknown = given.filter((name) => !SOURCES.some((source) => source === name));
    if (unknown.length > 0) {
        throw new Error(
            `${VARIABLE} names ${unknown.map((name) => `"${name}"`).join(", ")}: expected a comma list of ` +
                `${SOURCES.join(", ")}, or the variable unset for all of them.`,
        );
    }
    return given.length === 0 ? [...SOURCES] : SOURCES.filter((source) => given.includes(source));
}

/** The first allowed source that has the tool. Throws when there is none, and says what each one lacks. */
export function chooseSource(tool: string, findings: Findings, allowed: readonly Source[]): Source {
    const { installed, minimum, siteAnswers } = findings;
    if (allowed.includes("path") && isNewEnough(installed, minimum)) {
        return "path";
    }
    if (allowed.includes("download") && siteAnswers) {
        return "download";
    }
    if (allowed.includes("packages")) {
        return "packages";
    }
    const wanted = minimum === undefined ? tool : `${tool} ${minimum} or newer`;
    const reasons = {
        path: installed === undefined ? "it is not installed" : `the installed one is ${installed}`,
        download: "the vendor's site does not answer",
        packages: "",
    };
    throw new Error(
        `No ${wanted}: ${allowed.map((source) => reasons[source]).join(", ")}. ` +
            `Install it, or let ${VARIABLE} (now "${allowed.join(",")}") allow more of ` +
            `${SOURCES.join(", ")}.`,
    );
}

/** Whether a tool is installed and not older than the minimum, if there is one. */
export function isNewEnough(installed: string | undefined, minimum: string | undefined): boolean {
    return installed !== undefined && (minimum === undefined || compareVersions(installed, minimum) >= 0);
}

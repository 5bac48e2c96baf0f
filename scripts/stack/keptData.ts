// The data volumes of a stack: which of them stay when it is destroyed, and what its user is told about them.
import { asRecord, setting, StackFile } from "./settings";

/** A volume in a stack's state. */
export interface StackVolume {
    /** Its name in the program. */
    logical: string;
    /** Its name on the engine. */
    name: string;
    /** Whether it stays when the stack is destroyed. */
    stays: boolean;
}

/** The volumes in a state as `pulumi stack export` prints it. */
export function volumesIn(state: string): StackVolume[] {
    const { deployment } = JSON.parse(state) as {
        deployment?: {
            resources?: { urn: string; type: string; retainOnDelete?: boolean; outputs?: { name?: string } }[];
        };
    };
    return (deployment?.resources ?? [])
        .filter(({ type }) => type === "docker:index/volume:Volume")
        .map(({ urn, retainOnDelete, outputs }) => ({
            logical: urn.split("::").at(-1) ?? "",
            name: outputs?.name ?? "",
            stays: retainOnDelete === true,
        }));
}

/**
 * What the settings want to keep and the state would not, by the settings' paths: a setting says nothing about what is
 * there before the next `up`.
 */
export function notYetKept(settings: StackFile, project: string, volumes: readonly StackVolume[]): string[] {
    const storage = asRecord(setting(settings, project, "storage"));
    const databases = Object.entries(asRecord(setting(settings, project, "databases")));
    const wanted = [
        { path: "storage.keepData", logical: "main-storage-data-0", keep: storage.keepData },
        ...databases.map(([name, database]) => ({
            path: `databases.${name}.keepData`,
            logical: `database-${name}-data-0`,
            keep: asRecord(database).keepData,
        })),
    ];
    return wanted
        .filter(({ logical, keep }) => keep === true && volumes.some((one) => one.logical === logical && !one.stays))
        .map(({ path }) => path);
}

/** What is said at the end of what stayed; undefined when nothing did. */
export function staysText(volumes: readonly StackVolume[], stack: string, engine?: string): string | undefined {
    const names = volumes.filter(({ stays }) => stays).map(({ name }) => name);
    if (names.length === 0) {
        return undefined;
    }
    const docker = engine === undefined ? "docker" : `docker --host ${engine}`;
    return [
        `Kept, and found again by the next "npm run up -- --stack ${stack}":`,
        ...names.map((name) => `  volume ${name}`),
        `To remove the data for good: ${docker} volume rm ${names.join(" ")}`,
    ].join("\n");
}

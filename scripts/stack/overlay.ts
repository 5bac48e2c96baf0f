// The settings file of a local stack on this machine: the tracked one, what was found or made here, the user's own.
import { asRecord, StackFile } from "./settings";

/** What this machine adds to the tracked settings. */
export interface MachineSettings {
    /** Tells this checkout's things from those of another checkout of the same project. */
    environmentId: string;
    /** Registry and versions of images that were made here; undefined when the vendors' are used. */
    images?: { registry: string; versions: Readonly<Partial<Record<string, string>>> };
    /** Images of apps that were built here, by app. */
    appImages?: Readonly<Record<string, string>>;
}

/** The tracked settings with this machine's. Images that the user names stay; so does an environment id. */
export function withMachineSettings(tracked: StackFile, project: string, machine: MachineSettings): StackFile {
    const key = (name: string) => `${project}:${name}`;
    const config: Record<string, unknown> = { ...tracked.config };
    config[key("environmentId")] = config[key("environmentId")] || machine.environmentId;
    if (machine.images) {
        const images = asRecord(config[key("images")]);
        config[key("images")] = {
            ...asRecord(merge(images, versionSettings(machine.images.versions, images))),
            registry: machine.images.registry,
        };
    }
    if (Object.keys(machine.appImages ?? {}).length > 0) {
        config[key("apps")] = Object.fromEntries(
            Object.entries(asRecord(config[key("apps")])).map(([name, app]) => {
                const image = machine.appImages?.[name];
                return [name, image === undefined ? app : builtApp(asRecord(app), image)];
            }),
        );
    }
    return { ...tracked, config };
}

/** Maps merged leaf by leaf; where both have a value that is not a map, the second one wins. */
export function merge(first: unknown, second: unknown): unknown {
    if (!isMap(first) || !isMap(second)) {
        return second === undefined ? first : second;
    }
    const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])];
    return Object.fromEntries(keys.map((key) => [key, merge(first[key], second[key])]));
}

/** What `after` sets that `before` did not, or sets otherwise; undefined when that is nothing. */
export function changes(before: unknown, after: unknown): unknown {
    if (!isMap(before) || !isMap(after)) {
        return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
    }
    const changed = Object.entries(after)
        .map(([key, value]) => [key, changes(before[key], value)] as const)
        .filter(([, value]) => value !== undefined);
    return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/**
 * The next settings file of this machine: what is generated now, with what the user has set in the present file
 * since it was generated (`pulumi config set`), and its salt, to which the secrets of the stack belong.
 */
export function nextFile(generated: StackFile, present?: { generated: StackFile; file: StackFile }): StackFile {
    if (!present) {
        return generated;
    }
    const config = merge(generated.config ?? {}, changes(present.generated.config ?? {}, present.file.config ?? {}));
    const salt = generated.encryptionsalt ?? present.file.encryptionsalt;
    return { ...generated, config: asRecord(config), ...(salt !== undefined && { encryptionsalt: salt }) };
}

function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

// What the user gives as a whole image has the version that the user says.
function versionSettings(versions: Readonly<Partial<Record<string, string>>>, images: Record<string, unknown>) {
    return Object.fromEntries(
        Object.entries(versions)
            .filter(([part]) => PARTS.has(part) && asRecord(images[part]).image === undefined)
            .map(([part, version]) => [part, { version }]),
    );
}

// The other images are bases of apps and no part of an environment's settings.
const PARTS = new Set(["elasticsearch", "jaeger", "traefik", "postgres"]);

function builtApp(app: Record<string, unknown>, image: string): Record<string, unknown> {
    return Object.fromEntries([...Object.entries(app).filter(([key]) => key !== "build"), ["image", image]]);
}

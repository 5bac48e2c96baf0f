// What a stack's settings file says about where it runs and what it needs, before any program is started.
import { isMaintained } from "../../components/environment/maintained";
import { Platform, StackPlugin } from "../../toolchain/executables";
import { ImageName } from "../../toolchain/images";

/** A stack's settings file, `Pulumi.<stack>.yaml`. */
export interface StackFile {
    config?: Settings;
    encryptionsalt?: string;
    [other: string]: unknown;
}

/** Configuration values by their full key, such as `traced-environment:engine`. */
export type Settings = Readonly<Record<string, unknown>>;

/** An app whose image is built from a folder of the checkout. */
export interface AppBuild {
    /** Name of the app. */
    name: string;
    /** Folder with the Dockerfile, as the settings give it. */
    folder: string;
}

/** One top-level setting of this project. */
export function setting(file: StackFile, project: string, key: string): unknown {
    return file.config?.[`${project}:${key}`];
}

/** The platform that the stack runs on; what is no platform is refused by the program's own validation. */
export function platformOf(file: StackFile, project: string): Platform {
    return setting(file, project, "platform") === "kubernetes" ? "kubernetes" : "docker";
}

/** Whether the stack runs on an engine or in a cluster that these commands may install and start. */
export function isLocal(file: StackFile, project: string): boolean {
    const where = { docker: "engine", kubernetes: "cluster" }[platformOf(file, project)];
    return setting(file, project, where) === "local";
}

/** Where a Kubernetes cluster is found. */
export interface ClusterAddress {
    /** The context's name. */
    context: string;
    /** The file that it stands in. @default what KUBECONFIG or the home names */
    kubeconfig?: string;
}

/** The cluster that a stack names which is not local. Throws when it names none: no context is taken for being there. */
export function namedCluster(file: StackFile, project: string, stack: string): ClusterAddress {
    const { context, kubeconfig } = asRecord(setting(file, project, "kubernetes"));
    if (typeof context !== "string" || context === "") {
        throw new Error(
            `kubernetes.context: missing. Name the context of the cluster in Pulumi.${stack}.yaml, as "kubectl config ` +
                'get-contexts" shows it, or set "cluster: local": no cluster is taken without being named.',
        );
    }
    return { context, ...(typeof kubeconfig === "string" ? { kubeconfig } : {}) };
}

/** The apps whose image is to be built: those with `build` and without `image`, which would win. */
export function appBuilds(file: StackFile, project: string): AppBuild[] {
    return Object.entries(asRecord(setting(file, project, "apps")))
        .map(([name, app]) => ({ name, ...asRecord(app) }) as { name: string; build?: unknown; image?: unknown })
        .filter(({ build, image }) => typeof build === "string" && image === undefined)
        .map(({ name, build }) => ({ name, folder: build as string }));
}

/** The parts that exist already and are not made: the storage, all of tracing, and the ingress. */
export function existingParts(file: StackFile, project: string) {
    const external = (key: string) => asRecord(setting(file, project, key)).external as Settings | undefined;
    return { storage: external("storage"), tracing: external("tracing"), ingress: external("ingress") };
}

/** Whether the stack has volumes of its own. */
export function hasVolumes(file: StackFile, project: string): boolean {
    const { storage, tracing } = existingParts(file, project);
    return !(storage || tracing) || Object.keys(asRecord(setting(file, project, "databases"))).length > 0;
}

/** The plugins whose resources a stack with these settings has, besides that of random values. */
export function neededPlugins(file: StackFile, project: string): StackPlugin[] {
    const platform = platformOf(file, project);
    const { storage, tracing } = existingParts(file, project);
    const { nodes = 1 } = asRecord(asRecord(setting(file, project, "storage")).kubernetes);
    // Several nodes trust one another by certificates.
    return platform === "kubernetes" && !(storage || tracing) && nodes !== 1 ? [platform, "tls"] : [platform];
}

/** The images that the stack needs and that could be made here; none when it names a registry to take them from. */
export function neededImages(file: StackFile, project: string): ImageName[] {
    const images = asRecord(setting(file, project, "images"));
    if (images.registry !== undefined) {
        return [];
    }
    const databases = Object.keys(asRecord(setting(file, project, "databases"))).length > 0;
    const { storage, tracing, ingress } = existingParts(file, project);
    const retention = !storage || isMaintained(storage);
    const parts: ImageName[] = [
        // Retention runs in Elasticsearch's image, whatever the storage is.
        ...(!tracing && retention ? (["elasticsearch"] as const) : []),
        ...(tracing ? [] : (["jaeger"] as const)),
        ...(ingress ? [] : (["traefik"] as const)),
        ...(databases ? (["postgres"] as const) : []),
    ];
    return [
        ...parts.filter((part) => asRecord(images[part]).image === undefined),
        ...(appBuilds(file, project).length > 0 ? (["python"] as const) : []),
    ];
}

/** A value that should be a map; an empty one for any other, which the program's own validation tells about. */
export function asRecord(value: unknown): Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : {};
}

// The Docker CLI for building, importing and pushing images.
import { installPackages } from "../debian";
import { onPath, run, tryOutput } from "../run";

/** Where the CLI works: the address of an engine as in `DOCKER_HOST`. */
export interface EngineAddress {
    host: string;
}

/** An engine, or what makes one ready: called only when something is to be built. */
export type EngineSource = EngineAddress | (() => Promise<EngineAddress>);

/** The engine of a source. */
export function engineOf(source: EngineSource): Promise<EngineAddress> {
    return typeof source === "function" ? source() : Promise.resolve(source);
}

/** One `docker build`. */
export interface Build {
    folder: string;
    /** Path of the Dockerfile. @default `Dockerfile` in the folder */
    dockerfile?: string;
    reference: string;
    buildArgs?: Readonly<Record<string, string>>;
    labels?: Readonly<Record<string, string>>;
    /** Whether steps run in the network of the host, whose package registries they then reach as it does. */
    hostNetwork?: boolean;
}

const LOG = "images";

// How package registries are reached from here. They change nothing in the image, and so are in no hash.
const NETWORK_VARIABLES = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "PIP_INDEX_URL",
];

/** Runs the Docker CLI against an engine and returns what it wrote. */
export async function docker(engine: EngineAddress, args: readonly string[]): Promise<string> {
    if (!onPath("docker")) {
        await installPackages(["docker.io"], "Building images", "install the Docker CLI.");
    }
    return run("docker", args, { log: LOG, env: { DOCKER_HOST: engine.host } });
}

/** Builds an image. */
export async function buildImage(engine: EngineAddress, build: Build): Promise<void> {
    await docker(engine, buildArguments(build, process.env));
}

/** The arguments of `docker build`. Proxies and mirrors are only named: the CLI reads their values itself. */
export function buildArguments(build: Build, env: Readonly<Record<string, string | undefined>>): string[] {
    return [
        "build",
        // Containers of a build that fails don't stay behind.
        "--force-rm",
        ...(build.hostNetwork ? ["--network", "host"] : []),
        ...(build.dockerfile ? ["--file", build.dockerfile] : []),
        ...pairs("--label", build.labels),
        ...pairs("--build-arg", build.buildArgs),
        ...NETWORK_VARIABLES.filter((name) => env[name]).flatMap((name) => ["--build-arg", name]),
        "--tag",
        build.reference,
        build.folder,
    ];
}

/** The labels of an image that the engine holds, or undefined when it does not. */
export async function labelsInEngine(
    engine: EngineAddress,
    reference: string,
): Promise<Record<string, string> | undefined> {
    const args = [
        "--host",
        engine.host,
        "image",
        "inspect",
        "--format",
        "{{json .Config.Labels}}",
        reference,
    ];
    const labels = await tryOutput("docker", args);
    return labels === undefined ? undefined : ((JSON.parse(labels) as Record<string, string> | null) ?? {});
}

function pairs(option: string, values: Readonly<Record<string, string>> = {}): string[] {
    return Object.entries(values)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, value]) => [option, `${name}=${value}`]);
}

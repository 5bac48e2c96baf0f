// A shell script that makes what an environment's engine shows of it: the same things in the same order (pure).
import { quoted } from "../../components/platform/docker/environment";
import { Description } from "../platform/engine";

/** A volume as the engine describes it, as far as it is needed to make it again. */
export interface Volume {
    Name: string;
    Driver: string;
    Options: Record<string, string> | null;
    Labels: Record<string, string> | null;
}

/** A network as the engine describes it, as far as it is needed to make it again. */
export interface Network {
    Name: string;
    Internal: boolean;
    /** Its addresses: what may ask the ingress for Jaeger's UI is told by them. */
    IPAM: { Config: readonly { Subnet?: string; Gateway?: string }[] | null };
    Labels: Record<string, string> | null;
}

/** A container, with what Pulumi's state and its volume say about it. */
export interface Made {
    description: Description;
    /** The names of the containers that must be ready before it is made. */
    after: readonly string[];
    /** For one that never starts: the archive with the files that it fills its volume with, and their folder. */
    files?: { archive: string; folder: string };
}

/** All that an environment is made of. */
export interface EnvironmentParts {
    volumes: readonly Volume[];
    networks: readonly Network[];
    containers: readonly Made[];
}

/** Checks from outside come so often, in seconds. */
const POLL = 0.2;

const HEAD = `#!/bin/sh
# Makes an environment as its engine showed it, without Pulumi: volumes and networks, then each container when those
# that it needs are ready. The first failure ends it.
set -eu
done="$1"
ready() {
    while :; do
        case "$(docker inspect --format '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' "$1")" in
            "running healthy") break ;;
            "exited "*) return 1 ;;
        esac
        sleep ${POLL}
    done
}
finished() { test "$(docker wait "$1")" = 0; }
after() {
    for each in "$@"; do
        while [ ! -e "$done/$each" ]; do
            [ ! -e "$done/failed" ] || return 1
            sleep ${POLL}
        done
    done
}
`;

/** The script; its one argument is an empty folder in which it notes what is ready. */
export function script({ volumes, networks, containers }: EnvironmentParts): string {
    return [
        HEAD,
        ...volumes.map((volume) => `${command(volumeArguments(volume))} &`),
        ...networks.map((network) => `${command(networkArguments(network))} &`),
        "wait",
        ...containers.map(containerPart),
        "wait",
        'test ! -e "$done/failed"',
        "",
    ].join("\n");
}

function command(words: readonly string[]): string {
    return ["docker", ...words].map(word).join(" ") + " > /dev/null";
}

function word(text: string): string {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text);
}

function labels(of: Record<string, string> | null): string[] {
    return Object.entries(of ?? {}).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
}

function volumeArguments({ Name, Driver, Options, Labels }: Volume): string[] {
    const options = Object.entries(Options ?? {}).flatMap(([key, value]) => ["--opt", `${key}=${value}`]);
    return ["volume", "create", "--driver", Driver, ...options, ...labels(Labels), Name];
}

function networkArguments({ Name, Internal, IPAM, Labels }: Network): string[] {
    const addresses = (IPAM.Config ?? []).flatMap(({ Subnet, Gateway }) => [
        ...(Subnet ? ["--subnet", Subnet] : []),
        ...(Gateway ? ["--gateway", Gateway] : []),
    ]);
    return ["network", "create", ...(Internal ? ["--internal"] : []), ...addresses, ...labels(Labels), Name];
}

function containerPart({ description, after, files }: Made): string {
    const name = nameOf(description);
    const [first, ...others] = networksOf(description);
    const steps = [
        ...(after.length === 0 ? [] : [["after", ...after].map(word).join(" ")]),
        command(createArguments(description, first)),
        ...others.map((network) => command(["network", "connect", ...aliases("--alias", description, network), network, name])),
        ...(files
            ? [`${command(["cp", "-", `${name}:${files.folder}`])} < ${word(files.archive)}`]
            : [command(["start", name]), `${endsByItself(description) ? "finished" : "ready"} ${word(name)}`]),
        `touch "$done"/${word(name)}`,
    ];
    return `{ ${steps.join(" && ")}; } || touch "$done/failed" &`;
}

/** A container's name without the slash that the engine puts before it. */
export function nameOf({ Name }: Pick<Description, "Name">): string {
    return Name.replace(/^\//, "");
}

function networksOf({ NetworkSettings, HostConfig }: Description): string[] {
    const names = Object.keys(NetworkSettings.Networks);
    // The one that it was made with comes first, as the engine's default route does.
    return names.sort((x, y) => Number(y === HostConfig.NetworkMode) - Number(x === HostConfig.NetworkMode));
}

/** The names by which it is found, but for its own and its id, which the engine adds itself. */
function aliases(option: string, description: Description, network: string): string[] {
    const own = new Set([nameOf(description), description.Id.slice(0, 12)]);
    const given = (description.NetworkSettings.Networks[network].Aliases ?? []).filter((alias) => !own.has(alias));
    return given.flatMap((alias) => [option, alias]);
}

function endsByItself({ HostConfig }: Description): boolean {
    return HostConfig.RestartPolicy.Name === "no" || HostConfig.RestartPolicy.Name === "";
}

function createArguments(description: Description, network: string | undefined): string[] {
    const { Config, HostConfig, Mounts } = description;
    const [program, ...words] = Config.Entrypoint ?? [];
    const published = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
        bindings.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}:${port}`),
    );
    return [
        ...["create", "--name", nameOf(description), "--hostname", Config.Hostname, "--user", Config.User],
        ...(network === undefined ? [] : ["--network", network, ...aliases("--network-alias", description, network)]),
        ...["--memory", String(HostConfig.Memory), "--memory-swap", String(HostConfig.MemorySwap)],
        ...(HostConfig.ReadonlyRootfs ? ["--read-only"] : []),
        ...(HostConfig.CapDrop ?? []).flatMap((capability) => ["--cap-drop", capability]),
        ...(HostConfig.SecurityOpt ?? []).flatMap((option) => ["--security-opt", option]),
        ...Object.entries(HostConfig.Tmpfs ?? {}).flatMap(([folder, options]) => ["--tmpfs", `${folder}:${options}`]),
        ...Mounts.filter(({ Type }) => Type === "volume").flatMap(({ Name, Destination, RW }) => [
            "--volume",
            `${Name}:${Destination}${RW ? "" : ":ro"}`,
        ]),
        ...published.flatMap((port) => ["--publish", port]),
        ...["--restart", HostConfig.RestartPolicy.Name || "no", "--log-driver", HostConfig.LogConfig.Type],
        ...Object.entries(HostConfig.LogConfig.Config).flatMap(([key, value]) => ["--log-opt", `${key}=${value}`]),
        ...(Config.StopTimeout === undefined ? [] : ["--stop-timeout", String(Config.StopTimeout)]),
        ...healthArguments(Config.Healthcheck),
        ...labels(Config.Labels),
        ...(Config.Env ?? []).flatMap((variable) => ["--env", variable]),
        ...(program === undefined ? [] : ["--entrypoint", program]),
        description.Image,
        ...words,
        ...(Config.Cmd ?? []),
    ];
}

function healthArguments(check: Description["Config"]["Healthcheck"]): string[] {
    const [kind, ...test] = check?.Test ?? [];
    if (!check || kind === undefined || kind === "NONE") {
        return [];
    }
    // The command line takes the check as one text for a shell.
    const text = kind === "CMD-SHELL" ? test[0] : test.map(quoted).join(" ");
    const times = { interval: check.Interval, timeout: check.Timeout, "start-period": check.StartPeriod };
    return [
        ...["--health-cmd", text, "--health-retries", String(check.Retries ?? 3)],
        ...Object.entries(times).flatMap(([name, nanoseconds]) =>
            nanoseconds ? [`--health-${name}`, `${nanoseconds / 1e6}ms`] : [],
        ),
    ];
}

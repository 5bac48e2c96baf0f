// What is wrong with arguments that belong to one platform, for every component that takes a platform.
import { Problem, shown } from "../support/errors";
import { parseMillicores } from "../support/units";
import { KubernetesArgs, PlatformKind } from "./workload";

/** The arguments that decide where a component runs. */
export interface PlaceArgs {
    platform?: PlatformKind;
    docker?: object;
    kubernetes?: KubernetesArgs;
}

/** What belongs to another platform than the one that is set. */
export function otherPlatformProblems({ platform = PlatformKind.Docker, ...args }: PlaceArgs): Problem[] {
    return Object.values(PlatformKind)
        .filter((kind) => kind !== platform && args[kind] !== undefined)
        .map((kind) => ({
            path: kind,
            reason: `belongs to platform "${kind}"; leave it out, or set that platform`,
        }));
}

/** What is wrong with the CPU that is to be reserved. */
export function cpuProblems(cpu: string | undefined, path = "kubernetes.cpu"): Problem[] {
    return cpu === undefined || (parseMillicores(cpu) ?? 0) >= 1
        ? []
        : [{ path, reason: `got ${shown(cpu)}, expected an amount of CPU such as "250m" or "1"` }];
}

/** What is wrong with where a component runs. */
export function placeProblems(args: PlaceArgs): Problem[] {
    const namespace =
        args.platform === PlatformKind.Kubernetes && args.kubernetes?.namespace === undefined
            ? [
                  {
                      path: "kubernetes.namespace",
                      reason: "missing; give the name of a namespace that exists: no default one is taken",
                  },
              ]
            : [];
    return [...otherPlatformProblems(args), ...namespace, ...cpuProblems(args.kubernetes?.cpu)];
}

/** What is wrong with an address of the host: a cluster has none to bind to. */
export function hostAddressProblems(platform: PlatformKind | undefined, address: string | undefined): Problem[] {
    return platform === PlatformKind.Kubernetes && address !== undefined
        ? [
              {
                  path: "address",
                  reason: 'belongs to platform "docker"; on Kubernetes `kubernetes.serviceType` says how it is reached',
              },
          ]
        : [];
}

/** How many instances a component may have. */
export interface ScaleArgs {
    replicas?: number;
    maxReplicas?: number;
}

const MOST = 50;

/** What is wrong with the number of instances of a component that a Docker engine has one of. */
export function scaleProblems(
    platform: PlatformKind = PlatformKind.Docker,
    { replicas = 1, maxReplicas }: ScaleArgs,
): Problem[] {
    const most = platform === PlatformKind.Docker ? 1 : MOST;
    return [
        ...(Number.isInteger(replicas) && replicas >= 1 && replicas <= most
            ? []
            : [
                  {
                      path: "replicas",
                      reason:
                          `got ${shown(replicas)}, expected ` +
                          (most === 1
                              ? "1: on Docker there is one, which others address by its name"
                              : `a whole number from 1 to ${most}`),
                  },
              ]),
        ...maxReplicasProblems(replicas, maxReplicas),
    ];
}

/** What is wrong with the number up to which instances come by themselves. */
export function maxReplicasProblems(replicas: number, maxReplicas: number | undefined): Problem[] {
    return maxReplicas === undefined ||
        (Number.isInteger(maxReplicas) && maxReplicas >= replicas && maxReplicas <= MOST)
        ? []
        : [
              {
                  path: "kubernetes.maxReplicas",
                  reason: `got ${shown(maxReplicas)}, expected a whole number from replicas (${replicas}) to ${MOST}`,
              },
          ];
}

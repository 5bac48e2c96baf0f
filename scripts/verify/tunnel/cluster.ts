// The way to an environment in a cluster: through the cluster's API to the pods themselves, whatever is published.
import * as path from "node:path";

import { openCluster } from "../../cluster/client";
import { forwardPorts, PodForward } from "../../cluster/portForward";
import { LocalSocket } from "../http";
import { TargetCluster, TargetError, VerifyTarget } from "../target";

/** The target with a socket in the place of each address that leads into the cluster. */
export function throughPods(
    target: VerifyTarget,
    { namespace, ingress, jaeger }: TargetCluster,
    folder: string,
): { reached: VerifyTarget; forwards: PodForward[] } {
    const forwards: PodForward[] = [];
    const through = (selector: string, port: number): LocalSocket => {
        const socketPath = path.join(folder, String(port));
        if (!forwards.some((each) => each.socketPath === socketPath)) {
            forwards.push({ socketPath, namespace, selector, port });
        }
        return { socketPath };
    };
    const entry = (url: URL) => {
        const port = url.protocol === "https:" ? ingress?.ports.requestsTls : ingress?.ports.requests;
        return ingress && port !== undefined ? through(ingress.selector, port) : undefined;
    };
    const reached = {
        ...target,
        ...(jaeger ? { jaegerConnectTo: through(jaeger.selector, jaeger.port) } : {}),
        apps: target.apps.map((app) => ({ ...app, connectTo: entry(app.url) ?? app.connectTo })),
    };
    return { reached, forwards };
}

/** Opens the ways; the result closes them. Rejects with a {@link TargetError} when the context can't be used. */
export async function openPodTunnel(
    address: TargetCluster,
    forwards: readonly PodForward[],
    say: (line: string) => void,
): Promise<() => void> {
    const cluster = await openCluster(address).catch((error: Error) => {
        throw new TargetError(error.message);
    });
    return forwardPorts(cluster, forwards, say);
}

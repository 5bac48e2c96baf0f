// A Kubernetes cluster by its context, as the commands reach it; the client is loaded only by stacks that run in one.
import type * as kubernetes from "@kubernetes/client-node";

import { clientNode } from "../../toolchain/kubernetes-plugin/client-node";
import { ClusterAddress } from "../stack/settings";

/** A cluster that a context of a kubeconfig names. */
export interface Cluster {
    /** The client's module. */
    library: typeof kubernetes;
    config: kubernetes.KubeConfig;
    core: kubernetes.CoreV1Api;
}

const TIMEOUT_MS = 10_000;

/** Opens a cluster; nothing is sent yet. Throws when there is no such context. */
export async function openCluster({ context, kubeconfig }: ClusterAddress): Promise<Cluster> {
    // Loading it takes half a second, which no stack on Docker should wait.
    const library = await clientNode();
    const config = new library.KubeConfig();
    try {
        if (kubeconfig === undefined) {
            config.loadFromDefault();
        } else {
            config.loadFromFile(kubeconfig);
        }
    } catch (error) {
        throw new Error(`The kubeconfig can't be read: ${(error as Error).message}`, { cause: error });
    }
    const contexts = config.getContexts().map(({ name }) => name);
    if (!contexts.includes(context)) {
        throw new Error(contextMissing({ context, kubeconfig }, contexts));
    }
    config.setCurrentContext(context);
    return { library, config, core: config.makeApiClient(library.CoreV1Api) };
}

/** The error of a context that is in no kubeconfig. */
export function contextMissing({ context, kubeconfig }: ClusterAddress, contexts: readonly string[]): string {
    const where = kubeconfig ?? "the kubeconfig that KUBECONFIG or your home names";
    return (
        `kubernetes.context: got "${context}", which is not in ${where}. There: ${contexts.join(", ") || "no context"}. ` +
        "Correct the name, or name the file in kubernetes.kubeconfig. No other context is taken."
    );
}

/** Throws when the cluster does not answer, or does not know this user. */
export async function expectCluster(address: ClusterAddress): Promise<void> {
    const { config, library } = await openCluster(address);
    const server = config.getCurrentCluster()?.server ?? "an address that the context does not name";
    try {
        await withinTime(config.makeApiClient(library.VersionApi).getCode());
    } catch (error) {
        throw new Error(
            `The cluster of the context "${address.context}" does not answer at ${server}: ${reasonOf(error)}. ` +
                "Check that it runs, that you reach it from here, and your login. Nothing was changed.",
            { cause: error },
        );
    }
}

/** What went wrong with a request, in the API's own words where it answered. */
export function reasonOf(error: unknown): string {
    const { body, code, message, cause } = error as { body?: unknown; code?: unknown; message?: string; cause?: unknown };
    const said = typeof body === "string" ? statusMessage(body) : undefined;
    if (said !== undefined) {
        return `${said} (HTTP ${String(code)})`;
    }
    // The socket's error tells more than that of the request which met it.
    const deeper = cause instanceof Error && cause.message !== "" ? cause.message : undefined;
    return deeper ?? (message || String(error)).split("\n")[0];
}

function statusMessage(body: string): string | undefined {
    try {
        const { message } = JSON.parse(body) as { message?: unknown };
        return typeof message === "string" && message !== "" ? message : undefined;
    } catch {
        return body.trim() === "" ? undefined : body.trim().split("\n")[0];
    }
}

function withinTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

// How to reach the cluster that a kubeconfig names: its address, certificates and login.
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as os from "node:os";
import * as path from "node:path";

import type { KubeConfig } from "@kubernetes/client-node";

import { clientNode } from "./client-node";
import type { ProviderSettings } from "./settings";

/** An API server and how to speak to it. */
export interface Connection {
    /** Address, without a slash at its end. */
    server: string;
    /** Namespace of objects that name none. */
    namespace: string;
    /** What a request needs in order to be let in; asked again when the server refuses the login. */
    options(): Promise<https.RequestOptions>;
}

const SOCKETS = 16;

/** What the library makes up where it finds no kubeconfig. */
const NO_CLUSTER = "http://localhost:8080";

/** The connection that the settings name. Throws when the kubeconfig has none. */
export async function connect(settings: ProviderSettings): Promise<Connection> {
    const config = await loadConfig(settings.kubeconfig);
    if (settings.context !== "") {
        config.setCurrentContext(settings.context);
    }
    const name = config.getCurrentContext();
    const context = config.getContextObject(name);
    if (!context) {
        const known = config.getContexts().map((each) => each.name);
        throw new Error(
            name
                ? `the kubeconfig has no context "${name}": expected one of ${known.join(", ") || "its contexts"}`
                : "no context is set and no kubeconfig names a current one",
        );
    }
    if (settings.cluster !== "") {
        Object.assign(context, { cluster: settings.cluster });
    }
    const cluster = config.getCurrentCluster();
    if (!cluster) {
        throw new Error(`the kubeconfig has no cluster "${context.cluster}", which context "${name}" names`);
    }
    return {
        server: cluster.server.replace(/\/+$/, ""),
        namespace: settings.namespace || context.namespace || "default",
        options: () => requestOptions(config, cluster.proxyUrl !== undefined),
    };
}

async function loadConfig(kubeconfig: string): Promise<KubeConfig> {
    const { KubeConfig } = await clientNode();
    const config = new KubeConfig();
    if (kubeconfig === "") {
        config.loadFromDefault();
        if (config.getCurrentCluster()?.server === NO_CLUSTER) {
            throw new Error("no kubeconfig is set: expected the provider's kubeconfig, KUBECONFIG or ~/.kube/config");
        }
        return config;
    }
    const file = kubeconfig.replace(/^~(?=\/|$)/, os.homedir());
    try {
        if (!kubeconfig.includes("\n") && fs.existsSync(file)) {
            config.loadFromFile(path.resolve(file));
        } else {
            config.loadFromString(kubeconfig);
        }
    } catch (error) {
        // The content is a secret: of it, nothing is shown.
        const what = kubeconfig.includes("\n") || kubeconfig.includes("{") ? "its content" : `"${kubeconfig}"`;
        throw new Error(
            `the kubeconfig can't be read from ${what}: expected the path of a file, or a kubeconfig in YAML or JSON ` +
                `(${(error as Error).name})`,
        );
    }
    return config;
}

// The library makes an agent per request; one that keeps connections open spares a TLS handshake each time.
async function requestOptions(config: KubeConfig, hasProxy: boolean): Promise<https.RequestOptions> {
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    if (hasProxy) {
        return options;
    }
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername, headers, auth } = options;
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const agent = config.getCurrentCluster()?.server.startsWith("http:")
        ? new http.Agent({ keepAlive: true, maxSockets: SOCKETS })
        : new https.Agent({ keepAlive: true, maxSockets: SOCKETS, ...tls });
    return { ...tls, headers, auth, agent };
}

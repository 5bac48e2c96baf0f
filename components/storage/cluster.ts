// Several Elasticsearch nodes as one cluster: how they find one another, and how the first ones begin.
import { INSTANCE_NAME, INSTANCE_PEERS, Workload } from "../platform";

/** The port on which nodes call one another. */
export const TRANSPORT_PORT = 9300;

/** Where a node notes that it has been in a whole cluster. */
export const JOINED = ".joined";

/**
 * Starts a node. The names of the first master nodes are told only until the node has been in a whole cluster once: a
 * node that was told them later, with its data lost, could begin a second cluster.
 *
 * Its arguments: the folder of the data, the number of nodes.
 */
export const START = [
    'if [ ! -e "$1/' + JOINED + '" ]; then',
    '  set="${NODE_NAME%-*}"; masters=""; index=0',
    '  while [ "$index" -lt "$2" ]; do masters="$masters${masters:+,}$set-$index"; index=$((index + 1)); done',
    '  exec env "cluster.initial_master_nodes=$masters" /usr/local/bin/docker-entrypoint.sh eswrapper',
    "fi",
    "exec /usr/local/bin/docker-entrypoint.sh eswrapper",
].join("\n");

/** What the process of a node has besides that of a single one. */
export function clusterProcess(nodes: number, data: string) {
    return {
        command: ["/bin/sh", "-c", START, "start", data, String(nodes)],
        environment: { NODE_NAME: { perInstance: INSTANCE_NAME }, PEERS: { perInstance: INSTANCE_PEERS } },
        peers: { transport: TRANSPORT_PORT },
    } satisfies Partial<Workload>;
}

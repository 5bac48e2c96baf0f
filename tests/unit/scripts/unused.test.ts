// What is stopped at the end of `down`: what no local stack uses any more, unless something else runs there.
import * as cluster from "../../../toolchain/cluster";
import * as engine from "../../../toolchain/engine";
import * as registry from "../../../toolchain/registry";
import * as run from "../../../toolchain/run";
import * as client from "../../../scripts/cluster/client";
import * as localFolder from "../../../scripts/stack/localFolder";
import { stopUnused } from "../../../scripts/stack/unused";

jest.mock("../../../toolchain/cluster");
jest.mock("../../../toolchain/engine");
jest.mock("../../../toolchain/registry");
jest.mock("../../../toolchain/run");
jest.mock("../../../toolchain/progress", () => ({ say: jest.fn() }));
jest.mock("../../../scripts/cluster/client");
jest.mock("../../../scripts/stack/localFolder");

/** What is on the machine. */
interface Machine {
    /** Local stacks with resources, by platform. */
    stacks: { docker: number; kubernetes: number };
    /** The namespaces of the cluster's pods; undefined when they can't be listed. */
    pods: string[] | undefined;
    /** Whether containers run that are no stack's. */
    containers: boolean;
    engineIsOurs: boolean;
}

const IDLE: Machine = { stacks: { docker: 0, kubernetes: 0 }, pods: ["kube-system"], containers: false, engineIsOurs: true };

async function stopped(machine: Partial<Machine>): Promise<string[]> {
    const { stacks, pods, containers, engineIsOurs } = { ...IDLE, ...machine };
    const calls: string[] = [];
    const stops = (name: string) => async () => calls.push(name) > 0;
    jest.mocked(localFolder.stacksWithResources).mockImplementation((platform) => Array<string>(stacks[platform]).fill("stack"));
    jest.mocked(cluster.clusterStatus).mockResolvedValue({ answers: true } as cluster.ClusterStatus);
    jest.mocked(cluster.stopCluster).mockImplementation(stops("cluster"));
    jest.mocked(client.openCluster).mockResolvedValue({
        core: {
            listPodForAllNamespaces: async () => {
                if (!pods) {
                    throw new Error("no answer");
                }
                return { items: pods.map((namespace) => ({ metadata: { namespace } })) };
            },
        },
    } as unknown as client.Cluster);
    jest.mocked(engine.engineStatus).mockResolvedValue({ host: "unix:///s", startedByUs: engineIsOurs, answers: true });
    jest.mocked(engine.stopEngine).mockImplementation(stops("engine"));
    jest.mocked(run.tryOutput).mockResolvedValue(containers ? "1f2e\n" : "\n");
    jest.mocked(registry.stopRegistry).mockImplementation(stops("registry"));
    await stopUnused();
    return calls;
}

test.each<[what: string, machine: Partial<Machine>, stopped: string[]]>([
    ["nothing uses anything", {}, ["cluster", "engine", "registry"]],
    ["a stack on Docker is up", { stacks: { docker: 1, kubernetes: 0 } }, ["cluster"]],
    ["a stack in the cluster is up", { stacks: { docker: 0, kubernetes: 2 } }, ["engine"]],
    ["stacks are up on both", { stacks: { docker: 1, kubernetes: 1 } }, []],
    ["pods of others run in the cluster", { pods: ["kube-system", "default"] }, ["engine"]],
    ["the cluster's pods can't be listed", { pods: undefined }, ["engine"]],
    ["containers of others run on our engine", { containers: true }, ["cluster"]],
    ["the engine is not ours", { engineIsOurs: false, containers: true }, ["cluster", "registry"]],
])("when %s: %j", async (_, machine, expected) => {
    expect(await stopped(machine)).toEqual(expected);
});

// What a local stack runs on: what is started for which command, and that a cluster needs an engine only to build.
import * as cluster from "../../../toolchain/cluster";
import * as engine from "../../../toolchain/engine";
import * as images from "../../../toolchain/images";
import * as registry from "../../../toolchain/registry";
import { HOSTS, Need } from "../../../scripts/stack/host";

jest.mock("../../../toolchain/cluster");
jest.mock("../../../toolchain/engine");
jest.mock("../../../toolchain/images");
jest.mock("../../../toolchain/registry");

const LOCAL = { kubeconfig: "/state/kubeconfig", context: "traced-environment-local" };
const PROJECT = { folder: "/checkout", name: "p" };
const SHOP = { config: { "p:apps": { shop: { build: "shop" } } } };
const MADE = { registry: "127.0.0.1:5055", versions: { jaeger: "2.2.0" }, refs: { jaeger: "127.0.0.1:5055/jaegertracing/jaeger:2.2.0" } };
const VENDORS = { registry: undefined, versions: {}, refs: {} };

beforeEach(() => {
    jest.resetAllMocks();
    jest.mocked(cluster.ensureCluster).mockResolvedValue(LOCAL);
    jest.mocked(cluster.clusterStatus).mockResolvedValue({ ...LOCAL, answers: true } as cluster.ClusterStatus);
    jest.mocked(engine.ensureEngine).mockResolvedValue({ host: "unix:///s", startedByUs: false });
    jest.mocked(engine.engineStatus).mockResolvedValue({ host: "unix:///s", startedByUs: false, answers: true });
    jest.mocked(registry.ensureRegistry).mockResolvedValue({ address: "127.0.0.1:5055", startedByUs: true });
    jest.mocked(images.ensureImages).mockResolvedValue(MADE);
    jest.mocked(images.buildAppImage).mockResolvedValue("127.0.0.1:5055/traced-environment/shop:1");
});

const started = () =>
    [cluster.ensureCluster, engine.ensureEngine].filter((each) => jest.mocked(each).mock.calls.length > 0).map(({ name }) => name);

test.each<["docker" | "kubernetes", Need, string[]]>([
    ["docker", "tools", []],
    ["docker", "platform", ["ensureEngine"]],
    ["docker", "images", ["ensureEngine"]],
    ["kubernetes", "tools", []],
    ["kubernetes", "platform", ["ensureCluster"]],
    // The engine is handed on, and started by who builds with it.
    ["kubernetes", "images", ["ensureCluster"]],
])("%s for %s starts %j", async (platform, need, expected) => {
    const { env } = await HOSTS[platform](PROJECT, SHOP, need);
    expect(started()).toEqual(expected);
    expect(env).toEqual(platform === "docker" ? { DOCKER_HOST: "unix:///s" } : { KUBECONFIG: "/state/kubeconfig" });
});

test("a cluster that does not run is nobody's to find", async () => {
    jest.mocked(cluster.clusterStatus).mockResolvedValue({ ...LOCAL, answers: false } as cluster.ClusterStatus);
    expect(await HOSTS.kubernetes(PROJECT, SHOP, "tools")).toEqual({ env: {}, cluster: undefined });
});

test.each([
    ["made here", MADE, { registry: "127.0.0.1:5055", versions: { jaeger: "2.2.0" } }, "127.0.0.1:5055"],
    // The node takes apps from a registry all the same.
    ["the vendors'", VENDORS, undefined, undefined],
])("in a cluster with images that are %s an app's image is pushed to the local registry", async (_, set, settings, bases) => {
    jest.mocked(images.ensureImages).mockResolvedValue(set);
    const host = await HOSTS.kubernetes(PROJECT, SHOP, "images");
    expect(host.images).toEqual({ images: settings, appImages: { shop: "127.0.0.1:5055/traced-environment/shop:1" } });
    expect(images.buildAppImage).toHaveBeenLastCalledWith(
        expect.objectContaining({ context: "/checkout/shop", registry: "127.0.0.1:5055", bases }),
    );
});

// How the ingress is reached from outside, changed while the environment is up; and who counts the pods.
import { LABELS } from "../../../components/support/labels";
import { request } from "../../engine/support/http";
import { eventually } from "../../engine/support/wait";
import { ClusterStack, Pod } from "../../cluster/support/environment";

interface Service {
    spec: { type: string; clusterIP: string; ports: { port: number; nodePort?: number }[] };
}

interface Deployment {
    metadata: { name: string; namespace: string };
    spec: { replicas: number };
}

interface Autoscaler {
    metadata: { namespace: string };
    spec: { minReplicas: number; maxReplicas: number; scaleTargetRef: Record<string, string> };
}

const WEB = 18092;
const HOST = "shop.localhost";
const REQUESTS = 20;
const stack = new ClusterStack("test-exposure", WEB);

beforeAll(async () => {
    await stack.removeLeftovers();
    await stack.up();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

/** The object of a part, by the path of its kind in the API. */
async function objectOf<T>(part: string, group: string, kind: string): Promise<T | undefined> {
    const { namespace } = (await stack.pod("main-storage")).metadata;
    const api = await stack.api();
    const { items } = await api.json<{ items: (T & { metadata: { labels: Record<string, string> } })[] }>(
        `/${group}/namespaces/${namespace}/${kind}`,
    );
    return items.find(({ metadata }) => metadata.labels[LABELS.instance] === part);
}
const service = async () => (await objectOf<Service>("main-ingress", "api/v1", "services"))!;
/** Not the health path, which the ingress does not count. */
const ask = (at: number, address: string) => request(at, "/api/products", { address, host: HOST }).then(({ status }) => status);

/** How many requests a pod of the ingress has answered. */
async function answered({ status: { podIP } }: Pod): Promise<number> {
    const { body } = await request(9100, "/metrics", { address: podIP });
    const counts = body.matchAll(/^traefik_entrypoint_requests_total\{.*entrypoint="web".*\} (\S+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe("the ingress", () => {
    afterAll(async () => {
        delete stack.settings.kubernetes;
        delete stack.settings.ingress.replicas;
        await stack.up();
        expect(await eventually(() => ask(WEB, "127.0.0.1").catch(() => 0), (status) => status === 200)).toBe(200);
        expect(await stack.preview()).toEqual([]);
    });

    it("as NodePort is reached at each node, and verified; of two instances each gets its share", async () => {
        stack.settings.kubernetes = { serviceType: "NodePort" };
        stack.settings.ingress.replicas = 2;
        expect((await stack.up()).verification).toMatchObject({ whole: true, notes: [] });
        const { type, ports } = (await service()).spec;
        expect({ type, nodePort: ports[0].nodePort }).toEqual({ type: "NodePort", nodePort: expect.any(Number) });

        const pods = await stack.ready("main-ingress");
        expect(pods).toHaveLength(2);
        const before = await Promise.all(pods.map(answered));
        const { status } = await (await stack.api()).json<{ status: { hostIP: string } }>(
            `/api/v1/namespaces/${pods[0].metadata.namespace}/pods/${pods[0].metadata.name}`,
        );
        const got = await Promise.all(Array.from({ length: REQUESTS }, () => ask(ports[0].nodePort!, status.hostIP)));
        expect(new Set(got)).toEqual(new Set([200]));
        const shares = (await Promise.all(pods.map(answered))).map((count, index) => count - before[index]);
        expect(shares.every((share) => share > 0)).toBe(true);
        expect(await stack.preview()).toEqual([]);
    });

    it("as ClusterIP is reached in the cluster alone, and verified by the API", async () => {
        stack.settings.kubernetes = { serviceType: "ClusterIP" };
        expect((await stack.up()).verification).toMatchObject({ whole: true, notes: [] });
        const { type, clusterIP, ports } = (await service()).spec;
        expect({ type, nodePort: ports[0].nodePort }).toEqual({ type: "ClusterIP", nodePort: undefined });
        expect(await ask(WEB, clusterIP)).toBe(200);
        await expect(ask(WEB, "127.0.0.1")).rejects.toThrow("ECONNREFUSED");
        expect(await stack.preview()).toEqual([]);
    });
});

describe("an autoscaler", () => {
    const deployment = async () => (await objectOf<Deployment>("main-shop", "apis/apps/v1", "deployments"))!;
    const autoscaler = () => objectOf<Autoscaler>("main-shop", "apis/autoscaling/v2", "horizontalpodautoscalers");

    /** Says how many there shall be, as an autoscaler does: nothing here measures what would make one act. */
    async function scale(replicas: number): Promise<void> {
        const { name, namespace } = (await deployment()).metadata;
        await (await stack.api()).json(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`, {
            ...{ method: "PATCH", contentType: "application/merge-patch+json", body: { spec: { replicas } } },
        });
    }

    it("counts the pods: neither a second up nor a release does, until it goes", async () => {
        const { shop } = stack.settings.apps;
        shop.kubernetes = { maxReplicas: 4 };
        await stack.up("--no-verify");
        const { name } = (await deployment()).metadata;
        expect((await autoscaler())?.spec).toMatchObject({
            minReplicas: 2,
            maxReplicas: 4,
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        });
        expect((await deployment()).spec.replicas).toBe(2);

        await scale(3);
        expect(await eventually(() => stack.ready("main-shop"), (pods) => pods.length === 3, 120)).toHaveLength(3);
        expect(await stack.preview()).toEqual([]);
        await stack.command("up", ["--no-verify", "--expect-no-changes"]);
        await stack.command("up", ["--no-verify", "--refresh", "--expect-no-changes"]);
        expect((await deployment()).spec.replicas).toBe(3);

        const environment = shop.environment as object;
        shop.environment = { ...environment, LANG: "C.UTF-8" };
        await stack.up("--no-verify");
        expect(await stack.ready("main-shop")).toHaveLength(3);

        delete shop.kubernetes;
        shop.environment = environment;
        await stack.up();
        expect(await autoscaler()).toBeUndefined();
        expect(await eventually(() => stack.ready("main-shop"), (pods) => pods.length === 2, 60)).toHaveLength(2);
        expect(await stack.preview()).toEqual([]);
    });
});

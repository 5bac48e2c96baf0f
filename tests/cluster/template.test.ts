// The template for Kubernetes in a real cluster, as its readers run it.
import { LABELS } from "../../components/support/labels";
import { ensureCluster } from "../../toolchain/cluster";
import { Api } from "../../toolchain/cluster/api";
import { CONTEXT } from "../../toolchain/cluster/layout";
import { newTrace, readTrace, request } from "../engine/support/http";
import { programImages } from "../engine/support/program";
import { TemplateProject } from "../engine/support/template";
import { eventually } from "../engine/support/wait";
import { Pod } from "./support/environment";

const WEB = 18096;
const HOST = "first.localhost";
const STACK = "test-template-cluster";

const project = new TemplateProject("kubernetes-typescript", STACK);

beforeAll(() => project.prepare());

afterAll(() => project.remove());

/** The project's pods of a role. */
async function pods(role: string): Promise<Pod[]> {
    const selector = `${LABELS.partOf}=first-${STACK},${LABELS.component}=${role}`;
    const api = new Api((await ensureCluster()).kubeconfig);
    return (await api.json<{ items: Pod[] }>(`/api/v1/pods?labelSelector=${encodeURIComponent(selector)}`)).items;
}

it("comes to the first trace", async () => {
    const { shop, images } = await programImages();
    await project.followReadme({
        context: CONTEXT,
        image: shop,
        images: JSON.stringify(images),
        ...{ port: String(WEB), host: HOST },
    });
    const trace = newTrace();
    // A load balancer that is new leads nowhere for a moment, and the kubelet brings a new route within its sync period.
    const ask = () =>
        request(WEB, "/api/products", { host: HOST, headers: { traceparent: trace.traceparent } }).catch(() => undefined);
    const answered = await eventually(ask, (answer) => answer !== undefined && answer.status !== 404, 120);
    expect(answered).toMatchObject({ status: 200 });
    const [query] = await pods("query");
    const services = async () => [...new Set((await readTrace(16686, trace.id, query.status.podIP)).map(({ service }) => service))].sort();
    expect(await eventually(services, (names) => names.length === 2)).toEqual(["ingress", "shop"]);
});

it("changes nothing when it is run again, and leaves nothing", async () => {
    await project.expectNoChanges();
    await project.destroy(0);
    expect(await eventually(() => pods("storage"), (left) => left.length === 0)).toEqual([]);
});

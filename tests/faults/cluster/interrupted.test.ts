// An up that is killed while it makes things in a cluster: the next up or down copes, and nothing is left beside.
import * as fs from "node:fs";

import { ensureCluster } from "../../../toolchain/cluster";
import { Api } from "../../../toolchain/cluster/api";
import { eventually } from "../../engine/support/wait";
import { ClusterStack } from "../../cluster/support/environment";
import { Namespace } from "../../cluster/support/namespace";
import { APP, smallStack } from "../../cluster/support/smallStack";

const NAME = "test-killed";
/** Long enough to be killed before it is ready. */
const SLOW = { ...APP, command: ["sh", "-c", "sleep 20; exec python3 -m http.server 8000"], readyTimeout: 120, healthPath: "/" };

let api: Api;
let namespace: Namespace;
let stack: ClusterStack;

beforeAll(async () => {
    api = new Api((await ensureCluster()).kubeconfig);
    namespace = new Namespace(api, `killed-${process.pid}`);
    await namespace.make();
    stack = smallStack(NAME, {
        // One that stays, so that what is left in it is seen.
        kubernetes: { serviceType: "ClusterIP", namespace: namespace.name, adoptNamespace: true },
        databases: { shop: {} },
        apps: { shop: SLOW },
    });
    await stack.removeLeftovers();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
    await namespace.remove();
    fs.rmSync(stack.file, { force: true });
});

interface Pending {
    type: string;
    resource: { inputs: { kind: string; metadata: { name: string } } };
}

/** Kills an `up` while it makes the app's Deployment and the database's set, and gives what it was making. */
async function killedUp(): Promise<string[]> {
    const up = stack.start("up", ["--no-verify"]);
    const made = (objects: readonly string[]) =>
        [/^deployments\/main-shop-/, /^statefulsets\/\S+-database-shop$/].every((name) => objects.some((each) => name.test(each)));
    expect(made(await eventually(() => stack.inCluster(), made, 300))).toBe(true);
    await up.kill();
    const { deployment } = JSON.parse((await stack.pulumi("stack", "export")).stdout) as {
        deployment: { pending_operations: Pending[] };
    };
    return deployment.pending_operations.map(({ type, resource: { inputs } }) => `${type} ${inputs.kind} ${inputs.metadata.name}`);
}

/** The objects of a kind, by its name in the API. */
const objects = async (kind: string) => (await stack.inCluster()).filter((each) => each.startsWith(`${kind}/`));

it("the next up removes what was being made, and makes the stack", async () => {
    const pending = await killedUp();
    expect(pending).toEqual(expect.arrayContaining([expect.stringMatching(/^creating Deployment main-shop-/)]));
    expect(pending).toEqual(expect.arrayContaining([expect.stringMatching(/^creating StatefulSet \S+-database-shop$/)]));
    const [unknown] = (await objects("deployments")).filter((name) => name.startsWith("deployments/main-shop-"));
    const claims = await objects("persistentvolumeclaims");
    expect(claims).toHaveLength(1);

    const { stderr } = await stack.command("up", ["--no-verify"]);
    expect(stderr).toMatch(/The Deployment main-shop-\S+, which a killed command was making, is removed/);
    expect(stderr).toMatch(/The StatefulSet \S+-database-shop, which a killed command was making, is removed/);
    const deployments = (await objects("deployments")).filter((name) => name.startsWith("deployments/main-shop-"));
    expect(deployments).toHaveLength(1);
    expect(deployments).not.toContain(unknown);
    expect(await objects("statefulsets")).toHaveLength(1);
    expect(await objects("persistentvolumeclaims")).toEqual(claims);
    expect(await stack.preview()).toEqual([]);
    expect(await stack.ready("database-shop")).toHaveLength(1);

    await stack.command("down", ["--keep-engine"]);
    expect(await eventually(() => stack.inCluster(), (left) => left.length === 0)).toEqual([]);
});

it("the next down removes it with all else, and leaves nothing in a namespace that stays", async () => {
    expect(await killedUp()).not.toEqual([]);
    await stack.command("down", ["--keep-engine"]);
    expect(await eventually(() => stack.inCluster(), (left) => left.length === 0)).toEqual([]);
    expect(await api.json(`/api/v1/namespaces/${namespace.name}`)).toMatchObject({ status: { phase: "Active" } });
});

// Failures are understood in one reading: each on the real node by the real commands, with all that its message must say.
import * as fs from "node:fs";
import * as path from "node:path";

import { ensureCluster } from "../../../toolchain/cluster";
import { Api } from "../../../toolchain/cluster/api";
import { ClusterStack } from "../../cluster/support/environment";
import { Namespace } from "../../cluster/support/namespace";
import { APP, Login, serviceAccountToken, smallStack, userStack, writeKubeconfig } from "../../cluster/support/smallStack";
import { Ran } from "../../engine/support/command";

const TIGHT = `failures-quota-${process.pid}`;
const LIMITED = `failures-rights-${process.pid}`;

/** A failure of a stack in the local cluster. */
interface Failure {
    settings: Readonly<Record<string, unknown>>;
    /** What is said, in this order: what failed, why, and what to do. */
    says: RegExp[];
}

const FAILURES: Readonly<Record<string, Failure>> = {
    "an image that can't be pulled": {
        settings: { apps: { shop: { ...APP, image: "registry.invalid/shop:1.0.0" } } },
        says: [
            /Deployment \S+main-shop\S* was created, but did not become ready/,
            /\[(ErrImagePull|ImagePullBackOff)\].*registry\.invalid\/shop:1\.0\.0/,
            /The pod main-shop\S+ is in trouble: app: (ErrImagePull|ImagePullBackOff)/,
            /What to do: Check the image's name and tag/,
        ],
    },
    "a task whose image can't be pulled": {
        settings: {
            apps: { shop: { ...APP, image: "registry.invalid/shop:1.0.0", tasks: [{ name: "migrate", command: ["true"], timeout: 30 }] } },
        },
        says: [
            /batch\/v1:Job \(main-shop-migrate\):/,
            /Job \S+ was created, but did not become ready/,
            /\[(ErrImagePull|ImagePullBackOff)\].*registry\.invalid\/shop:1\.0\.0/,
            /The pod \S+ is in trouble: app: (ErrImagePull|ImagePullBackOff)/,
            /What to do: Check the image's name and tag/,
        ],
    },
    "a memory that no node has": {
        settings: { apps: { shop: { ...APP, memory: "900GiB" } } },
        says: [
            /Deployment \S+main-shop\S* was created, but did not become ready/,
            /\[Unschedulable\] 0\/1 nodes are available: .*Insufficient memory/,
            /The pod main-shop\S+ is in trouble: Unschedulable: .*Insufficient memory/,
            /What to do: No node has so much left: lower the part's memory/,
        ],
    },
    "a quota that is used up": {
        settings: {
            kubernetes: { serviceType: "ClusterIP", namespace: TIGHT, adoptNamespace: true },
            apps: { shop: { ...APP, memory: "256MiB" } },
        },
        says: [
            /Deployment \S+main-shop\S* was created, but did not become ready/,
            /exceeded quota: small, requested: requests\.memory=256Mi, used: requests\.memory=\w+, limited: requests\.memory=200Mi/,
            /The ReplicaSet \S+main-shop\S+ makes no pod\. FailedCreate: .*exceeded quota: small/,
            /What to do: Lower what the part asks for .* ResourceQuota/,
        ],
    },
    "a StorageClass that is not there": {
        settings: { databases: { shop: {} }, kubernetes: { serviceType: "ClusterIP", storageClass: "no-such-class" } },
        says: [
            /kubernetes\.storageClass: got "no-such-class", which the cluster does not have; it has .*standard/,
            /Name one that it has\. Nothing was changed\./,
        ],
    },
};

const stacks = new Map<string, ClusterStack>();
const ends = new Map<string, Promise<Ran>>();
let api: Api;
const namespaces: Namespace[] = [];
const folders: string[] = [];

async function madeNamespace(name: string): Promise<void> {
    const namespace = new Namespace(api, name);
    namespaces.push(namespace);
    await namespace.make();
}

/** A stack of a user whose kubeconfig says this. */
async function stackOfUser(name: string, login: Login): Promise<ClusterStack> {
    const kubeconfig = await writeKubeconfig(login);
    folders.push(path.dirname(kubeconfig));
    return userStack(name, kubeconfig, LIMITED);
}

/** All that a command has written, as who runs it reads it. */
const read = ({ stdout, stderr }: Ran) => `${stdout}\n${stderr}`;

/** Whether a text says all of this, in this order; what it does not say is in the error. */
function expectSaid(text: string, says: readonly RegExp[]): void {
    let rest = text;
    for (const words of says) {
        expect(rest).toMatch(words);
        rest = rest.slice(rest.search(words));
    }
}

beforeAll(async () => {
    api = new Api((await ensureCluster()).kubeconfig);
    await madeNamespace(TIGHT);
    await api.apply({
        ...{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "small", namespace: TIGHT } },
        // Enough for the ingress.
        spec: { hard: { "requests.memory": "200Mi" } },
    });
    await madeNamespace(LIMITED);
    // All wait for what never comes: so all at once.
    Object.entries(FAILURES).forEach(([name, { settings }], index) => {
        const stack = smallStack(`test-failure-${index}`, settings);
        stacks.set(name, stack);
        ends.set(name, stack.command("up", ["--no-verify"], "any"));
    });
});

afterAll(async () => {
    await Promise.all(ends.values());
    await Promise.all(
        [...stacks.values()].map(async (stack) => {
            await stack.command("down", ["--keep-engine", "--yes"], "any");
            fs.rmSync(stack.file, { force: true });
        }),
    );
    await Promise.all(namespaces.map((namespace) => namespace.remove()));
    folders.forEach((folder) => fs.rmSync(folder, { recursive: true }));
});

test.each(Object.keys(FAILURES))("%s", async (name) => {
    const ran = (await ends.get(name))!;
    expect(ran.code).not.toBe(0);
    expectSaid(read(ran), FAILURES[name].says);
});

test("a StorageClass that is not there is said by the preview too", async () => {
    const ran = await stacks.get("a StorageClass that is not there")!.command("preview", [], "any");
    expect(ran.code).not.toBe(0);
    expectSaid(read(ran), FAILURES["a StorageClass that is not there"].says);
});

test("a user who may make no Deployments", async () => {
    const all = ["*"];
    const token = await serviceAccountToken(api, LIMITED, [
        { apiGroups: ["", "networking.k8s.io", "policy", "batch"], resources: all, verbs: all },
        { apiGroups: ["apps"], resources: all, verbs: ["get", "list", "watch"] },
    ]);
    const stack = await stackOfUser("test-failure-rights", { token });
    stacks.set("rights", stack);
    const ran = await stack.command("up", ["--yes", "--no-verify"], "any");
    expect(ran.code).not.toBe(0);
    expectSaid(read(ran), [
        /Deployment \S+main-(shop|ingress)\S*: deployments\.apps is forbidden/,
        new RegExp(`User "system:serviceaccount:${LIMITED}:deployer" cannot create resource "deployments"`),
        new RegExp(`in the namespace "${LIMITED}"`),
    ]);
});

describe("a cluster that can't be reached", () => {
    let stack: ClusterStack;
    beforeAll(async () => {
        stack = await stackOfUser("test-failure-nowhere", { server: "https://127.0.0.1:1" });
    });
    afterAll(() => fs.rmSync(stack.file, { force: true }));

    test.each([
        ["preview", []],
        ["up", ["--yes", "--no-verify"]],
    ])("at %s", async (command, args) => {
        const ran = await stack.command(command, args, "any");
        expect(ran.code).not.toBe(0);
        expectSaid(read(ran), [
            /The cluster of the context "traced-environment-local" does not answer at https:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
            /Check that it runs, that you reach it from here, and your login\. Nothing was changed\./,
        ]);
    });
});

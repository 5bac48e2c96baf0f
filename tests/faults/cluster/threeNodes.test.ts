// Three Elasticsearch nodes: they trust only one another, and outlive being rolled and losing their master, under writes.
import { X509Certificate } from "crypto";
import * as net from "net";
import { setTimeout as sleep } from "timers/promises";
import * as tls from "tls";

import { TRANSPORT_PORT } from "../../../components/storage/cluster";
import { TRANSPORT_FILES } from "../../../components/storage/configuration";
import { ClusterStack, Pod } from "../../cluster/support/environment";
import { imagesForSeveralNodes } from "../../cluster/support/openFiles";
import { StorageNodes, Watched } from "../../cluster/support/storageNodes";
import { Load, LoadResult, startLoad } from "../../engine/support/load";
import { eventually } from "../../engine/support/wait";

const WEB = 18210;
const HOST = "shop.localhost";
const NODES = 3;

const stack = new ClusterStack("test-three", WEB);
// Half of it is the heap: the least that a node may have.
stack.settings.storage = { ...stack.settings.storage, memory: "1GiB", kubernetes: { nodes: NODES, size: "1GiB" } };


let nodes: StorageNodes;

beforeAll(async () => {
    stack.settings.images = await imagesForSeveralNodes();
    await stack.removeLeftovers();
});

afterAll(async () => {
    await stack.command("down", ["--keep-engine"], "any");
});

it("come up, and stay as they are when they are brought up again", async () => {
    await stack.up();
    nodes = await StorageNodes.of(stack);
    expect(await nodes.pods()).toHaveLength(NODES);
    expect(await nodes.health()).toEqual(
        Array.from({ length: NODES }, () => expect.objectContaining({ status: "green", number_of_nodes: NODES })),
    );
    await stack.command("up", ["--expect-no-changes", "--no-verify"]);
    await stack.command("up", ["--refresh", "--expect-no-changes", "--no-verify"]);
});

describe("between the nodes", () => {
    let pods: Pod[];
    let files: { ca: string; cert: string; key: string };

    beforeAll(async () => {
        pods = await nodes.pods();
        const [ca, cert, key] = await Promise.all(
            [TRANSPORT_FILES.authority, TRANSPORT_FILES.certificate, TRANSPORT_FILES.key].map((file) =>
                nodes.configuration(pods[0], file),
            ),
        );
        files = { ca, cert, key };
    });

    /** What comes of a connection to a node's transport: what was read of it until it was closed, or that it was kept. */
    const outcome = (socket: net.Socket, first: string) =>
        new Promise<string>((resolve) => {
            let read = "";
            socket.on("data", (data: Buffer) => (read += data.toString("latin1")));
            socket.on("error", (error: NodeJS.ErrnoException) => resolve(`closed: ${error.code}`));
            socket.on("close", () => resolve(`closed after "${read}"`));
            socket.write(first);
            setTimeout(() => {
                resolve("kept");
                socket.destroy();
            }, 5_000);
        });

    it("each has a certificate of the stack's authority", async () => {
        const authority = new X509Certificate(files.ca);
        expect(authority).toMatchObject({ ca: true });
        for (const { status } of pods) {
            const socket = tls.connect({ host: status.podIP, port: TRANSPORT_PORT, ...files, checkServerIdentity: () => undefined });
            await new Promise((resolve, reject) => socket.on("secureConnect", resolve).on("error", reject));
            expect(socket.authorized).toBe(true);
            const { raw } = socket.getPeerCertificate();
            socket.destroy();
            expect(new X509Certificate(raw).checkIssued(authority)).toBe(true);
            expect(new X509Certificate(raw).verify(authority.publicKey)).toBe(true);
        }
    });

    it("who speaks no TLS, or has no certificate of it, is refused", async () => {
        const address = { host: pods[0].status.podIP, port: TRANSPORT_PORT };
        expect(await outcome(net.connect(address), "GET / HTTP/1.1\r\n\r\n")).toMatch(/^closed(?!.*HTTP)/);
        const stranger = tls.connect({ ...address, rejectUnauthorized: false });
        expect(await outcome(stranger, "")).toMatch(/^closed: ERR_SSL_\w*CERTIFICATE_REQUIRED$/);
        const member = tls.connect({ ...address, ...files, checkServerIdentity: () => undefined });
        expect(await outcome(member, "")).toBe("kept");
    });

    it("only they reach one another's transport", async () => {
        expect(await stack.opens(pods[0], pods[1], TRANSPORT_PORT)).toBe(true);
        for (const part of ["main-collector", "main-query", "main-shop", "main-ingress"]) {
            expect({ part, opens: await stack.opens(await stack.pod(part), pods[0], TRANSPORT_PORT) }).toEqual({ part, opens: false });
        }
    });
});

describe("under writes, seen each second", () => {
    let before: LoadResult;
    let load: Load;
    let watch: { stop(): Promise<Watched> };

    const begin = () => startLoad({ port: WEB, host: HOST, rate: 10, atMost: 15 * 60 });
    const settled = async () =>
        eventually(
            () => nodes.health(),
            (all) => all.length === NODES && all.every(({ status, number_of_nodes }) => status === "green" && number_of_nodes === NODES),
            300,
        );
    const uids = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.uid);

    beforeAll(async () => {
        const first = begin();
        await sleep(20_000);
        before = await first.stop();
        expect(before.failures).toEqual([]);
        expect(await eventually(() => stack.stored(before.traces), (found) => found === before.traces.length, 90)).toBe(
            before.traces.length,
        );
    });

    beforeEach(() => {
        watch = nodes.watch();
        load = begin();
    });

    // Also after a case that failed: the next one begins with neither.
    afterEach(async () => {
        await load.stop();
        await watch.stop();
    });

    /** Ends a case: what was written before and meanwhile is read, and the storage was never red. */
    async function expectNothingLost(what: string, fewestNodes = NODES - 1): Promise<void> {
        expect(await settled()).toHaveLength(NODES);
        const [result, watched] = [await load.stop(), await watch.stop()];
        const traces = [...before.traces, ...result.traces];
        const found = await eventually(() => stack.stored(traces), (count) => count === traces.length, 120);
        process.stderr.write(`${what}: ${JSON.stringify(watched)}; ${found} of ${traces.length} traces read\n`);
        expect(watched).toMatchObject({ seen: { red: 0 }, fewestNodes });
        expect(watched.seen.green).toBeGreaterThan(0);
        expect(result.failures).toEqual([]);
        expect(found).toBe(traces.length);
        before = { ...before, traces };
    }

    it("they are rolled one after the other", async () => {
        const old = uids(await nodes.pods());
        stack.settings.storage.memory = "1088MiB";
        await stack.up("--no-verify");
        const now = uids(await nodes.pods());
        expect(now).toHaveLength(NODES);
        expect(now.filter((uid) => old.includes(uid))).toEqual([]);
        await expectNothingLost("rolled");
    });

    it("the pod of the elected master is deleted", async () => {
        const master = await nodes.master();
        await stack.replace(master);
        expect(uids(await nodes.pods())).not.toContain(master.metadata.uid);
        await expectNothingLost("the master's pod deleted");
    });

    it("the process of the elected master is killed", async () => {
        const master = await nodes.master();
        const killed = await stack.processOf(master);
        process.kill(Number(killed), "SIGKILL");
        const again = () => stack.processOf(master).catch(() => killed);
        expect(await eventually(again, (now) => now !== killed, 60)).not.toBe(killed);
        await expectNothingLost("the master's process killed");
    });
});

it("can't become one while they hold data", async () => {
    stack.settings.storage.kubernetes = { nodes: 1, size: "1GiB" };
    const { code, stdout, stderr } = await stack.command("preview", [], "any");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/can't go from 3 to 1 nodes while it holds data\. Set the number back; or make a backup/);
    expect(await nodes.pods()).toHaveLength(NODES);
});

it("are removed with all that is theirs, also when the settings want one alone", async () => {
    await stack.command("down", ["--keep-engine"]);
    expect(await eventually(() => stack.inCluster(), (found) => found.length === 0, 60)).toEqual([]);
});

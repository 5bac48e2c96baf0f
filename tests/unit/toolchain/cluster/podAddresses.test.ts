// Addresses of new pods: read from the CNI plugins' results before the kubelet tells them.
import * as fs from "node:fs";
import * as path from "node:path";

import { resultAddresses, withAddresses } from "../../../../toolchain/cluster-controller/podAddresses";
import { useTemporaryFolders } from "../temporary-folders";

const folder = useTemporaryFolders();

function result(name: string, uid: string, address: string): void {
    const content = { cniArgs: [["IgnoreUnknown", "1"], ["K8S_POD_UID", uid]], result: { ips: [{ address }] } };
    fs.writeFileSync(path.join(folder(), name), JSON.stringify(content));
}

test("are those of one network, and of results that are whole", () => {
    result("node-1-eth0", "a", "10.244.0.5/24");
    result("other-2-eth0", "b", "10.88.0.5/16");
    fs.writeFileSync(path.join(folder(), "node-3-eth0"), '{"cniArgs":');
    expect([...resultAddresses("node", folder())]).toEqual([["a", "10.244.0.5"]]);
});

test("are for pods whose status has none", () => {
    const pods = [
        { metadata: { uid: "a" }, status: { phase: "Pending" } },
        { metadata: { uid: "b" }, status: { phase: "Running", podIP: "10.244.0.6" } },
        { metadata: { uid: "c" }, status: { phase: "Pending" } },
    ];
    const known = new Map([
        ["a", "10.244.0.5"],
        ["b", "10.244.0.9"],
    ]);
    expect(withAddresses(pods, known).map(({ status }) => status)).toEqual([
        { phase: "Pending", podIP: "10.244.0.5" },
        { phase: "Running", podIP: "10.244.0.6" },
        { phase: "Pending" },
    ]);
});

// What the parts of the local cluster are told: what depends on the machine, and what nobody else may reach.
import * as fs from "node:fs";
import * as path from "node:path";

import { pathOf } from "../../../../toolchain/cluster/api";
import { configurationFiles, Machine } from "../../../../toolchain/cluster/configuration";
import { ADMIN, ensureCredentials, kubeconfig, tokenList, USERS } from "../../../../toolchain/cluster/credentials";
import { layout } from "../../../../toolchain/cluster/layout";
import { manifests } from "../../../../toolchain/cluster/manifests";
import { commands, PART_NAMES } from "../../../../toolchain/cluster/parts";
import { onPath, tryOutput } from "../../../../toolchain/run";
import { useTemporaryFolders } from "../temporary-folders";

const PLACES = layout("/state");
const MACHINE: Machine = { appArmor: true, lowersOomScore: true };

function files(machine: Partial<Machine> = {}, registry?: string) {
    return configurationFiles(PLACES, { ...MACHINE, ...machine }, "/plugins", registry);
}

describe("containerd", () => {
    const toml = (machine: Partial<Machine>) => files(machine)["/state/configuration/containerd.toml"];

    test.each<[string, Partial<Machine>, string]>([
        ["without AppArmor it is told so", { appArmor: false }, "disable_apparmor = true"],
        ["with AppArmor it uses it", {}, "disable_apparmor = false"],
        ["root that may not lower OOM scores", { lowersOomScore: false }, "restrict_oom_score_adj = true"],
        ["root that may", {}, "restrict_oom_score_adj = false"],
    ])("%s", (_, machine, line) => {
        expect(toml(machine).split("\n")).toContain(line);
    });

    test("asks the local registry first when images come from it, for whatever registry a reference names", () => {
        const file = "/state/configuration/registries/_default/hosts.toml";
        expect(files()[file]).toBeUndefined();
        expect(files({}, "127.0.0.1:5055")[file]).toBe(
            '[host."http://127.0.0.1:5055"]\ncapabilities = ["pull", "resolve"]\n',
        );
    });
});

test("all else is JSON", () => {
    const others = Object.entries(files()).filter(([file]) => !file.endsWith(".toml"));
    expect(others.map(([file]) => path.basename(file))).toEqual(["10-bridge.conflist", "kubelet.json", "kube-proxy.json"]);
    others.forEach(([, content]) => JSON.parse(content));
});

describe("commands", () => {
    const all = commands(PLACES, { kubernetes: "/kubernetes", etcd: "/etcd", containerd: "/containerd", controller: ["c"] });

    test("there is one of each part", () => {
        expect(Object.keys(all).sort()).toEqual([...PART_NAMES].sort());
    });

    test("etcd takes clients and peers by certificate only", () => {
        expect(all.etcd).toEqual(expect.arrayContaining(["--client-cert-auth=true", "--peer-client-cert-auth=true"]));
        const addresses = all.etcd.filter((flag) => flag.includes("-urls=")).map((flag) => flag.split("=")[1]);
        expect(addresses.every((address) => address.startsWith("https://127.0.0.1:"))).toBe(true);
    });

    test("the controllers listen on the loopback address", () => {
        expect(all["kube-controller-manager"]).toContain("--bind-address=127.0.0.1");
        expect(all["kube-scheduler"]).toContain("--bind-address=127.0.0.1");
    });
});

describe("credentials", () => {
    test("a kubeconfig has one context, with a token", () => {
        const config = JSON.parse(kubeconfig("authority", ADMIN, "secret"));
        expect(config["current-context"]).toBe("traced-environment-local");
        expect(config.contexts).toEqual([
            { name: "traced-environment-local", context: { cluster: "traced-environment-local", user: ADMIN.name } },
        ]);
        expect(config.users).toEqual([{ name: ADMIN.name, user: { token: "secret" } }]);
        expect(Buffer.from(config.clusters[0].cluster["certificate-authority-data"], "base64").toString()).toBe("authority");
    });

    test("the list of tokens", () => {
        expect(tokenList([[{ file: "a", name: "a" }, "1"], [{ file: "b", name: "b", group: "g" }, "2"]])).toBe(
            '1,a,a\n2,b,b,"g"\n',
        );
    });

    const folder = useTemporaryFolders();

    (onPath("openssl") ? test : test.skip)("are made once, for nobody else to read, and certificates are the authority's", async () => {
        const places = layout(path.join(folder(), "cluster"));
        await ensureCredentials(places);
        const [first, mode] = [fs.readFileSync(places.kubeconfig, "utf8"), fs.statSync(places.kubeconfig).mode & 0o777];
        expect(mode).toBe(0o600);
        const credential = (name: string) => path.join(places.credentials, name);
        for (const name of ["api-server", "api-server-to-kubelet", "etcd"]) {
            const verified = await tryOutput("openssl", ["verify", "-CAfile", credential("authority.crt"), credential(`${name}.crt`)]);
            expect(verified).toContain("OK");
            expect(fs.statSync(credential(`${name}.key`)).mode & 0o077).toBe(0);
        }
        expect(fs.statSync(places.credentials).mode & 0o777).toBe(0o700);
        await ensureCredentials(places);
        expect(fs.readFileSync(places.kubeconfig, "utf8")).toBe(first);
        expect(fs.readdirSync(places.credentials).filter((name) => name.endsWith(".kubeconfig"))).toHaveLength(USERS.length - 1);
    });
});

describe("objects of a new cluster", () => {
    test("are applied once each", () => {
        const paths = manifests().map(pathOf);
        expect(new Set(paths).size).toBe(paths.length);
    });

    test("CoreDNS passes Pod Security restricted", () => {
        const deployment = manifests().find(({ kind }) => kind === "Deployment") as any;
        const { securityContext, containers } = deployment.spec.template.spec;
        expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
        expect(containers[0].securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
        });
    });

    test.each([
        ["Service", "v1", "web", "/api/v1/namespaces/shop/services/web"],
        ["StorageClass", "storage.k8s.io/v1", "web", "/apis/storage.k8s.io/v1/namespaces/shop/storageclasses/web"],
        ["NetworkPolicy", "networking.k8s.io/v1", "web", "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web"],
        ["Gateway", "gateway.networking.k8s.io/v1", "web", "/apis/gateway.networking.k8s.io/v1/namespaces/shop/gateways/web"],
    ])("the path of a %s", (kind, apiVersion, name, expected) => {
        expect(pathOf({ apiVersion, kind, metadata: { name, namespace: "shop" } })).toBe(expected);
    });
});

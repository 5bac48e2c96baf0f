// Removing the cluster's rules: all of them go, and none of Docker's or of another program with CNI plugins.
import { removal } from "../../../../toolchain/cluster/iptables";

const DOCKER = [
    ":DOCKER - [0:0]",
    "-A FORWARD -o docker0 -j DOCKER",
    "-A DOCKER -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j ACCEPT",
];
const KUBERNETES = [
    ":KUBE-FORWARD - [0:0]",
    ":KUBE-FIREWALL - [0:0]",
    '-A INPUT -m comment --comment "kubernetes" -j KUBE-FIREWALL',
    "-A KUBE-FIREWALL -m mark --mark 0x8000/0x8000 -j DROP",
    "-A FORWARD -j KUBE-FORWARD",
    "-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT",
];
const CNI = [
    ":CNI-FORWARD - [0:0]",
    ":CNI-ADMIN - [0:0]",
    '-A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD',
    '-A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN',
];
const OUR_POD = "-A CNI-FORWARD -d 10.244.0.7/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
const OTHER_POD = "-A CNI-FORWARD -s 10.88.0.4/32 -j ACCEPT";

function table(name: string, ...lines: string[]): string {
    const chains = lines.filter((line) => line.startsWith(":"));
    const rules = lines.filter((line) => !line.startsWith(":"));
    return [`*${name}`, ":INPUT ACCEPT [0:0]", ":FORWARD DROP [0:0]", ...chains, ...rules, "COMMIT", ""].join("\n");
}

test("without a rule of the cluster there is nothing to do", () => {
    expect(removal(`# saved\n${table("filter", ...DOCKER)}`)).toBe("");
});

test("Kubernetes' chains go with the jumps to them; Docker's stay", () => {
    expect(removal(table("filter", ...DOCKER, ...KUBERNETES))).toBe(
        [
            "*filter",
            '-D INPUT -m comment --comment "kubernetes" -j KUBE-FIREWALL',
            "-D FORWARD -j KUBE-FORWARD",
            "-F KUBE-FORWARD",
            "-F KUBE-FIREWALL",
            "-X KUBE-FORWARD",
            "-X KUBE-FIREWALL",
            "COMMIT",
            "",
        ].join("\n"),
    );
});

test("the CNI plugins' chains go when only the cluster used them", () => {
    const lines = removal(table("filter", ...DOCKER, ...CNI, OUR_POD)).split("\n");
    expect(lines).toContain('-D FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD');
    expect(lines).toEqual(expect.arrayContaining(["-F CNI-FORWARD", "-X CNI-FORWARD", "-F CNI-ADMIN", "-X CNI-ADMIN"]));
});

test("of chains that another program uses only the cluster's rules go", () => {
    expect(removal(table("filter", ...CNI, OTHER_POD, OUR_POD))).toBe(
        `*filter\n${OUR_POD.replace("-A", "-D")}\nCOMMIT\n`,
    );
});

test("the chains of the cluster's pods are known by its network's name", () => {
    const comment = (name: string) => `-m comment --comment "name: \\"${name}\\" id: \\"1\\""`;
    const nat = table(
        "nat",
        ":CNI-aaa - [0:0]",
        ":CNI-bbb - [0:0]",
        ":CNI-HOSTPORT-DNAT - [0:0]",
        ":CNI-HOSTPORT-MASQ - [0:0]",
        `-A POSTROUTING -s 10.244.0.7/32 ${comment("traced-environment")} -j CNI-aaa`,
        `-A POSTROUTING -s 10.88.0.7/32 ${comment("podman")} -j CNI-bbb`,
        "-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT",
        "-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE",
        `-A CNI-aaa -d 10.244.0.0/24 ${comment("traced-environment")} -j ACCEPT`,
        `-A CNI-bbb -d 10.88.0.0/16 ${comment("podman")} -j ACCEPT`,
    );
    const lines = removal(nat).split("\n");
    expect(lines).toEqual(expect.arrayContaining(["-X CNI-aaa", "-X CNI-HOSTPORT-DNAT", "-X CNI-HOSTPORT-MASQ"]));
    expect(lines.filter((line) => line.includes("CNI-bbb") || line.includes("podman"))).toEqual([]);
});

// What the cluster's rules in iptables are, and how they go without touching those of others, such as Docker's.
import { run } from "../run";
import { NODE, POD_CIDR } from "./layout";

const LOG = "cluster-network";
const PODS = POD_CIDR.replace(/\d+\/\d+$/, "");

/** Chains of the CNI plugins, which other programs that use these plugins share. */
const SHARED = /^CNI-(FORWARD|ADMIN|HOSTPORT-[A-Z]+)$/;

/** Removes the cluster's chains and rules, for IPv4 and IPv6. */
export async function removeRules(): Promise<void> {
    for (const [save, restore] of [
        ["iptables-save", "iptables-restore"],
        ["ip6tables-save", "ip6tables-restore"],
    ]) {
        const changes = removal(await run(save, [], { log: LOG }));
        if (changes !== "") {
            await run(restore, ["--noflush", "--wait"], { log: LOG, input: changes });
        }
    }
}

/** What `iptables-restore --noflush` reads to remove the cluster's rules from what `iptables-save` wrote. */
export function removal(saved: string): string {
    return saved
        .split(/^(?=\*)/m)
        .map(tableRemoval)
        .join("");
}

function tableRemoval(table: string): string {
    const lines = table.split("\n");
    const rules = lines.filter((line) => line.startsWith("-A ")).map(parseRule);
    const chains = lines.filter((line) => line.startsWith(":")).map((line) => line.slice(1).split(" ")[0]);
    const containers = new Set(rules.filter((rule) => isOfCluster(rule)).map(({ target }) => target));
    const own = (chain: string) =>
        chain.startsWith("KUBE-") || (chain.startsWith("CNI-") && !SHARED.test(chain) && containers.has(chain));
    const goes = (rule: Rule) => own(rule.chain) || own(rule.target) || isOfCluster(rule);
    // A shared chain goes when nobody is left in any of them; jumps between them count for nobody.
    const unused = !rules.some(
        (rule) => SHARED.test(rule.chain) && !goes(rule) && !SHARED.test(rule.target) && !isMark(rule),
    );
    const shared = (chain: string) => unused && SHARED.test(chain);
    const removed = chains.filter((chain) => own(chain) || shared(chain));
    const deleted = rules.filter(
        (rule) => !removed.includes(rule.chain) && (goes(rule) || shared(rule.target)),
    );
    if (removed.length === 0 && deleted.length === 0) {
        return "";
    }
    return [
        lines[0],
        ...deleted.map(({ text }) => text.replace(/^-A/, "-D")),
        ...removed.map((chain) => `-F ${chain}`),
        ...removed.map((chain) => `-X ${chain}`),
        "COMMIT",
        "",
    ].join("\n");
}

interface Rule {
    text: string;
    chain: string;
    /** The chain that it jumps to, or what it does. */
    target: string;
}

function parseRule(text: string): Rule {
    return { text, chain: text.split(" ")[1], target: /(?:^| )-[jg] (\S+)/.exec(text)?.[1] ?? "" };
}

/** Whether a rule is about the cluster's pods, by the network's name or by an address. */
function isOfCluster({ text, chain }: Rule): boolean {
    return (
        text.includes(`name: \\"${NODE}\\"`) ||
        (SHARED.test(chain) && text.split(" ").some((word) => word.startsWith(PODS)))
    );
}

function isMark({ target }: Rule): boolean {
    return target === "MARK" || target === "MASQUERADE";
}

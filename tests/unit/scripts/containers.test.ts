// The containers of a stack: which are its own, which are in trouble, and what is shown of those.
import { inOrder } from "../../../scripts/runtime/docker";
import { containersOf, isInTrouble, parseContainers } from "../../../scripts/stack/containers";
import { troubleText } from "../../../scripts/stack/troubles";

const line = (name: string, partOf: string, component: string, environmentId: string) =>
    ["1a2b", name, "running", "Up 5 minutes (healthy)", "127.0.0.1:8080->8000/tcp", partOf, component, environmentId].join("\t");

describe("the containers of a stack", () => {
    const all = parseContainers(
        [
            line("p-dev-1f-main-ingress-0", "p-dev", "ingress", "1f"),
            line("p-dev-2e-main-ingress-0", "p-dev", "ingress", "2e"),
            line("p-dev-main-ingress-0", "p-dev", "ingress", ""),
            line("p-prod-1f-main-ingress-0", "p-prod", "ingress", "1f"),
            line("p-dev-1f-x", "", "", ""),
            "",
        ].join("\n"),
    );
    const stack = (environmentId?: string) => ({
        name: "dev",
        project: { name: "p", folder: "/p" },
        settings: { config: environmentId === undefined ? {} : { "p:environmentId": environmentId } },
    });

    test("are read with their labels and ports", () => {
        expect(all[0]).toEqual({
            id: "1a2b",
            name: "p-dev-1f-main-ingress-0",
            state: "running",
            status: "Up 5 minutes (healthy)",
            ports: "127.0.0.1:8080->8000/tcp",
            partOf: "p-dev",
            component: "ingress",
            environmentId: "1f",
        });
    });

    test("are told from those of other checkouts and stacks, and from those without labels", () => {
        expect(containersOf(stack("1f"), all).map(({ name }) => name)).toEqual(["p-dev-1f-main-ingress-0"]);
        expect(containersOf(stack(), all).map(({ name }) => name)).toEqual(["p-dev-main-ingress-0"]);
    });
});

describe("a container is in trouble", () => {
    test.each<[string, string, boolean]>([
        ["running", "Up 5 minutes", false],
        ["running", "Up 5 minutes (healthy)", false],
        ["running", "Up 5 seconds (health: starting)", false],
        ["running", "Up 5 minutes (unhealthy)", true],
        ["restarting", "Restarting (1) 3 seconds ago", true],
        ["exited", "Exited (0) 3 minutes ago", false],
        ["exited", "Exited (1) 3 minutes ago", true],
        ["exited", "Exited (137) 3 minutes ago", true],
        ["dead", "Dead", true],
        ["created", "Created", false],
    ])("%s, %s: %s", (state, status, expected) => {
        expect(isInTrouble({ state, status })).toBe(expected);
    });

    test("and shown with its state and the end of its log", () => {
        const instance = { name: "p-dev-x", trouble: "Exited (1) 3 minutes ago" };
        expect(troubleText("container", instance, ["a", "b"])).toBe(
            "\nThe container p-dev-x is in trouble: Exited (1) 3 minutes ago. Its log ends:\n    a\n    b",
        );
        expect(troubleText("pod", instance, [])).toMatch(/The pod .* It has logged nothing\.$/);
        const unscheduled = { name: "p-dev-x", trouble: "Unschedulable: 0/1 nodes are available: 1 Insufficient memory." };
        expect(troubleText("pod", unscheduled, [])).toMatch(
            /^\nThe pod p-dev-x is in trouble: .* memory\. It has logged nothing\.\nWhat to do: No node has so much left/,
        );
    });
});

test("the lines of both streams come in their order, the last 15", () => {
    const at = (second: number, text: string) => `2026-01-01T00:00:${String(second).padStart(2, "0")}.000000000Z ${text}\n`;
    expect(inOrder(at(1, "out 1") + at(3, "out  3"), at(2, "err 2") + at(4, ""), 15)).toEqual(["out 1", "err 2", "out  3", ""]);
    const many = Array.from({ length: 20 }, (_, i) => at(i, `line ${i}`)).join("");
    expect(inOrder(many, "", 15)).toEqual(Array.from({ length: 15 }, (_, i) => `line ${i + 5}`));
});

// What is refused of arguments that belong to one platform.
import { placeProblems, scaleProblems } from "../../../../components/platform";

const paths = (problems: { path: string }[]) => problems.map(({ path }) => path);

describe("where a component runs", () => {
    it.each([
        [{}, []],
        [{ docker: {} }, []],
        [{ kubernetes: {} }, ["kubernetes"]],
        [{ platform: "kubernetes", kubernetes: { namespace: "a", cpu: "250m" } }, []],
        [{ platform: "kubernetes" }, ["kubernetes.namespace"]],
        [{ platform: "kubernetes", docker: {}, kubernetes: { cpu: "0" } }, ["docker", "kubernetes.namespace", "kubernetes.cpu"]],
    ] as const)("%j has problems at %j", (args, expected) => {
        expect(paths(placeProblems(args))).toEqual(expected);
    });
});

describe("how many instances", () => {
    it.each([
        ["docker", {}, []],
        ["docker", { replicas: 2 }, ["replicas"]],
        ["kubernetes", { replicas: 2, maxReplicas: 2 }, []],
        ["kubernetes", { replicas: 51 }, ["replicas"]],
        ["kubernetes", { replicas: 3, maxReplicas: 2 }, ["kubernetes.maxReplicas"]],
    ] as const)("on %s %j has problems at %j", (platform, scale, expected) => {
        expect(paths(scaleProblems(platform, scale))).toEqual(expected);
    });
});

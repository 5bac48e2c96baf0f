// Changes that are refused before a cluster would carry them out half-way.
import { parseQuantity } from "../../../../../components/platform/kubernetes/quantity";
import { claimProblem, setProblem, STORAGE_CLASS } from "../../../../../components/platform/kubernetes/refusals";

const claim = (storage: string) => ({
    metadata: { name: "data-es-0" },
    spec: { resources: { requests: { storage } } },
});
const set = (replicas: number, storageClass = "fast") => ({
    metadata: { name: "es", annotations: { [STORAGE_CLASS]: storageClass } },
    spec: { replicas },
});
const withVolumes = (claims: string[], mounted: string[]) => ({
    ...set(1),
    spec: {
        replicas: 1,
        volumeClaimTemplates: claims.map((name) => ({ metadata: { name } })),
        template: {
            spec: {
                volumes: [{ name: "config" }],
                containers: [{ volumeMounts: ["config", ...mounted].map((name) => ({ name })) }],
            },
        },
    },
});

describe("a quantity", () => {
    it.each([
        ["1024Mi", 2 ** 30],
        ["1Gi", 2 ** 30],
        ["1.5G", 1.5e9],
        ["7", 7],
        ["much", undefined],
    ])("%s is %s bytes", (text, bytes) => {
        expect(parseQuantity(text)).toBe(bytes);
    });
});

describe("a claim", () => {
    it.each([
        ["1024Mi", "2048Mi"],
        ["1Gi", "1024Mi"],
    ])("goes from %s to %s", (before, after) => {
        expect(claimProblem(claim(before) as never, claim(after) as never)).toBeUndefined();
    });

    it("does not shrink, and says what to do", () => {
        expect(claimProblem(claim("2Gi") as never, claim("1024Mi") as never)).toMatch(
            /"data-es-0" can't shrink from 2Gi to 1024Mi. Set its size to 2Gi or more; or make a backup/,
        );
    });
});

describe("a set with volumes", () => {
    it("stays as it is when something else changes", () => {
        expect(setProblem(set(1) as never, set(1) as never)).toBeUndefined();
    });

    it("does not move to another class", () => {
        expect(setProblem(set(1) as never, set(1, "slow") as never)).toMatch(
            /"es" can't move from the class "fast" to "slow". Set the class back; or make a backup/,
        );
    });

    it.each<[what: string, claims: string[], before: string[], after: string[], refused: boolean]>([
        ["keeps its volumes", ["data"], ["data"], ["data"], false],
        ["does without one", ["data", "backup"], ["data", "backup"], ["data"], false],
        ["takes one up again", ["data", "backup"], ["data"], ["data", "backup"], false],
        ["does not get one", ["data"], ["data"], ["data", "backup"], true],
    ])("%s", (_, claims, before, after, refused) => {
        const problem = setProblem(withVolumes(claims, before) as never, withVolumes(claims, after) as never);
        expect(problem ?? "").toMatch(refused ? /"es" was made without the volume "backup".* set `keepData` and run/ : /^$/);
    });

    it("does not change its number of nodes", () => {
        expect(setProblem(set(1) as never, set(3) as never)).toMatch(/"es" can't go from 1 to 3 nodes/);
    });
});

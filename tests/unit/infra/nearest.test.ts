// The nearest known key to a mistyped one.
import { editDistance, nearest } from "../../../infra/nearest";

describe("edit distance", () => {
    it.each([
        ["", "abc", 3],
        ["port", "port", 0],
        ["prot", "port", 1],
        ["repliacs", "replicas", 1],
        ["kitten", "sitting", 3],
        ["a", "b", 1],
    ])("from %j to %j is %d", (from, to, distance) => {
        expect(editDistance(from, to)).toBe(distance);
        expect(editDistance(to, from)).toBe(distance);
    });
});

describe("the nearest key", () => {
    const known = ["memory", "retentionDays", "keepData", "port"];
    it.each([
        ["retention_days", "retentionDays"],
        ["KEEPDATA", "keepData"],
        ["memroy", "memory"],
        ["ports", "port"],
        ["completelyDifferent", undefined],
    ])("to %s is %s", (given, expected) => {
        expect(nearest(given, known)).toBe(expected);
    });
});

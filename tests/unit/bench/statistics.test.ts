// Medians with their spread, and tables.
import { spread, spreadText, table } from "../../../bench/statistics";

describe("a spread", () => {
    it.each([
        [[3], { median: 3, min: 3, max: 3 }],
        [[9, 1, 2], { median: 2, min: 1, max: 9 }],
        [[10, 2, 4, 1], { median: 3, min: 1, max: 10 }],
    ])("of %j", (values, expected) => {
        expect(spread(values)).toEqual(expected);
    });

    it("of nothing is refused", () => {
        expect(() => spread([])).toThrow("at least one round");
    });

    it("is written as median, least and most", () => {
        expect(spreadText({ median: 1.249, min: 1, max: 2.5 })).toBe("1.25 (1.00-2.50)");
    });
});

it("a table is aligned, its numbers to the right", () => {
    expect(table(["what", "s"], [["a longer name", "1.20"]])).toBe(
        ["| what          |    s |", "| ------------- | ---: |", "| a longer name | 1.20 |", ""].join("\n"),
    );
});

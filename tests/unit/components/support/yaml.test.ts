// YAML that every reader understands alike.
import { parse } from "yaml";

import { toYaml } from "../../../../components/support/yaml";

describe("YAML", () => {
    test("writes what stands twice twice: some readers drop what has an anchor", () => {
        const shared = { names: ["a"] };
        expect(toYaml({ first: shared, second: shared })).toBe(
            'first:\n  names:\n    - "a"\nsecond:\n  names:\n    - "a"\n',
        );
    });

    test.each([
        "2006-01-02",
        "yes",
        "no",
        "on",
        "null",
        "~",
        "1",
        "1.0",
        "0x1f",
        "1e3",
        "12:30:45",
        "",
        "# x",
        "a: b",
        "- a",
        "*a",
        "&a",
        "!a",
    ])("quotes the text %j, so that nobody takes it for something else", (text) => {
        expect(toYaml({ key: text })).toBe(`key: ${JSON.stringify(text)}\n`);
    });

    test.each([true, false, 0, 5_000_000, 0.5, null])("leaves %j what it is", (value) => {
        expect(toYaml({ key: value })).toBe(`key: ${value}\n`);
    });

    test.each([
        "a\nb\n",
        'say "hi"',
        "back\\slash",
        "ü€😀",
        "tab\t",
        `long ${"x ".repeat(200)}`,
        "$& $$",
        "\r\n",
        "trailing ",
    ])("gives %j back as it was, on one line", (text) => {
        const written = toYaml({ key: text });
        expect(parse(written)).toEqual({ key: text });
        expect(written.trimEnd().split("\n")).toHaveLength(1);
    });

    test("keeps the order of keys", () => {
        expect(toYaml({ b: 1, a: 2 })).toBe("b: 1\na: 2\n");
    });
});

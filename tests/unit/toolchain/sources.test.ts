// Where a tool is taken from: the order of sources, and what each one needs.
import { allowedSources, chooseSource, SOURCES } from "../../../toolchain/executables/sources";

describe("allowed sources", () => {
    test.each([
        [undefined, ["path", "download", "packages"]],
        ["", ["path", "download", "packages"]],
        ["packages", ["packages"]],
        ["packages, path", ["path", "packages"]],
        ["download,", ["download"]],
    ])("TRACED_ENVIRONMENT_TOOLS=%s", (value, expected) => {
        expect(allowedSources({ TRACED_ENVIRONMENT_TOOLS: value })).toEqual(expected);
    });

    test("an unknown one is refused with the known ones", () => {
        expect(() => allowedSources({ TRACED_ENVIRONMENT_TOOLS: "path,brew" })).toThrow(
            /"brew": expected a comma list of path, download, packages/,
        );
    });
});

describe("the chosen source", () => {
    const minimum = "3.230.0";

    test.each`
        installed      | siteAnswers | allowed                     | expected
        ${"3.246.0"}   | ${true}     | ${SOURCES}                  | ${"path"}
        ${"3.230.0"}   | ${false}    | ${SOURCES}                  | ${"path"}
        ${"3.229.9"}   | ${true}     | ${SOURCES}                  | ${"download"}
        ${"3.229.9"}   | ${false}    | ${SOURCES}                  | ${"packages"}
        ${undefined}   | ${true}     | ${SOURCES}                  | ${"download"}
        ${undefined}   | ${false}    | ${SOURCES}                  | ${"packages"}
        ${"3.246.0"}   | ${true}     | ${["packages"]}             | ${"packages"}
        ${"3.246.0"}   | ${true}     | ${["download", "packages"]} | ${"download"}
        ${"3.246.0"}   | ${false}    | ${["download", "packages"]} | ${"packages"}
    `("$installed installed, site answers: $siteAnswers, allowed: $allowed", (row) => {
        const findings = { installed: row.installed, minimum, siteAnswers: row.siteAnswers };
        expect(chooseSource("pulumi", findings, row.allowed)).toBe(row.expected);
    });

    test("without a minimum any installed version is taken", () => {
        expect(chooseSource("plugin", { installed: "0.1.0", siteAnswers: true }, SOURCES)).toBe("path");
    });

    test("with none, it is said what each allowed one lacks", () => {
        expect(() =>
            chooseSource("pulumi", { installed: "3.1.0", minimum, siteAnswers: false }, ["path", "download"]),
        ).toThrow(
            "No pulumi 3.230.0 or newer: the installed one is 3.1.0, the vendor's site does not answer. Install it, " +
                'or let TRACED_ENVIRONMENT_TOOLS (now "path,download") allow more of path, download, packages.',
        );
        expect(() => chooseSource("pulumi", { installed: undefined, siteAnswers: true }, ["path"])).toThrow(
            /No pulumi: it is not installed\. /,
        );
    });
});

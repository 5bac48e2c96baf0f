// How the commands read their arguments.
import { helpText, parseArguments, Usage, UsageError } from "../../../scripts/arguments";
import { splitArguments, splitStack } from "../../../scripts/commands/pulumi";

const usage: Usage = {
    name: "up",
    summary: "Makes a stack.",
    options: {
        stack: { value: "name", default: "dev", description: "the stack" },
        json: { description: "prints a result" },
    },
    words: ["start", "stop"],
};

describe("parseArguments", () => {
    test("gives defaults and finds what is there", () => {
        const args = parseArguments(usage, ["--json", "stop"]);
        expect([args.has("json"), args.value("stack"), args.word]).toEqual([true, "dev", "stop"]);
    });

    test.each([[["--stack", "test"]], [["--stack=test"]]])("takes a value as %j", (args) => {
        expect(parseArguments(usage, args).value("stack")).toBe("test");
    });

    test.each([
        ["an unknown option", ["--yolo"], "'--yolo'"],
        ["an option without its value", ["--stack"], "--stack"],
        ["a value for a switch", ["--json=yes"], "--json"],
        ["an unknown word", ["bogus"], '"bogus"'],
        ["two words", ["start", "stop"], '"stop"'],
    ])("refuses %s and lists what there is", (_, args, named) => {
        const parse = () => parseArguments(usage, args);
        expect(parse).toThrow(UsageError);
        expect(parse).toThrow(named);
        expect(parse).toThrow("--stack <name>");
    });

    test("help names the defaults", () => {
        expect(helpText(usage)).toContain("--stack <name>  the stack (default: dev)");
    });
});

describe("arguments of npm run pulumi", () => {
    test.each([
        [["stack", "output", "--json"], "dev", ["stack", "output"], ["--json"]],
        [["stack"], "dev", ["stack"], []],
        [["stack", "--show-urns"], "dev", ["stack"], ["--show-urns"]],
        [["config", "set", "--stack", "test", "a", "b"], "test", ["config", "set"], ["a", "b"]],
        [["preview", "-s=test", "--diff"], "test", ["preview"], ["--diff"]],
        [["up", "urn"], "dev", ["up"], ["urn"]],
        [[], "dev", ["help"], []],
        [["--help"], "dev", ["help"], []],
    ])("%j", (args, stack, command, rest) => {
        expect(splitArguments(args)).toEqual({ stack, command, rest });
    });

    test("the stack is taken out wherever it stands", () => {
        expect(splitStack(["--json", "-s", "test", "--app", "shop"])).toEqual({
            stack: "test",
            rest: ["--json", "--app", "shop"],
        });
    });
});

// What the random provider does with each kind of resource: checks, values, secrets, diffs and imports.
import { ReadRequest, ReadResponse } from "@pulumi/pulumi/proto/provider_pb";
import { compareSync } from "bcryptjs";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { checkInputs } from "../../../toolchain/resource-plugin/check";
import { changes } from "../../../toolchain/resource-plugin/diff";
import {
    isSecret,
    Properties,
    reveal,
    sameValue,
    secret,
    UNKNOWN,
} from "../../../toolchain/property-values";
import { randomId, writtenOut } from "../../../toolchain/random-plugin/random-id";
import { bcryptHash, randomPassword } from "../../../toolchain/random-plugin/random-password";
import { randomString } from "../../../toolchain/random-plugin/random-string";
import type { ResourceKind } from "../../../toolchain/resource-plugin/resource-kind";
import { RANDOM } from "../../../toolchain/random-plugin/provider";
import { kindOf, outputs, resourceProvider } from "../../../toolchain/resource-plugin/service";
import { drawText } from "../../../toolchain/random-plugin/text";

/** A stack's state of a resource that was made with these inputs. */
async function stateOf(kind: ResourceKind, inputs: Properties): Promise<Properties> {
    return outputs(kind, inputs, (await kind.create(inputs)).computed);
}

describe("checking inputs", () => {
    test.each<[string, ResourceKind, Properties]>([
        ["a length alone", randomPassword, { length: 16 }],
        ["a length that is not known yet", randomPassword, { length: UNKNOWN, minLower: 99 }],
        ["a secret keeper", randomPassword, { length: 16, keepers: { key: secret("x") } }],
        ["keepers that are secret as a whole", randomPassword, { length: 16, keepers: secret({ key: "x" }) }],
        ["keepers that are not known yet", randomString, { length: 16, keepers: { key: UNKNOWN } }],
        [
            "minima that fill the length",
            randomPassword,
            { length: 4, minLower: 1, minUpper: 1, minNumeric: 1, minSpecial: 1 },
        ],
        [
            "only special characters",
            randomPassword,
            { length: 4, lower: false, upper: false, numeric: false },
        ],
        ["the old name of numeric", randomPassword, { length: 4, number: false }],
        ["both names of numeric that agree", randomPassword, { length: 4, number: false, numeric: false }],
        ["what the engine's bridge noted in older states", randomPassword, { length: 4, __defaults: [] }],
        ["an id with a prefix", randomId, { byteLength: 4, prefix: "app-" }],
    ])("accepts %s", (_what, kind, inputs) => {
        expect(checkInputs(kind, inputs)).toEqual([]);
    });

    test.each<[string, ResourceKind, Properties, string, RegExp]>([
        ["no length", randomPassword, {}, "length", /is required; expected a whole number/],
        ["a null length", randomPassword, { length: null }, "length", /is required/],
        ["a length of 0", randomPassword, { length: 0 }, "length", /is 0; expected 1 or more/],
        [
            "a negative length",
            randomPassword,
            { length: -1 },
            "length",
            /expected a whole number, 0 or more$/,
        ],
        ["half a character", randomPassword, { length: 1.5 }, "length", /expected a whole number/],
        [
            "a length as a string",
            randomPassword,
            { length: "16" },
            "length",
            /expected a whole number, 0 or more, got a string$/,
        ],
        [
            "minima above the length",
            randomPassword,
            { length: 3, minLower: 2, minUpper: 2 },
            "length",
            /is 3, but .* ask for 4 characters/,
        ],
        [
            "a negative minimum",
            randomString,
            { length: 3, minLower: -2 },
            "minLower",
            /expected a whole number/,
        ],
        [
            "a switch as a string",
            randomString,
            { length: 3, special: "no" },
            "special",
            /expected true or false/,
        ],
        [
            "a list as keepers",
            randomString,
            { length: 3, keepers: ["a"] },
            "keepers",
            /expected a map from names to strings, got a list/,
        ],
        [
            "a number as a keeper",
            randomString,
            { length: 3, keepers: { a: 1 } },
            "keepers",
            /expected a map from names to strings/,
        ],
        [
            "an unknown input",
            randomPassword,
            { length: 3, size: 3 },
            "size",
            /is not an input of this resource; its inputs are .*length/,
        ],
        [
            "names of numeric that disagree",
            randomPassword,
            { length: 3, number: true, numeric: false },
            "number",
            /is true, but numeric is false/,
        ],
        [
            "no characters at all",
            randomPassword,
            { length: 3, lower: false, upper: false, numeric: false, special: false },
            "lower",
            /at least one/,
        ],
        ["no byteLength", randomId, {}, "byteLength", /is required/],
        ["a byteLength of 0", randomId, { byteLength: 0 }, "byteLength", /expected 1 or more/],
        ["a number as prefix", randomId, { byteLength: 1, prefix: 5 }, "prefix", /expected a string/],
    ])("refuses %s", (_what, kind, inputs, property, reason) => {
        expect(checkInputs(kind, inputs)).toEqual([{ property, reason: expect.stringMatching(reason) }]);
    });

    test("reports all that is wrong at once", () => {
        const failures = checkInputs(randomPassword, { special: 1, size: 2 });
        expect(failures.map(({ property }) => property)).toEqual(["length", "special", "size"]);
    });

    test("does not show the value of a secret input", () => {
        const failures = checkInputs(randomPassword, {
            length: secret("hunter2"),
            overrideSpecial: secret(["hunter2"]),
        });
        expect(JSON.stringify(failures)).not.toContain("hunter2");
        expect(failures).toHaveLength(2);
    });

    test("says which resources it serves", () => {
        expect(() => kindOf(RANDOM, "random:index/randomPet:RandomPet")).toThrow(
            /does not serve random:index\/randomPet:RandomPet, only .*RandomId/,
        );
    });
});

describe("drawing a text", () => {
    test.each<[string, Properties, RegExp]>([
        [
            "every kind of character by default",
            { length: 4, minLower: 1, minUpper: 1, minNumeric: 1, minSpecial: 1 },
            /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[!@#$%&*()\-_=+[\]{}<>:?]).{4}$/,
        ],
        ["no special characters", { length: 200, special: false }, /^[A-Za-z0-9]{200}$/],
        [
            "letters in lower case only",
            { length: 50, special: false, upper: false, numeric: false },
            /^[a-z]{50}$/,
        ],
        ["no digits by the old name", { length: 200, special: false, number: false }, /^[A-Za-z]{200}$/],
        [
            "own special characters",
            { length: 50, lower: false, upper: false, numeric: false, overrideSpecial: "/£" },
            /^[/£]{50}$/,
        ],
        [
            "the usual special characters for an empty set",
            { length: 9, lower: false, upper: false, numeric: false, overrideSpecial: "" },
            /^[^A-Za-z0-9]{9}$/,
        ],
        [
            "a minimum of a kind that is switched off, like the official plugin",
            { length: 3, special: false, minSpecial: 3 },
            /^[^A-Za-z0-9]{3}$/,
        ],
    ])("has %s", (_what, inputs, expected) => {
        expect(drawText(inputs)).toMatch(expected);
    });

    test("draws each character with the same likelihood", () => {
        const drawn = drawText({ length: 20_000, lower: false, upper: false, special: false });
        const counts = [..."0123456789"].map((digit) => drawn.split(digit).length - 1);
        // 2000 expected, standard deviation 42: six of those either way.
        expect(Math.min(...counts)).toBeGreaterThan(1745);
        expect(Math.max(...counts)).toBeLessThan(2255);
    });

    test("puts the characters of the minima anywhere", () => {
        const places = new Set(
            Array.from({ length: 200 }, () =>
                drawText({ length: 4, lower: false, upper: false, numeric: false, minUpper: 1 }).search(
                    /[A-Z]/,
                ),
            ),
        );
        expect([...places].sort()).toEqual([0, 1, 2, 3]);
    });

    test("never draws the same twice", () => {
        expect(new Set(Array.from({ length: 100 }, () => drawText({ length: 16 }))).size).toBe(100);
    });
});

describe("a RandomPassword", () => {
    test("has its password and hash as secrets, an id that tells nothing, and its defaults", async () => {
        const made = await randomPassword.create({ length: 16, keepers: { version: "1" } });
        const state = outputs(randomPassword, { length: 16, keepers: { version: "1" } }, made.computed);
        expect(made.id).toBe("none");
        expect(isSecret(state.result)).toBe(true);
        expect(isSecret(state.bcryptHash)).toBe(true);
        expect(reveal(state.result)).toHaveLength(16);
        const { result, bcryptHash: hash, ...rest } = state;
        expect(rest).toEqual({
            keepers: { version: "1" },
            length: 16,
            lower: true,
            minLower: 0,
            minNumeric: 0,
            minSpecial: 0,
            minUpper: 0,
            number: true,
            numeric: true,
            special: true,
            upper: true,
        });
        expect(result).not.toEqual(hash);
    });

    test("keeps a secret input secret in its state", async () => {
        const keepers = { seed: secret("hidden") };
        expect((await stateOf(randomPassword, { length: 4, keepers })).keepers).toEqual(keepers);
    });

    test("hashes with bcrypt, cost 10, of the first 72 bytes", async () => {
        const hash = await bcryptHash("a".repeat(80));
        expect(hash).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
        expect(compareSync("a".repeat(72), hash)).toBe(true);
        expect(compareSync("a".repeat(71), hash)).toBe(false);
    });

    test("takes over an existing password", async () => {
        const imported = await randomPassword.import!("pässword");
        expect(imported.id).toBe("none");
        expect(imported.computed.result).toBe("pässword");
        expect(imported.inputs).toMatchObject({ length: 8, special: true, upper: true, numeric: true });
        const state = outputs(randomPassword, imported.inputs, imported.computed);
        expect(changes(randomPassword, state, { length: 8 })).toEqual([]);
    });
});

describe("a RandomString", () => {
    test("is no secret and is its own id", async () => {
        const { id, computed } = await randomString.create({ length: 8 });
        expect(computed).toEqual({ result: id });
        expect(outputs(randomString, { length: 8 }, computed).result).toBe(id);
    });
});

describe("a RandomId", () => {
    test("is written in four ways, with its prefix", () => {
        expect(writtenOut(Buffer.from([0, 255, 254]), "app-")).toEqual({
            id: "AP_-",
            computed: { b64Std: "app-AP/+", b64Url: "app-AP_-", dec: "app-65534", hex: "app-00fffe" },
        });
    });

    test("pads only the standard form of base64", () => {
        expect(writtenOut(Buffer.from([255]), "").computed).toMatchObject({
            b64Std: "/w==",
            b64Url: "_w",
            dec: "255",
        });
    });

    test.each([
        ["p-9hUg", { byteLength: 4 }, "a7ef6152"],
        ["my-prefix-,p-9hUg", { byteLength: 4, prefix: "my-prefix-" }, "my-prefix-a7ef6152"],
        ["a,b,p-9hUg", { byteLength: 4, prefix: "a,b" }, "a,ba7ef6152"],
    ])("is imported from %s", async (id, inputs, hex) => {
        const imported = await randomId.import!(id);
        expect(imported).toMatchObject({ id: "p-9hUg", inputs, computed: { hex } });
    });

    test.each(["", "prefix,", "not base64!", "p-9hUg=="])("is not imported from %p", async (id) => {
        await expect(randomId.import!(id)).rejects.toThrow(/can't be imported from/);
    });
});

describe("a change of inputs", () => {
    test.each<[string, Properties, Properties]>([
        ["nothing", { length: 8 }, { length: 8 }],
        [
            "a default written out",
            { length: 8 },
            { length: 8, special: true, minLower: 0, numeric: true, number: true },
        ],
        ["an empty set of special characters", { length: 8 }, { length: 8, overrideSpecial: "" }],
        [
            "the order of keepers",
            { length: 8, keepers: { a: "1", b: "2" } },
            { length: 8, keepers: { b: "2", a: "1" } },
        ],
        [
            "a keeper that becomes a secret",
            { length: 8, keepers: { a: "1" } },
            { length: 8, keepers: { a: secret("1") } },
        ],
    ])("of %s changes nothing", async (_what, before, after) => {
        expect(changes(randomPassword, await stateOf(randomPassword, before), after)).toEqual([]);
    });

    test.each<[string, Properties, Properties, string[]]>([
        ["the length", { length: 8 }, { length: 9 }, ["length"]],
        ["a switch", { length: 8 }, { length: 8, special: false }, ["special"]],
        ["a minimum", { length: 8 }, { length: 8, minUpper: 1 }, ["minUpper"]],
        ["numeric", { length: 8 }, { length: 8, numeric: false }, ["number", "numeric"]],
        ["special characters", { length: 8, overrideSpecial: "+" }, { length: 8 }, ["overrideSpecial"]],
        ["a keeper", { length: 8, keepers: { a: "1" } }, { length: 8, keepers: { a: "2" } }, ["keepers"]],
        ["a first keeper", { length: 8 }, { length: 8, keepers: { a: "2" } }, ["keepers"]],
        [
            "a keeper that is not known yet",
            { length: 8, keepers: { a: "1" } },
            { length: 8, keepers: { a: UNKNOWN } },
            ["keepers"],
        ],
    ])("of %s draws a new value", async (_what, before, after, properties) => {
        const found = changes(randomPassword, await stateOf(randomPassword, before), after);
        expect(found.filter(({ replaces }) => replaces).map(({ property }) => property)).toEqual(properties);
    });

    test.each<[string, Properties, Properties]>([
        ["empty keepers", { length: 8 }, { length: 8, keepers: {} }],
        ["a keeper without a value", { length: 8 }, { length: 8, keepers: { a: null } }],
    ])("of %s is noted and draws no new value", async (_what, before, after) => {
        expect(changes(randomPassword, await stateOf(randomPassword, before), after)).toEqual([
            { property: "keepers", how: "added", replaces: false },
        ]);
    });

    test("names what happened to the input", async () => {
        const state = await stateOf(randomId, { byteLength: 4, prefix: "a" });
        expect(changes(randomId, state, { byteLength: 5, keepers: { a: "b" } })).toEqual([
            { property: "byteLength", how: "updated", replaces: true },
            { property: "keepers", how: "added", replaces: true },
            { property: "prefix", how: "deleted", replaces: true },
        ]);
    });
});

test("a state without the hash, from an older plugin, is not mistaken for an import", async () => {
    const provider = resourceProvider(RANDOM);
    const type = "random:index/randomPassword:RandomPassword";
    const state = { length: 4, result: secret("abcd") };
    const request = new ReadRequest().setType(type).setId("none").setProperties(Struct.fromJavaScript(state));
    const response = await new Promise<ReadResponse>((resolve, reject) => {
        const done = (error: unknown, answer?: ReadResponse | null) =>
            answer ? resolve(answer) : reject(error);
        provider.read!({ request } as Parameters<NonNullable<typeof provider.read>>[0], done);
    });
    expect(response.getProperties()!.toJavaScript()).toMatchObject(state);
});

describe("property values", () => {
    test("are compared without regard to the order of keys, but to that of lists", () => {
        expect(sameValue({ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } })).toBe(true);
        expect(sameValue([1, 2], [2, 1])).toBe(false);
        expect(sameValue(undefined, null)).toBe(true);
    });

    test("lose the marks of secrets at any depth", () => {
        expect(reveal(secret({ list: [secret("a")] }))).toEqual({ list: ["a"] });
    });

    test("are marked once", () => {
        expect(secret(secret("a"))).toEqual(secret("a"));
    });
});

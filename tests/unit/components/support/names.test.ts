// Physical names: what a Docker engine and a cluster see.
import * as pulumi from "@pulumi/pulumi";

import { joinName, MAX_NAME_LENGTH, physicalName, shortHash } from "../../../../components/support/names";

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

describe("a name of parts", () => {
    test.each<[string[], string]>([
        [["shop"], "shop"],
        [["project", "dev", "shop"], "project-dev-shop"],
        [["project", "", "shop"], "project-shop"],
        [["a-b", "c1"], "a-b-c1"],
        [["a".repeat(63)], "a".repeat(63)],
    ])("%j that is a DNS label already stays readable", (parts, name) => {
        expect(joinName(parts)).toBe(name);
    });

    test.each<[string[], RegExp]>([
        [["Shop"], /^shop-[0-9a-f]{8}$/],
        [["my_shop"], /^my-shop-[0-9a-f]{8}$/],
        [["a--b"], /^a-b-[0-9a-f]{8}$/],
        [["-shop-"], /^shop-[0-9a-f]{8}$/],
        [["org/shop", "dev"], /^org-shop-dev-[0-9a-f]{8}$/],
        [["Läden"], /^l-den-[0-9a-f]{8}$/],
        [["___"], /^[0-9a-f]{8}$/],
        [["a".repeat(64)], /^a{54}-[0-9a-f]{8}$/],
        [[`${"a".repeat(53)}-${"b".repeat(20)}`], /^a{53}-[0-9a-f]{8}$/],
    ])("%j that loses a character ends in a hash", (parts, name) => {
        expect(joinName(parts)).toMatch(name);
    });

    const awkward = [
        ["shop", "Shop", "SHOP", "shop-", "-shop", "sh op", "sh-op", "sh_op", "sh.op", "sh--op"],
        ["a".repeat(63), "a".repeat(64), "a".repeat(65), `${"a".repeat(63)}b`, `${"a".repeat(63)}-b`],
        ["_", "__", "ü", "😀", "日本"],
    ].flat();

    test.each(awkward)("%j is a DNS label that is not too long", (part) => {
        for (const parts of [[part], ["project", "dev", part], [part, "x".repeat(70)]]) {
            const name = joinName(parts);
            expect(name).toMatch(DNS_LABEL);
            expect(name.length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
        }
    });

    test("is another for other parts, also when both are cut or mended to the same", () => {
        const names = awkward.map((part) => joinName(["project", part]));
        expect(new Set(names).size).toBe(awkward.length);
    });

    test("that is cut tells the parts apart that are cut off", () => {
        const long = "x".repeat(80);
        expect(joinName([long, "a"])).not.toBe(joinName([long, "b"]));
        expect(joinName([`${long}-a`, "b"])).not.toBe(joinName([long, "a-b"]));
    });

    test("is the same every time", () => {
        expect(joinName(["Shop", "dev"])).toBe(joinName(["Shop", "dev"]));
        expect(joinName(["Shop"])).toBe(`shop-${shortHash('["Shop"]')}`);
    });

    test.each([12, 20, 63])("fits into %i characters", (max) => {
        const name = joinName(
            ["project", "stack", "component", "suffix", "more-of-it", "and-more", "and-more"],
            max,
        );
        expect(name.length).toBeLessThanOrEqual(max);
        expect(name).toMatch(DNS_LABEL);
    });
});

describe("a physical name", () => {
    beforeAll(() =>
        pulumi.runtime.setMocks(
            { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
            "project",
            "dev",
        ),
    );

    test.each<[string | undefined, string[], string]>([
        [undefined, ["shop"], "project-dev-shop"],
        [undefined, ["shop", "network"], "project-dev-shop-network"],
        ["blue", ["shop"], "project-dev-blue-shop"],
        ["", ["shop"], "project-dev-shop"],
    ])("with the environment id %j of %j is %s", (environmentId, parts, name) => {
        expect(physicalName(environmentId, ...parts)).toBe(name);
    });
});

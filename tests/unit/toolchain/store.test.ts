// The store of executables: each recipe is made once, and nothing half made is ever taken.
import * as fs from "node:fs";
import * as path from "node:path";

import { buildArguments } from "../../../toolchain/executables/go";
import { storeKey, stored } from "../../../toolchain/executables/store";
import { useTemporaryFolders } from "./temporary-folders";

const recipe = { name: "tool", version: "1.0.0", ingredients: ["source"] };

describe("the store", () => {
    useTemporaryFolders();

    beforeEach(() => jest.spyOn(process.stderr, "write").mockReturnValue(true));
    afterEach(() => jest.restoreAllMocks());

    const write = async (folder: string) => fs.writeFileSync(path.join(folder, "tool"), "made");

    test("makes a thing once", async () => {
        const make = jest.fn(write);
        const folder = await stored(recipe, make);
        expect(fs.readFileSync(path.join(folder, "tool"), "utf8")).toBe("made");
        expect(await stored(recipe, make)).toBe(folder);
        expect(make).toHaveBeenCalledTimes(1);
    });

    test("makes a thing once when two ask for it at the same time", async () => {
        const make = jest.fn(write);
        const [first, second] = await Promise.all([stored(recipe, make), stored(recipe, make)]);
        expect(second).toBe(first);
        expect(make).toHaveBeenCalledTimes(1);
    });

    test("makes it anew in an empty folder after a failure", async () => {
        await expect(
            stored(recipe, async (folder) => {
                fs.writeFileSync(path.join(folder, "half"), "");
                throw new Error("no space left");
            }),
        ).rejects.toThrow("no space left");
        expect(fs.readdirSync(await stored(recipe, write))).toEqual(["tool"]);
    });

    test("makes it beside the first when an ingredient differs", async () => {
        const first = await stored(recipe, write);
        expect(await stored({ ...recipe, ingredients: ["other"] }, write)).not.toBe(first);
        expect(fs.existsSync(first)).toBe(true);
    });
});

test("a key tells name and version, and where one ingredient ends and the next begins", () => {
    expect(storeKey(recipe)).toMatch(/^tool-1\.0\.0-[0-9a-f]{12}$/);
    expect(storeKey({ ...recipe, ingredients: ["ab", "c"] })).not.toBe(
        storeKey({ ...recipe, ingredients: ["a", "bc"] }),
    );
});

test("a Go program is built without paths and symbols, with the variables that it shows as its version", () => {
    const program = {
        name: "tool",
        version: "1.0.0",
        moduleFolder: "tool",
        package: "example.com/tool",
        variables: { "example.com/tool/version.Version": "v1.0.0" },
    };
    expect(buildArguments(program, "/store/tool")).toEqual([
        "build",
        "-trimpath",
        "-ldflags",
        "-s -w -X example.com/tool/version.Version=v1.0.0",
        "-o",
        "/store/tool",
        "example.com/tool",
    ]);
});

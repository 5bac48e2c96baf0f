// The home in which the CLI finds the plugins that were made here.
import * as fs from "node:fs";
import * as path from "node:path";

import { homeWith, MadePlugin } from "../../../toolchain/executables/home";
import { installedPlugin } from "../../../toolchain/executables/pulumi";
import { useTemporaryFolders } from "./temporary-folders";

describe("a home with plugins", () => {
    const temporary = useTemporaryFolders();

    function made(name: string, version: string): MadePlugin {
        const folder = temporary();
        fs.writeFileSync(path.join(folder, name), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
        return { name, version, folder };
    }

    test("has each where the CLI looks for it, and says so when it is asked what is installed", () => {
        const plugins = [made("pulumi-resource-docker", "5.0.0"), made("pulumi-language-nodejs", "3.246.0")];
        const folder = path.join(homeWith(plugins, temporary()), "plugins");
        expect(fs.readdirSync(folder).sort()).toEqual(["language-nodejs-v3.246.0", "resource-docker-v5.0.0"]);
        const executable = path.join(folder, "resource-docker-v5.0.0", "pulumi-resource-docker");
        expect(fs.readFileSync(executable, "utf8")).toContain("echo pulumi-resource-docker");
        expect(installedPlugin(fs.readdirSync, folder, "docker", "5.0.0")).toBe("5.0.0");
    });

    test("is the same for the same plugins and another one for others", () => {
        const homes = temporary();
        const docker = made("pulumi-resource-docker", "5.0.0");
        expect(homeWith([docker], homes)).toBe(homeWith([docker], homes));
        expect(homeWith([{ ...docker, version: "5.1.0" }], homes)).not.toBe(homeWith([docker], homes));
    });
});

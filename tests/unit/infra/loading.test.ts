// What the program loads: a provider's SDK only when its platform is used.
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../../..");

/** What is loaded after each step, in a process of its own, since Jest has a module cache of its own. */
const STEPS = `
    const loaded = () => {
        const nameOf = (file) => /.*node_modules\\/(@pulumi\\/[^/]+)/.exec(file)?.[1];
        return [...new Set(Object.keys(require.cache).map(nameOf))].filter((name) => name !== undefined).sort();
    };
    const steps = {};
    require("./components");
    require("./infra/load");
    require("./infra/stack");
    steps.nothingMade = loaded();
    const mocks = { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) };
    void require("@pulumi/pulumi").runtime.setMocks(mocks).then(() => {
        require("./components/platform").platformOf("docker");
        require("./infra/providers").platformProvider({ engine: "unix:///nowhere.sock" });
        steps.dockerUsed = loaded();
        process.stdout.write(JSON.stringify(steps));
    });
`;

describe("the program loads", () => {
    const args = ["--require", path.join(ROOT, "scripts/typescript.js"), "-e", STEPS];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: ROOT,
        encoding: "utf8",
    });
    const steps = stdout === "" ? {} : (JSON.parse(stdout) as Record<string, string[]>);

    it("no platform's SDK before one is used", () => {
        expect(stderr).toBe("");
        expect(steps.nothingMade).toEqual(["@pulumi/pulumi", "@pulumi/random"]);
    });

    it("Docker's, and not Kubernetes', when Docker is used", () => {
        expect(steps.dockerUsed).toEqual(["@pulumi/docker", "@pulumi/pulumi", "@pulumi/random"]);
    });
});

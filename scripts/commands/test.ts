// `npm test`: all checks and tests that run on this machine; its last line is what CI reads.
import * as path from "node:path";

import { canInstallPackages } from "../../toolchain/debian";
import { packageFolder } from "../../toolchain/folders";
import { say, step } from "../../toolchain/progress";
import { Check, runChecks } from "../tests/checks";
import { runJest } from "../tests/jest";
import { exitCode, PartResult, summaryText, total } from "../tests/summary";
import { readyToolchain } from "../tests/toolchain";
import { Command } from "./command";

export const test: Command = {
    usage: {
        name: "test",
        summary: "Runs all checks and tests, those on a real Docker engine and on a real Kubernetes node included.",
        options: {
            unit: { description: "only what needs neither an engine nor a cluster" },
            engine: { description: "only what needs an engine" },
            cluster: { description: "only what needs a cluster" },
            faults: { description: "what takes longer, instead: faults and releases under load, on both or with --engine or --cluster" },
            only: { value: "text", description: "only test files whose path contains this, and no other checks" },
        },
    },
    async run(args) {
        const folder = packageFolder();
        const only = args.value("only");
        const parts: PartResult[] = [];
        const chosen = PHASES.filter((phase) => args.has(phase));
        const runs = (phase: Phase) => chosen.length === 0 || chosen.includes(phase);
        if (args.has("faults")) {
            for (const platform of ["engine", "cluster"] as const) {
                if (runs(platform)) {
                    parts.push(await platformTests(folder, `faults/${platform}`, only));
                }
            }
            return finish(parts);
        }
        if (chosen.length === 0) {
            parts.push({ ...NOTHING, notRun: BY_THEMSELVES });
        }
        if (runs("unit")) {
            if (only === undefined) {
                parts.push(await runChecks(CHECKS, folder));
            }
            const projects = ["unit", "components", "package"];
            parts.push(await runJest({ folder, projects, env: process.env, args: pathFilter(only) }));
        }
        if (runs("engine")) {
            parts.push(await platformTests(folder, "engine", only));
        }
        if (runs("cluster")) {
            parts.push(await platformTests(folder, "cluster", only));
        }
        return finish(parts);
    },
};

const PHASES = ["unit", "engine", "cluster"] as const;
type Phase = (typeof PHASES)[number];

/**
 * What the tests of a project run on, and how many files at once. The files have stacks and namespaces of their own: two
 * at once keep two processors busy. A fault is told by what it does to others, so nothing runs beside it.
 */
const PROJECTS = {
    engine: { platform: "docker", atOnce: 2 },
    cluster: { platform: "kubernetes", atOnce: 2 },
    "faults/engine": { platform: "docker", atOnce: 1 },
    "faults/cluster": { platform: "kubernetes", atOnce: 1 },
} as const;

const NOTHING: PartResult = { passed: 0, failed: 0 };

/** What only runs when it is asked for; without that the last lines say so. */
const BY_THEMSELVES = ["faults, and releases under load: npm test -- --faults takes more than an hour, the engine and the local cluster"];

function finish(parts: readonly PartResult[]): number {
    const sum = total(parts);
    process.stdout.write(summaryText(sum));
    return exitCode(sum);
}

const NODE = process.execPath;
const RUN = path.resolve(__dirname, "../run.js");
const CHECKS: readonly Check[] = [
    { name: "generated files are up to date", command: [NODE, RUN, "generate", "--check"] },
    { name: "types", command: [NODE, require.resolve("typescript/bin/tsc"), "--noEmit", "--project", "."] },
    { name: "lint", command: [NODE, path.join(path.dirname(require.resolve("eslint/package.json")), "bin/eslint.js"), "."] },
];

async function platformTests(folder: string, project: keyof typeof PROJECTS, only: string | undefined): Promise<PartResult> {
    const { platform, atOnce } = PROJECTS[project];
    if (platform === "kubernetes" && !canInstallPackages()) {
        return { ...NOTHING, notRun: [`the ${project} tests: a local cluster needs root on Debian`] };
    }
    try {
        const { env, notRun, stop } = await step(`toolchain for the ${project} tests`, () => readyToolchain(platform));
        const args = [`--maxWorkers=${atOnce}`, ...pathFilter(only)];
        const result = await runJest({ folder, projects: [project], env, args }).finally(stop);
        return { ...result, notRun: [...notRun, ...(result.notRun ?? [])] };
    } catch (error) {
        say((error as Error).message);
        return { passed: 0, failed: 1, notRun: [`the ${project} tests: the toolchain could not be made ready, see above`] };
    }
}

// With a filter not every project has a test.
function pathFilter(only: string | undefined): string[] {
    return only === undefined ? [] : ["--passWithNoTests", "--testPathPatterns", only];
}

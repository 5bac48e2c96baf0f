// From an empty host with images to the first whole trace: `up`, against a script that makes the same without Pulumi.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { step } from "../../toolchain/progress";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { runProgram } from "../program";
import { inTurns, Rounds } from "../rounds";
import { BenchSettings, BenchStack, developmentSettings } from "../stack";
import { medianText, ratios, roundsText, table } from "../statistics";
import { timed, Timing } from "../timing";
import { recordEnvironment } from "./record";
import { firstTrace } from "./firstTrace";
import { script, EnvironmentParts } from "./script";

export const up: Benchmark = {
    title: "From nothing to the first trace",
    summary: "`up` on an empty host with images, against a plain script that makes the same",
    measure,
};

async function measure({ rounds, ports }: BenchmarkOptions): Promise<string> {
    const settings = developmentSettings(ports);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-bench-"));
    let stack = await BenchStack.open(settings);
    try {
        const parts = await step("the environment that the script is made from", async () => {
            await stack.up();
            await firstTrace(ports);
            return recordEnvironment(stack, folder);
        });
        await stack.down();
        const file = path.join(folder, "up.sh");
        fs.writeFileSync(file, script(parts), { mode: 0o700 });
        const subjects = [
            {
                name: "up",
                run: async () => {
                    const timing = await timed(async () => {
                        stack = await bringUp(settings);
                        await firstTrace(ports);
                    });
                    await stack.down();
                    return timing;
                },
            },
            {
                name: "script",
                run: async () => {
                    const notes = fs.mkdtempSync(path.join(folder, "ready-"));
                    try {
                        return await timed(async () => {
                            await runProgram("sh", [file, notes], { env: stack.env });
                            await firstTrace(ports);
                        });
                    } finally {
                        await removeMade(stack);
                    }
                },
            },
        ];
        const report = upReport(await inTurns(subjects, rounds, ({ wall }) => `${wall.toFixed(1)} s`), parts);
        return `${stack.parts}\n${report}`;
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
        await stack.removeAtEnd();
    }
}

/** As `npm run up` does: what the stack needs is looked for too. */
async function bringUp(settings: BenchSettings): Promise<BenchStack> {
    const stack = await BenchStack.open(settings);
    await stack.up();
    return stack;
}

/** Removes what the script has made, all of it or a part: it is in no state. */
async function removeMade({ engine, filters }: BenchStack): Promise<void> {
    const found = async (...command: string[]) =>
        (await engine.docker([...command, "--quiet", ...filters])).split("\n").filter((id) => id !== "");
    await engine.remove(...(await found("ps", "--all")));
    for (const kind of ["network", "volume"]) {
        const made = await found(kind, "ls");
        if (made.length > 0) {
            await engine.docker([kind, "rm", ...made]);
        }
    }
}

function upReport({ results, loads }: Rounds<Timing>, { containers, networks, volumes }: EnvironmentParts): string {
    const [ours, plain] = results.map((timings) => timings.map(({ wall }) => wall));
    return [
        "The environment of `Pulumi.dev.yaml` on a host that has its images, until a request through the ingress is read",
        "back as a whole trace. The script is made from what the engine and Pulumi's state say of the running",
        `environment: the same ${containers.length} containers with their files, ${networks.length} networks and ${volumes.length} volumes, in the same`,
        "order, what is independent side by side, with the same health checks. `up` looks for its tools and images and",
        "keeps a state; the start of npm and Node.js is not in it.",
        roundsText(loads),
        "",
        table(
            ["made by", "s", "up / this"],
            [
                ["up", medianText(ours, 1), ""],
                ["the script", medianText(plain, 1), medianText(ratios(ours, plain))],
            ],
        ),
    ].join("\n");
}

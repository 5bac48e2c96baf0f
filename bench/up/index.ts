// From an empty host with images to the first whole trace: `up`, against what makes the same without Pulumi.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { PORTS } from "../../components/tracing/configuration";
import { Platform } from "../../toolchain/executables";
import { step } from "../../toolchain/progress";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { inTurns, Rounds } from "../rounds";
import { BenchSettings, BenchStack, developmentFile, developmentSettings, Ports } from "../stack";
import { medianText, ratios, roundsText, table } from "../statistics";
import { timed, Timing } from "../timing";
import { Counterpart, COUNTERPARTS } from "./counterparts";
import { firstTrace } from "./firstTrace";

export const up: Benchmark = {
    title: "From nothing to the first trace",
    summary: "`up` on an empty host with images, against a plain script that makes the same",
    platforms: ["docker", "kubernetes"],
    measure,
};

async function measure({ platform, rounds, ports }: BenchmarkOptions): Promise<string> {
    const settings = developmentSettings(platform, ports);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "traced-environment-bench-"));
    let stack = await BenchStack.open(settings);
    try {
        const counterpart = await step(`the environment that ${platform === "docker" ? "the script" : "the program"} is made from`, async () => {
            await stack.up();
            await trace(stack, ports);
            return COUNTERPARTS[platform](stack, folder);
        });
        await stack.down();
        const subjects = [
            {
                name: "up",
                run: async () => {
                    const timing = await timed(async () => {
                        stack = await bringUp(settings);
                        await trace(stack, ports);
                    });
                    await stack.down();
                    return timing;
                },
            },
            {
                name: counterpart.name,
                run: async () => {
                    try {
                        return await timed(async () => {
                            await counterpart.run();
                            await trace(stack, ports);
                        });
                    } finally {
                        await stack.platform.removeMade();
                    }
                },
            },
        ];
        const measured = await inTurns(subjects, rounds, ({ wall }) => `${wall.toFixed(1)} s`);
        return `${stack.parts}\n${upReport(platform, counterpart, measured)}`;
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

async function trace({ platform }: BenchStack, { web }: Ports): Promise<void> {
    const { address } = await platform.instance("query");
    await firstTrace(web, `http://${address}:${PORTS.query}`);
}

const HOST: Readonly<Record<Platform, string>> = {
    docker: "on a host that has its images",
    kubernetes: "in a cluster whose node has its images",
};

/** The part of the report. */
export function upReport(
    platform: Platform,
    { name, text }: Pick<Counterpart, "name" | "text">,
    { results, loads }: Rounds<Timing>,
): string {
    const [ours, plain] = results.map((timings) => timings.map(({ wall }) => wall));
    return [
        `The environment of \`${developmentFile(platform)}\` ${HOST[platform]}, until a request through the ingress is read`,
        `back as a whole trace. ${text[0]}`,
        ...text.slice(1),
        "`up` looks for its tools and images and keeps a state; the start of npm and Node.js is not in it.",
        roundsText(loads),
        "",
        table(
            ["made by", "s", "up / this"],
            [
                ["up", medianText(ours, 1), ""],
                [name, medianText(plain, 1), medianText(ratios(ours, plain))],
            ],
        ),
    ].join("\n");
}

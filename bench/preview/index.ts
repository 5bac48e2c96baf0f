// Previews that change nothing, of environments with few and many apps, against those of an empty Pulumi program.
import { resolveImage } from "../../components/support/versions";
import { step } from "../../toolchain/progress";
import { Benchmark, BenchmarkOptions } from "../benchmark";
import { runProgram } from "../program";
import { inTurns, Rounds } from "../rounds";
import { benchSettings, BenchStack } from "../stack";
import { timed, Timing } from "../timing";
import { smallApps } from "./apps";
import { EmptyProgram, makeEmptyProgram, removeEmptyProgram } from "./emptyProgram";
import { previewReport } from "./report";

const SIZES = [1, 10, 50];

export const preview: Benchmark = {
    title: "Preview without changes",
    summary: `a preview without changes for ${SIZES.join(", ")} apps, against an empty program`,
    platforms: ["docker", "kubernetes"],
    measure,
};

async function measure({ platform, rounds, ports }: BenchmarkOptions): Promise<string> {
    let stack = await BenchStack.open(benchSettings(platform, ports));
    const { registry, traefik } = stack.images;
    const image = resolveImage("traefik", traefik ?? {}, registry).reference;
    const programs: EmptyProgram[] = [];
    const measured: { apps: number; resources: number; rounds: Rounds<Timing> }[] = [];
    try {
        for (const typeCheck of [true, false]) {
            programs.push(await makeEmptyProgram(stack.env, typeCheck));
        }
        for (const apps of SIZES) {
            stack = await BenchStack.open(benchSettings(platform, ports, { apps: smallApps(platform, apps, image) }));
            await step(`an environment with ${apps} ${apps === 1 ? "app" : "apps"}`, () => stack.up());
            // A preview asks Pulumi's state, not what runs: the checks of that would only load the machine.
            await stack.platform.stopAll();
            const resources = Number(/(\d+) unchanged/.exec(await stack.preview())?.[1]);
            measured.push({ apps, resources, rounds: await measureInTurns(stack, programs, rounds) });
        }
        return `${stack.parts}\n${previewReport(platform, measured)}`;
    } finally {
        programs.forEach(removeEmptyProgram);
        await stack.removeAtEnd();
    }
}

function measureInTurns(
    stack: BenchStack,
    programs: readonly EmptyProgram[],
    rounds: number,
): Promise<Rounds<Timing>> {
    const subjects = [
        { name: "environment", run: () => timed(() => stack.preview()) },
        ...programs.map((program) => ({
            name: `empty, ${program.typeCheck ? "types checked" : "types not checked"}`,
            run: () => timed(() => previewEmpty(program)),
        })),
    ];
    return inTurns(subjects, rounds, ({ wall }) => `${wall.toFixed(2)} s`);
}

function previewEmpty({ stack, folder, env }: EmptyProgram): Promise<string> {
    const args = ["preview", "--stack", stack, "--non-interactive", "--expect-no-changes"];
    return runProgram("pulumi", args, { cwd: folder, env });
}

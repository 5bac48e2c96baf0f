// A preview of the running dev stack that changes nothing, against one of an empty Pulumi program.
import { openStack, Stack } from "../../scripts/stack";
import { LocalFolder } from "../../scripts/stack/localFolder";
import { step } from "../../toolchain/progress";
import { BenchmarkOptions } from "../benchmark";
import { inTurns, Measurement, Round, Subject } from "../measure";
import { spread, spreadText, table } from "../statistics";
import { EmptyProgram, makeEmptyProgram, removeEmptyProgram } from "./emptyProgram";
import { pulumi } from "./pulumi";

const STACK = "dev";
const FLAGS = ["--non-interactive", "--expect-no-changes"];
const OURS = `stack ${STACK}`;
const FIGURES: readonly (keyof Measurement)[] = ["wall", "cpu"];

/** Measures the previews in turns. */
export async function preview({ rounds }: BenchmarkOptions): Promise<string> {
    const stack = await openStack(STACK, "tools");
    const resources = await countResources(stack);
    const programs: EmptyProgram[] = [];
    try {
        for (const typeCheck of [true, false]) {
            const make = () => makeEmptyProgram(stack.env, typeCheck);
            programs.push(await step(`empty program, ${checking(typeCheck)}`, make));
        }
        const subjects: Subject[] = [
            { name: OURS, run: () => previewOurs(stack) },
            ...programs.map((program) => ({
                name: `empty, ${checking(program.typeCheck)}`,
                run: () => previewEmpty(program),
            })),
        ];
        return report(subjects, await inTurns(subjects, rounds), resources);
    } finally {
        programs.forEach(removeEmptyProgram);
    }
}

/** How many resources the stack has; throws when a preview of it is not one without changes. */
async function countResources(stack: Stack): Promise<number> {
    try {
        return Number(/(\d+) unchanged/.exec(await previewOurs(stack))?.[1]);
    } catch (error) {
        throw new Error(
            `The stack "${STACK}" is not as its program makes it: expected nothing to change. ` +
                `Run \`npm run up\` first.\n${(error as Error).message}`,
            { cause: error },
        );
    }
}

// As Stack.pulumi does, but with nothing printed.
function previewOurs({ name, project, env }: Stack): Promise<string> {
    const args = ["--stack", name, "--config-file", new LocalFolder(project).stackFile(name)];
    return pulumi(["preview", ...args, ...FLAGS], { cwd: project.folder, env });
}

function previewEmpty({ stack, folder, env }: EmptyProgram): Promise<string> {
    return pulumi(["preview", "--stack", stack, ...FLAGS], { cwd: folder, env });
}

function checking(typeCheck: boolean): string {
    return typeCheck ? "types checked" : "types not checked";
}

function report(subjects: readonly Subject[], rounds: readonly Round[], resources: number): string {
    const values = (subject: number, of: keyof Measurement) => {
        const all = rounds.map(({ measurements }) => measurements[subject][of]);
        return all.filter((value) => value !== undefined);
    };
    const text = (all: readonly number[]) => (all.length === 0 ? "not known" : spreadText(spread(all)));
    // Round by round, for what loads the machine in one round slows all.
    const ratio = (subject: number, of: keyof Measurement) => {
        const others = values(subject, of);
        return subject === 0 ? "" : text(values(0, of).map((ours, i) => ours / others[i]));
    };
    const loads = spread(rounds.map(({ load }) => load));
    return [
        "## Preview without changes",
        "",
        `The stack \`${STACK}\` (${resources} resources, all running) against a program without resources:`,
        "as `pulumi new typescript` makes it, so that ts-node checks its types; and the same with `noCheck`,",
        "since our types are checked by `npm test` and not at each preview. Medians, with least and most",
        `in parentheses, of ${rounds.length} rounds in turns after one to warm up; ratios are taken round by round.`,
        `Load of the machine: ${spreadText(loads)}; it slows the wall time and hardly changes the CPU time.`,
        "",
        table(
            ["preview", "wall s", `${OURS} / this`, "CPU s", `${OURS} / this`],
            subjects.map(({ name }, i) => [
                name,
                ...FIGURES.flatMap((of) => [text(values(i, of)), ratio(i, of)]),
            ]),
        ),
    ].join("\n");
}

// The part of the report about previews (pure).
import { Platform } from "../../toolchain/executables";
import { Rounds } from "../rounds";
import { medianText, ratios, roundsText, spread, table } from "../statistics";
import { Timing } from "../timing";

/** An environment's previews and, in turns with them, those of the empty programs with and without type checks. */
export interface Measured {
    apps: number;
    resources: number;
    rounds: Rounds<Timing>;
}

function known(timings: readonly Timing[], of: keyof Timing): number[] {
    return timings.map((timing) => timing[of]).filter((value) => value !== undefined);
}

/** What each app adds, from the first to the last of two sizes, in seconds. */
export function perApp(fewer: Measured, more: Measured, of: keyof Timing): number {
    const median = ({ rounds }: Measured) => spread(known(rounds.results[0], of)).median;
    return (median(more) - median(fewer)) / (more.apps - fewer.apps);
}

const SUBJECT: Readonly<Record<Platform, string>> = {
    docker: "The stack `bench` with apps of one small container and one route each,",
    kubernetes: "The stack `bench-k8s` with apps of one small pod and one route each, scaled to none,",
};

/** The report of all sizes on a platform, smallest first. */
export function previewReport(platform: Platform, measured: readonly Measured[]): string {
    const figures = (of: keyof Timing) =>
        measured.map(({ apps, resources, rounds: { results } }) => {
            const [ours, checked, unchecked] = results.map((timings) => known(timings, of));
            return [
                String(apps),
                String(resources),
                medianText(ours),
                medianText(checked),
                medianText(ratios(ours, checked)),
                medianText(ratios(ours, unchecked)),
            ];
        });
    const head = (unit: string) => ["apps", "resources", unit, `empty, ${unit}`, "ratio", "ratio, unchecked"];
    return [
        `${SUBJECT[platform]} against a program without resources`,
        "as `pulumi new typescript` makes it, whose types ts-node checks at each run. In the last column the empty",
        "program does not check them (`noCheck`), as ours does not: `npm test` does.",
        roundsText(measured.flatMap(({ rounds }) => rounds.loads)),
        "",
        table(head("wall s"), figures("wall")),
        table(head("CPU s"), figures("cpu")),
        ...(measured.length < 2 ? [] : [growthText(measured)]),
    ].join("\n");
}

function growthText(measured: readonly Measured[]): string {
    const steps = measured.slice(1).map((more, index) => {
        const fewer = measured[index];
        const [wall, cpu] = (["wall", "cpu"] as const).map((of) => Math.round(perApp(fewer, more, of) * 1000));
        return `from ${fewer.apps} to ${more.apps} apps ${wall} ms of wall time and ${cpu} ms of CPU`;
    });
    return `Each app adds ${steps.join(", ")}.`;
}

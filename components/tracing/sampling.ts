// Sampling strategies (pure): what the collector tells apps whose sampler asks for them.
import { Problem, shown } from "../support/errors";

/** Which share of the traces that they begin themselves apps keep, when their sampler asks the collector. */
export interface SamplingArgs {
    /** The share for every service that is not named, from 0 (none) to 1 (all). @default 1 */
    defaultRate?: number;
    /** The share by the service's name in traces, from 0 (none) to 1 (all). @default none */
    services?: { [key: string]: number };
}

/** What is wrong with a share, if anything. */
export function rateProblem(rate: number): string | undefined {
    return rate >= 0 && rate <= 1 ? undefined : "expected a share from 0 (none) to 1 (all)";
}

/** Everything that is wrong with the strategies. */
export function samplingProblems({ defaultRate, services }: SamplingArgs): Problem[] {
    const rates: [string, number | undefined][] = [
        ["sampling.defaultRate", defaultRate],
        ...Object.entries(services ?? {}).map(([service, rate]): [string, number] => [
            `sampling.services.${service}`,
            rate,
        ]),
    ];
    return rates.flatMap(([path, rate]) => {
        const reason = rate === undefined ? undefined : rateProblem(rate);
        return reason === undefined ? [] : [{ path, reason: `got ${shown(rate)}, ${reason}` }];
    });
}

/**
 * The strategies as Jaeger reads them
 * (https://www.jaegertracing.io/docs/latest/architecture/sampling/#file-based-sampling-configuration).
 */
export function samplingStrategies({ defaultRate, services }: SamplingArgs = {}): string {
    const probabilistic = (param: number) => ({ type: "probabilistic", param });
    const strategies = {
        default_strategy: probabilistic(defaultRate ?? 1),
        service_strategies: Object.entries(services ?? {})
            .sort(([first], [second]) => first.localeCompare(second))
            .map(([service, rate]) => ({ service, ...probabilistic(rate) })),
    };
    return `${JSON.stringify(strategies, undefined, 2)}\n`;
}

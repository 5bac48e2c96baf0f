// How many requests make a false alarm unlikely.

/** The accepted chance of a false alarm per check. */
export const FALSE_ALARM = 1e-6;

/** The most requests that one check sends. */
export const MAX_REQUESTS = 500;

/** The requests after which at least one was sampled, but for a chance below {@link FALSE_ALARM}. */
export function requestsToBeSampled(sampleRate: number): number {
    if (sampleRate >= 1) {
        return 1;
    }
    return sampleRate <= 0 ? Infinity : Math.floor(Math.log(FALSE_ALARM) / Math.log1p(-sampleRate)) + 1;
}

/** The chance that none of so many requests was sampled. */
export function chanceOfNone(sampleRate: number, requests: number): number {
    return (1 - Math.min(Math.max(sampleRate, 0), 1)) ** requests;
}

/**
 * The requests after which each instance served one, but for a chance below {@link FALSE_ALARM}, when the
 * ingress chooses at random; one that takes turns needs as many as there are instances.
 */
export function requestsToMeetAll(instances: number): number {
    if (instances <= 1) {
        return 1;
    }
    const requests = Math.floor(Math.log(FALSE_ALARM / instances) / Math.log1p(-1 / instances)) + 1;
    return Math.min(requests, Math.max(MAX_REQUESTS, instances));
}

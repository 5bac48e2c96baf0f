// The stated bound of false alarms.
import {
    FALSE_ALARM,
    chanceOfNone,
    requestsToBeSampled,
    requestsToMeetAll,
} from "../../../scripts/verify/sampling";

describe("requests until one is sampled", () => {
    test.each([
        [1, 1],
        [0.5, 20],
        [0.1, 132],
        [0, Infinity],
    ])("at a rate of %d: %d", (rate, requests) => expect(requestsToBeSampled(rate)).toBe(requests));

    test.each([0.9, 0.5, 0.2, 0.03])(
        "at %d the chance is below the bound, with one less it is not",
        (rate) => {
            const requests = requestsToBeSampled(rate);
            expect(chanceOfNone(rate, requests)).toBeLessThan(FALSE_ALARM);
            expect(chanceOfNone(rate, requests - 1)).toBeGreaterThanOrEqual(FALSE_ALARM);
        },
    );
});

test.each([
    [1, 1],
    [2, 21],
    [3, 37],
    [50, 500],
])("%d instances are met by %d requests", (instances, requests) => {
    expect(requestsToMeetAll(instances)).toBe(requests);
});

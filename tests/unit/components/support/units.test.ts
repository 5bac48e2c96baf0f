// Sizes and durations, as people write them and as engines want them.
import {
    CPU_PATTERN,
    DURATION_PATTERN,
    goDuration,
    parseMebibytes,
    parseMillicores,
    parseSeconds,
    SIZE_PATTERN,
} from "../../../../components/support/units";

describe("a size", () => {
    test.each([
        ["512MiB", 512],
        ["1GiB", 1024],
        ["2 GiB", 2048],
        ["1TiB", 1024 * 1024],
        ["0MiB", 0],
        ["007MiB", 7],
    ])("%s is %i MiB", (text, mebibytes) => {
        expect(parseMebibytes(text)).toBe(mebibytes);
        expect(text).toMatch(new RegExp(SIZE_PATTERN));
    });

    test.each([
        "",
        "512",
        "512MB",
        "512Mi",
        "512mib",
        "1.5GiB",
        "-1GiB",
        "GiB",
        "1KiB",
        "1GiB2",
        "1e3MiB",
        "1GiB 2GiB",
    ])("%j is none", (text) => {
        expect(parseMebibytes(text)).toBeUndefined();
        expect(text).not.toMatch(new RegExp(SIZE_PATTERN));
    });
});

describe("a duration for the engine, in the notation that it gives back", () => {
    test.each([
        [0, "0s"],
        [1, "1s"],
        [59, "59s"],
        [60, "1m0s"],
        [61, "1m1s"],
        [120, "2m0s"],
        [3599, "59m59s"],
        [3600, "1h0m0s"],
        [3661, "1h1m1s"],
        [86400, "24h0m0s"],
    ])("%i seconds: %s", (seconds, text) => {
        expect(goDuration(seconds)).toBe(text);
    });
});

describe("a duration", () => {
    test.each([
        ["30s", 30],
        ["15m", 900],
        ["1h", 3600],
        ["24 h", 86400],
        ["0s", 0],
    ])("%s is %i s", (text, seconds) => {
        expect(parseSeconds(text)).toBe(seconds);
        expect(text).toMatch(new RegExp(DURATION_PATTERN));
    });

    test.each(["", "1", "1d", "1H", "1.5h", "-1h", "h", "1h30m", "PT1H"])("%j is none", (text) => {
        expect(parseSeconds(text)).toBeUndefined();
        expect(text).not.toMatch(new RegExp(DURATION_PATTERN));
    });
});

describe("an amount of CPU", () => {
    test.each([
        ["250m", 250],
        ["1", 1000],
        ["16", 16000],
        ["0", 0],
    ])("%s is %i thousandths of a core", (text, millicores) => {
        expect(parseMillicores(text)).toBe(millicores);
        expect(text).toMatch(new RegExp(CPU_PATTERN));
    });

    test.each(["", "m", "1.5", "250M", "-1", "1 core"])("%j is none", (text) => {
        expect(parseMillicores(text)).toBeUndefined();
        expect(text).not.toMatch(new RegExp(CPU_PATTERN));
    });
});

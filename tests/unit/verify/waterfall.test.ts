// The waterfall as people see it.
import { rowsOf, waterfall } from "../../../scripts/verify/waterfall";
import { span, wholeTrace } from "./traces";

const PLAIN = { columns: 80, colour: false };

describe("waterfall", () => {
    test("a row per span below its parent, with a bar to scale", () => {
        expect(waterfall(wholeTrace(), PLAIN).split("\n")).toEqual([
            "trace 00000000000000000000000000000001  20.0 ms  4 spans  2 services",
            "  service span            start ms        ms  share",
            "  ingress GET /                0.0      20.0 100.0%  ███████████████████████████",
            "  ingress   ReverseProxy       1.0      18.0  90.0%   ████████████████████████",
            "  shop        GET /            2.0      16.0  80.0%     ██████████████████████",
            "  shop          SELECT         4.0      10.0  50.0%       ██████████████",
        ]);
    });

    test("errors are marked and told; what is too short for a bar has a thin one", () => {
        const [server, client, app] = wholeTrace();
        const failed = { ...app, error: true, message: "boom" };
        const quick = span("05", "01", 20, 20.1, { service: "shop", name: "flush", kind: "internal" });
        const lines = waterfall([server, client, failed, quick], PLAIN).split("\n");
        expect(lines[4]).toMatch(/^! shop {8}GET \/ .*█$/);
        expect(lines[5]).toMatch(/^ {2}shop {6}flush .* {2}0\.5% .*▏$/);
        expect(lines[6]).toBe("! shop: GET /: boom");
    });

    test.each([
        [60, 80],
        [100, 100],
        [500, 140],
    ])("with %d columns no line is longer than %d", (columns, most) => {
        const long = span("05", "04", 5, 6, { service: "a-service-with-a-long-name", name: "x".repeat(200) });
        const lines = waterfall([...wholeTrace(), { ...long, error: true }], {
            columns,
            colour: false,
        }).split("\n");
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(most);
        expect(lines.some((line) => line.includes("x…"))).toBe(true);
    });

    test("colour only when asked for; control characters of a name never reach the terminal", () => {
        const [server] = wholeTrace();
        const evil = { ...server, name: "\u001b[2J/", error: true };
        expect(waterfall([evil], PLAIN)).not.toContain("\u001b");
        expect(waterfall([evil], { ...PLAIN, colour: true })).toContain("\u001b[31m! ingress ?[2J/");
    });

    test("nothing to draw", () => expect(waterfall([], PLAIN)).toBe("(no spans)"));

    test("spans that are one another's parents are drawn once", () => {
        expect(
            rowsOf([span("01", "02", 0, 1, {}), span("02", "01", 0, 1, {})]).map(({ depth }) => depth),
        ).toEqual([0, 1]);
    });
});

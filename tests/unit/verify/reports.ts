// Reports for the tests: of one app, with the traces and checks that a test gives.
import { Check, ReadTrace, Report } from "../../../scripts/verify/verify";

/** A report of one app. */
export function reportOf(
    traces: ReadTrace[],
    checks: Check[] = [],
    { environment = "dev", service = "shop", url = "http://shop.localhost:8080/" } = {},
): Report {
    const whole = checks.every(({ verdict }) => verdict !== "broken");
    const at = new Date("2026-11-25T10:20:30Z");
    return { at, environment, whole, notes: [], apps: [{ service, url, checks, traces }] };
}

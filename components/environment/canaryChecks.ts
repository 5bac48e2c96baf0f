// What the canary of an environment asks for, and what is wrong with wanting one (pure).
import { CanaryRouteArgs } from "../observability/canary";
import { canaryIntervalProblem } from "../observability/interval";
import { Problem, shown } from "../support/errors";

/** What of an app matters here. */
interface RoutedApp {
    route?: { host?: string; pathPrefix?: string; traced?: boolean };
}

/** Each app that has a traced route, by the beginning of its path. */
export function canaryRoutes(apps: Readonly<Record<string, RoutedApp | undefined>>): CanaryRouteArgs[] {
    return Object.keys(apps)
        .sort()
        .flatMap((service) => {
            const route = apps[service]?.route;
            return route && route.traced !== false
                ? [{ service, host: route.host, path: route.pathPrefix ?? "/" }]
                : [];
        });
}

/** What is wrong with wanting a canary, if anything. */
export function canaryProblems(
    canary: { interval?: string } | undefined,
    apps: Readonly<Record<string, RoutedApp | undefined>>,
): Problem[] {
    if (canary === undefined) {
        return [];
    }
    const { interval } = canary;
    const wrong = interval === undefined ? undefined : canaryIntervalProblem(interval);
    return [
        ...(wrong ? [{ path: "canary.interval", reason: `got ${shown(interval)}, ${wrong}` }] : []),
        ...(canaryRoutes(apps).length === 0
            ? [{ path: "canary", reason: "no app has a traced route that it could ask; give one, or leave it out" }]
            : []),
    ];
}

// What is wrong with the apps of an environment beside one another and beside its parts (pure).
import { PARTS } from "./parts";

/** What of an app matters here. */
interface Neighbour {
    tasks?: readonly ({ name?: string } | null | undefined)[];
    route?: { host?: string; pathPrefix?: string };
}

/** A problem by the parts of its path: a name may have dots. */
interface NeighbourProblem {
    path: string[];
    reason: string;
}

/** Names and routes that can't be told apart. */
export function neighbourProblems(
    apps: Readonly<Record<string, Neighbour | null | undefined>>,
    jaegerUiHost?: string,
): NeighbourProblem[] {
    const known = Object.entries(apps).map(([name, app]): [string, Neighbour] => [name, app ?? {}]);
    return [...nameProblems(known), ...routeProblems(known), ...uiProblems(known, jaegerUiHost)];
}

function nameProblems(apps: readonly (readonly [string, Neighbour])[]): NeighbourProblem[] {
    return apps.flatMap(([name]): NeighbourProblem[] => {
        const path = ["apps", name];
        if ((PARTS as readonly string[]).includes(name)) {
            return [{ path, reason: "the name of a part of the environment; give the app another name" }];
        }
        // Both would have the same resources: a task's name goes on after its app's.
        const owner = apps.find(([other, { tasks }]) =>
            tasks?.some((task) => task?.name && `${other}-${task.name}` === name),
        );
        return owner ? [{ path, reason: `the name that a task of "${owner[0]}" gets; rename one of them` }] : [];
    });
}

/** Where a route is: two of the same can't answer the same requests. */
const placeOf = ({ host, pathPrefix = "/" }: { host?: string; pathPrefix?: string }) =>
    JSON.stringify([host, pathPrefix.replace(/\/+$/, "")]);

function routeProblems(apps: readonly (readonly [string, Neighbour])[]): NeighbourProblem[] {
    const owners = new Map<string, string>();
    return apps.flatMap(([name, { route }]): NeighbourProblem[] => {
        if (route === undefined) {
            return [];
        }
        const owner = owners.get(placeOf(route));
        if (owner === undefined) {
            owners.set(placeOf(route), name);
            return [];
        }
        return [
            {
                path: ["apps", name, "route"],
                reason: `has the same host and path as the route of "${owner}"; change one of them`,
            },
        ];
    });
}

/** Jaeger's UI has a host of its own. */
function uiProblems(apps: readonly (readonly [string, Neighbour])[], host: string | undefined): NeighbourProblem[] {
    const owner = apps.find(([, { route }]) => route && host !== undefined && placeOf(route) === placeOf({ host }));
    return owner
        ? [
              {
                  path: ["ingress", "jaegerUiRoute", "host"],
                  reason: `the host of the route of "${owner[0]}"; give another one`,
              },
          ]
        : [];
}

// Which containers wait for which, as Pulumi's state and the engine's networks tell it (pure).
import { Description } from "../platform/engine";
import { StateResource } from "../stack";
import { nameOf } from "./script";

const CONTAINER = "docker:index/container:Container";

/** What each of some resources waits for: the nearest of them, through whatever lies between. */
export function nearestDependencies(
    resources: readonly StateResource[],
    isOne: (resource: StateResource) => boolean,
): Map<StateResource, StateResource[]> {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const nearest = (urn: string, seen: Set<string>): StateResource[] => {
        const resource = byUrn.get(urn);
        if (seen.has(urn) || resource === undefined) {
            return [];
        }
        seen.add(urn);
        return isOne(resource)
            ? [resource]
            : (resource.dependencies ?? []).flatMap((dependency) => nearest(dependency, seen));
    };
    return new Map(
        resources.filter(isOne).map((resource) => {
            const seen = new Set<string>();
            return [resource, (resource.dependencies ?? []).flatMap((dependency) => nearest(dependency, seen))];
        }),
    );
}

/** The names of the containers that each container waits for. */
export function containerOrder(resources: readonly StateResource[]): Map<string, string[]> {
    const order = nearestDependencies(resources, ({ type }) => type === CONTAINER);
    return new Map([...order].map(([container, before]) => [stateName(container), before.map(stateName).sort()]));
}

/**
 * The names of the containers that each container calls: it joins their network, and was made when they were ready, of
 * which Pulumi's state says nothing.
 */
export function callees(descriptions: readonly Pick<Description, "Name" | "NetworkSettings">[]): Map<string, string[]> {
    const owners = new Map<string, string[]>();
    for (const description of descriptions) {
        for (const [network, { Aliases }] of Object.entries(description.NetworkSettings.Networks)) {
            // All instances that are called answer to the name that their network is called after.
            if (Aliases?.includes(network.replace(/-network$/, ""))) {
                owners.set(network, [...(owners.get(network) ?? []), nameOf(description)]);
            }
        }
    }
    return new Map(
        descriptions.map((description) => {
            const name = nameOf(description);
            const called = Object.keys(description.NetworkSettings.Networks).map((network) => owners.get(network) ?? []);
            return [name, called.filter((instances) => !instances.includes(name)).flat().sort()];
        }),
    );
}

function stateName({ outputs }: StateResource): string {
    return String(outputs?.name);
}

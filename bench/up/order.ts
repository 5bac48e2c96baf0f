// Which containers wait for which, as Pulumi's state and the engine's networks tell it (pure).
import { Description } from "../engine";
import { StateResource } from "../stack";
import { nameOf } from "./script";

const CONTAINER = "docker:index/container:Container";

/** The names of the containers that each container waits for: the nearest ones, through whatever lies between. */
export function containerOrder(resources: readonly StateResource[]): Map<string, string[]> {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const nearest = (urn: string, seen: Set<string>): string[] => {
        if (seen.has(urn)) {
            return [];
        }
        seen.add(urn);
        const resource = byUrn.get(urn);
        return resource?.type === CONTAINER
            ? [stateName(resource)]
            : (resource?.dependencies ?? []).flatMap((dependency) => nearest(dependency, seen));
    };
    return new Map(
        resources
            .filter(({ type }) => type === CONTAINER)
            .map((container) => {
                const seen = new Set<string>();
                const found = (container.dependencies ?? []).flatMap((dependency) => nearest(dependency, seen));
                return [stateName(container), [...new Set(found)].sort()];
            }),
    );
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

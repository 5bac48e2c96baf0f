// Which containers wait for which, as Pulumi's state tells it (pure).
import { StateResource } from "../stack";

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
            ? [nameOf(resource)]
            : (resource?.dependencies ?? []).flatMap((dependency) => nearest(dependency, seen));
    };
    return new Map(
        resources
            .filter(({ type }) => type === CONTAINER)
            .map((container) => {
                const seen = new Set<string>();
                const found = (container.dependencies ?? []).flatMap((dependency) => nearest(dependency, seen));
                return [nameOf(container), [...new Set(found)].sort()];
            }),
    );
}

function nameOf({ outputs }: StateResource): string {
    return String(outputs?.name);
}

// Which labels a label selector of Kubernetes selects.
import type { V1LabelSelector, V1LabelSelectorRequirement } from "@kubernetes/client-node";

/** The labels of an object. */
export type Labels = Readonly<Record<string, string>>;

/** Whether a selector selects labels. An empty one selects all; one with an operator that is not known selects none. */
export function selects(selector: V1LabelSelector, labels: Labels = {}): boolean {
    return (
        Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
        (selector.matchExpressions ?? []).every((requirement) => meets(labels, requirement))
    );
}

function meets(labels: Labels, { key, operator, values = [] }: V1LabelSelectorRequirement): boolean {
    switch (operator) {
        case "In":
            return key in labels && values.includes(labels[key]);
        case "NotIn":
            return !(key in labels) || !values.includes(labels[key]);
        case "Exists":
            return key in labels;
        case "DoesNotExist":
            return !(key in labels);
        default:
            return false;
    }
}

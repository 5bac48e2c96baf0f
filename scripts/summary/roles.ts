// What a resource is for the environment: by its type, its name and its component (pure).
import { Change } from "./changes";
import { holdsData, isInMemory } from "./data";

/** What an object is for the environment. */
export type Role =
    | "component"
    | "instances"
    | "task"
    | "schedule"
    | "check"
    | "route"
    | "declared"
    | "files"
    | "memory"
    | "data"
    | "password"
    | "key"
    | "image"
    | "network"
    | "address"
    | "rights"
    | "namespace"
    | "provider"
    | "other";

const APP = "traced-environment:index:TracedApp";
const SCHEDULED = new Set(["traced-environment:index:StorageRetention", "traced-environment:index:TraceCanary"]);

/** Types that are the same thing wherever they stand. */
const ROLES: Readonly<Record<string, Role>> = {
    "docker:index/network:Network": "network",
    "docker:index/remoteImage:RemoteImage": "image",
    "random:index/randomId:RandomId": "password",
    "random:index/randomString:RandomString": "password",
    "kubernetes:apps/v1:Deployment": "instances",
    "kubernetes:apps/v1:StatefulSet": "instances",
    "kubernetes:apps/v1:DaemonSet": "instances",
    "kubernetes:batch/v1:CronJob": "schedule",
    "kubernetes:core/v1:Namespace": "namespace",
    "kubernetes:core/v1:PersistentVolumeClaim": "data",
    "kubernetes:core/v1:Service": "address",
    "kubernetes:core/v1:ServiceAccount": "rights",
    "kubernetes:core/v1:ConfigMap": "files",
    "kubernetes:core/v1:Secret": "files",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": "network",
};

/** What a resource is. */
export function roleOf({ type, name, before, after, component }: Change): Role {
    const inputs = before?.inputs ?? after?.inputs ?? {};
    if (component?.name === name && type === component.type) {
        return "component";
    }
    if (type.startsWith("pulumi:providers:")) {
        return "provider";
    }
    switch (type) {
        case "docker:index/container:Container":
            return containerRole(name, component?.name ?? "", component?.type ?? "");
        case "docker:index/volume:Volume":
            return isInMemory(inputs) ? "memory" : holdsData(type, name, inputs) && !isNew(before, after) ? "data" : "files";
        case "random:index/randomPassword:RandomPassword":
            return holdsData(type, name) ? "password" : "key";
        case "kubernetes:batch/v1:Job":
            return SCHEDULED.has(component?.type ?? "") ? "schedule" : "task";
        case "kubernetes:core/v1:ConfigMapPatch":
        case "kubernetes:core/v1:SecretPatch":
            return name.endsWith("-route") ? "route" : "declared";
        default:
            return ROLES[type] ?? "other";
    }
}

/** Whether the new instances of a component come beside the old ones. */
export function isReleased({ component }: Pick<Change, "component">): boolean {
    return component?.type === APP;
}

// Pulumi finds the names of volumes with files, and has found none yet for a new one.
function isNew(before: Change["before"], after: Change["after"]): boolean {
    return before === undefined && after?.inputs?.name === undefined;
}

/** Containers by the end of their names, that of their component taken away. */
const ENDS: readonly (readonly [RegExp, Role])[] = [
    [/-files$/, "files"],
    [/-data-check-\d+$/, "check"],
    [/-owner$/, "check"],
    [/-route$/, "route"],
    [/^-(strategies|tls)$/, "declared"],
    [/^-\d+$/, "instances"],
];

function containerRole(name: string, component: string, type: string): Role {
    const end = component !== "" && name.startsWith(component) ? name.slice(component.length) : `-${name}`;
    const found = ENDS.find(([words]) => words.test(end))?.[1];
    return found ?? (SCHEDULED.has(type) ? "schedule" : type === APP ? "task" : "other");
}

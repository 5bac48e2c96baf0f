// The data of a stack: what of it stays when the stack is destroyed, and what its user is told about that.
import { asRecord, ClusterAddress, setting, StackFile } from "./settings";

/** What a stack keeps data in, as its state tells: a volume of an engine; a claim of a cluster, or its namespace. */
export interface StackVolume {
    kind: "volume" | "claim" | "namespace";
    /** The name in the program: of the volume itself, or of the set that claims it. */
    logical: string;
    /** Its name on the engine or in the cluster. */
    name: string;
    /** Whether it stays when the stack is destroyed. */
    stays: boolean;
    /** The namespace of a claim. */
    namespace?: string;
}

/** A resource in a state, as far as it is read here. */
interface StateResource {
    urn: string;
    type: string;
    retainOnDelete?: boolean;
    outputs?: {
        /** Of a Docker volume. */
        name?: string;
        metadata?: { name?: string; namespace?: string };
        spec?: {
            replicas?: number;
            volumeClaimTemplates?: { metadata?: { name?: string } }[];
            persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string };
        };
    };
}

const READERS: Readonly<Record<string, (resource: StateResource, logical: string) => StackVolume[]>> = {
    "docker:index/volume:Volume": ({ retainOnDelete, outputs }, logical) => [
        { kind: "volume", logical, name: outputs?.name ?? "", stays: retainOnDelete === true },
    ],
    "kubernetes:core/v1:Namespace": ({ retainOnDelete, outputs }, logical) => [
        { kind: "namespace", logical, name: outputs?.metadata?.name ?? "", stays: retainOnDelete === true },
    ],
    // Kubernetes makes the claims of a set, by names that follow from the set's.
    "kubernetes:apps/v1:StatefulSet": ({ outputs }, logical) => {
        const { replicas = 1, volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy } = outputs?.spec ?? {};
        const { name = "", namespace = "" } = outputs?.metadata ?? {};
        return volumeClaimTemplates.flatMap(({ metadata }) =>
            Array.from({ length: replicas }, (_, ordinal): StackVolume => ({
                ...{ kind: "claim", logical, namespace, name: `${metadata?.name}-${name}-${ordinal}` },
                stays: persistentVolumeClaimRetentionPolicy?.whenDeleted !== "Delete",
            })),
        );
    },
};

/** What keeps data in a state as `pulumi stack export` prints it. */
export function volumesIn(state: string): StackVolume[] {
    const { deployment } = JSON.parse(state) as { deployment?: { resources?: StateResource[] } };
    const volumes = (deployment?.resources ?? []).flatMap((resource) =>
        Object.hasOwn(READERS, resource.type) ? READERS[resource.type](resource, resource.urn.split("::").at(-1) ?? "") : [],
    );
    // A namespace that goes takes all with it.
    const going = new Set(volumes.filter(({ kind, stays }) => kind === "namespace" && !stays).map(({ name }) => name));
    return volumes.map((volume) => (going.has(volume.namespace ?? "") ? { ...volume, stays: false } : volume));
}

/**
 * What the settings want to keep and the state would not, by the settings' paths: a setting says nothing about what is
 * there before the next `up`.
 */
export function notYetKept(settings: StackFile, project: string, volumes: readonly StackVolume[]): string[] {
    const storage = asRecord(setting(settings, project, "storage"));
    const databases = Object.entries(asRecord(setting(settings, project, "databases")));
    const wanted = [
        { path: "storage.keepData", set: "main-storage", keep: storage.keepData },
        ...databases.map(([name, database]) => ({
            path: `databases.${name}.keepData`,
            set: `database-${name}`,
            keep: asRecord(database).keepData,
        })),
    ];
    return wanted
        .filter(({ set, keep }) => keep === true && volumes.some((one) => holdsDataOf(one, set) && !one.stays))
        .map(({ path }) => path);
}

function holdsDataOf({ kind, logical }: StackVolume, set: string): boolean {
    return kind === "claim" ? logical === set : logical === `${set}-data-0`;
}

/** Where what stays is found: the engine when it is another machine's, or the cluster. */
export interface Place {
    engine?: string;
    cluster?: ClusterAddress;
}

/** What is said at the end of what stayed; undefined when nothing did. */
export function staysText(volumes: readonly StackVolume[], stack: string, place: Place): string | undefined {
    const staying = volumes.filter(({ stays }) => stays);
    // A namespace alone holds nothing that anybody would miss, but it is there.
    if (staying.length === 0) {
        return undefined;
    }
    return [
        `Kept, and found again by the next "npm run up -- --stack ${stack}":`,
        ...staying.map(({ kind, name, namespace }) => `  ${kind} ${name}${namespace ? ` in ${namespace}` : ""}`),
        `To remove the data for good: ${removal(staying, place)}`,
    ].join("\n");
}

function removal(staying: readonly StackVolume[], { engine, cluster }: Place): string {
    const names = (kind: StackVolume["kind"]) => staying.filter((each) => each.kind === kind).map(({ name }) => name);
    if (names("volume").length > 0) {
        return `docker ${engine === undefined ? "" : `--host ${engine} `}volume rm ${names("volume").join(" ")}`;
    }
    const file = cluster?.kubeconfig === undefined ? "" : `--kubeconfig ${cluster.kubeconfig} `;
    const kubectl = `kubectl ${file}--context ${cluster?.context}`;
    const [namespace] = names("namespace");
    return namespace === undefined
        ? `${kubectl} --namespace ${staying[0].namespace} delete pvc ${names("claim").join(" ")}`
        : `${kubectl} delete namespace ${namespace}`;
}

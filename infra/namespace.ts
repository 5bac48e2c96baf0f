// The namespace of a stack in a cluster: made here, for databases and the environment share it.
import * as pulumi from "@pulumi/pulumi";

import { PlatformKind, platformOf } from "../components/platform";
import { adoptingProvider } from "./providers";
import { Settings } from "./settings";

/** The namespace that a stack makes for itself. */
class StackNamespace extends pulumi.ComponentResource {
    /** Its name in the cluster. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, settings: Settings, keep: boolean, opts: pulumi.ComponentResourceOptions) {
        super("traced-environment:infra:StackNamespace", name, {}, opts);
        const { environmentId, kubernetes } = settings;
        this.namespace = platformOf(PlatformKind.Kubernetes).namespace(
            { name, called: kubernetes?.namespace, keep },
            { parent: this, environmentId },
        ) as pulumi.Output<string>;
        this.registerOutputs({ namespace: this.namespace });
    }
}

/** The namespace of the stack, made or adopted; undefined on a platform that has none. */
export function stackNamespace(
    settings: Settings,
    opts: pulumi.ComponentResourceOptions,
): pulumi.Output<string> | undefined {
    if (settings.platform !== PlatformKind.Kubernetes) {
        return undefined;
    }
    if (settings.kubernetes?.adoptNamespace) {
        return pulumi.output(settings.kubernetes.namespace as string);
    }
    const { storage, databases = {} } = settings;
    const keep = [storage, ...Object.values(databases)].some((data) => data?.keepData) || storage?.backup === true;
    // A namespace that holds kept data or backups stays when the stack is destroyed: the next run finds it there.
    const options = keep ? { ...opts, providers: [adoptingProvider(settings)] } : opts;
    return new StackNamespace("namespace", settings, keep, options).namespace;
}

// The provider's settings: from the stack's configuration, else from the environment, else the default.

/** What a provider was configured with. */
export interface ProviderSettings {
    /** Path or content of a kubeconfig; empty for the usual places. */
    kubeconfig: string;
    context: string;
    cluster: string;
    /** Namespace of objects that name none; empty for the context's. */
    namespace: string;
    deleteUnreachable: boolean;
    skipUpdateUnreachable: boolean;
    enableServerSideApply: boolean;
    enablePatchForce: boolean;
    upsertExistingObjects: boolean;
    enableConfigMapMutable: boolean;
    enableSecretMutable: boolean;
}

/** Switches with their environment variable and their default, as the official provider has them. */
const SWITCHES = {
    deleteUnreachable: ["PULUMI_K8S_DELETE_UNREACHABLE", false],
    skipUpdateUnreachable: ["PULUMI_K8S_SKIP_UPDATE_UNREACHABLE", false],
    enableServerSideApply: ["PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true],
    enablePatchForce: ["PULUMI_K8S_ENABLE_PATCH_FORCE", false],
    upsertExistingObjects: ["PULUMI_K8S_UPSERT_EXISTING_OBJECTS", false],
    enableConfigMapMutable: ["PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE", false],
    enableSecretMutable: ["PULUMI_K8S_ENABLE_SECRET_MUTABLE", false],
} as const;

type Switch = keyof typeof SWITCHES;

/**
 * Reads the settings. Those that only silence warnings of the official provider (`suppressDeprecationWarnings`,
 * `suppressHelmHookWarnings`) or limit its requests (`kubeClientSettings`) change nothing here.
 *
 * @param variables the provider's configuration, by names without the package
 */
export function readSettings(
    variables: Readonly<Record<string, string | undefined>>,
    env: Readonly<Record<string, string | undefined>>,
): ProviderSettings {
    if (variables.renderYamlToDirectory) {
        throw new Error(
            "renderYamlToDirectory is set, but this kubernetes provider was made from packages and writes no YAML. " +
                "Unset it, or install the official plugin",
        );
    }
    const switches = (Object.keys(SWITCHES) as Switch[]).map((name) => [name, readSwitch(name, variables, env)]);
    return {
        kubeconfig: variables.kubeconfig ?? "",
        context: variables.context ?? "",
        cluster: variables.cluster ?? "",
        namespace: variables.namespace ?? "",
        ...(Object.fromEntries(switches) as Record<Switch, boolean>),
    };
}

function readSwitch(
    name: Switch,
    variables: Readonly<Record<string, string | undefined>>,
    env: Readonly<Record<string, string | undefined>>,
): boolean {
    const [variable, otherwise] = SWITCHES[name];
    const given = variables[name] ?? env[variable];
    return given === undefined ? otherwise : given === "true";
}

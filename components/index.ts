// The public surface: component classes, their arguments, contracts and enums.
export {
    AppPreset,
    type AppRouteArgs,
    type AppTaskArgs,
    type DjangoArgs,
    type TracedAppArgs,
    type TracedAppKubernetesArgs,
} from "./app/arguments";
export { TracedApp } from "./app/tracedApp";
export {
    type EckClusterArgs,
    type ExternalIngressArgs,
    type ExternalOtlpArgs,
    type ExternalStorageArgs,
} from "./environment/external";
export { TracedEnvironmentReference, type TracedEnvironmentReferenceArgs } from "./environment/reference";
export { type SharedEnvironment, SharedPart } from "./environment/shared";
export {
    type EnvironmentAppArgs,
    type EnvironmentAlertsArgs,
    type EnvironmentCanaryArgs,
    type EnvironmentImagesArgs,
    type EnvironmentIngressArgs,
    type EnvironmentStorageArgs,
    type EnvironmentTracingArgs,
    type PartImageArgs,
    type EnvironmentAppKubernetesArgs,
    type EnvironmentIngressKubernetesArgs,
    type EnvironmentStorageKubernetesArgs,
    type EnvironmentTracingKubernetesArgs,
    TracedEnvironment,
    type TracedEnvironmentArgs,
    type TracedEnvironmentDockerArgs,
    type TracedEnvironmentKubernetesArgs,
} from "./environment/tracedEnvironment";
export { type IngressEndpoint } from "./ingress/contract";
export {
    type IngressTlsArgs,
    type JaegerUiArgs,
    type JaegerUiRouteArgs,
    type TraefikIngressArgs,
    type TraefikIngressDockerArgs,
    type TraefikIngressKubernetesArgs,
} from "./ingress/arguments";
export { TraefikIngress } from "./ingress/traefik";
export { type CanaryRouteArgs, TraceCanary, type TraceCanaryArgs } from "./observability/canary";
export {
    type ClusterDnsArgs,
    type FolderReference,
    type GatewayArgs,
    type IngressControllerArgs,
    type KubernetesArgs,
    type MetricsPeerArgs,
    PlatformKind,
    type Reach,
    ServiceType,
} from "./platform";
export {
    type StorageConnection,
    type StorageCredential,
    StorageEngine,
} from "./storage/contract";
export {
    ElasticsearchStorage,
    type ElasticsearchStorageArgs,
    type ElasticsearchStorageDockerArgs,
    type ElasticsearchStorageKubernetesArgs,
} from "./storage/elasticsearch";
export { StorageRetention, type StorageRetentionArgs } from "./storage/retention";
export {
    JaegerCollector,
    type JaegerCollectorArgs,
    type JaegerCollectorDockerArgs,
    type JaegerCollectorKubernetesArgs,
} from "./tracing/collector";
export {
    type OtlpEndpoint,
    type QueryEndpoint,
} from "./tracing/contract";
export { JaegerQuery, type JaegerQueryArgs, type JaegerQueryDockerArgs } from "./tracing/query";
export { type SamplingArgs } from "./tracing/sampling";

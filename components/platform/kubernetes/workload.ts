// A workload as a Deployment, or as a StatefulSet where its instances have volumes of their own.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { onceReady } from "../../support/inputs";
import { joinName } from "../../support/names";
import { FolderReference, PlacedWorkload, Reach, Scope, Workload } from "../workload";
import { PlacedFolder, placeFolder } from "./declaredFile";
import { instancesName, metadata, nameOf, namespaceOf, selectorOf } from "./metadata";
import { CLUSTER_TAKES, podTemplate, serviceAccount } from "./pod";
import { networkPolicies } from "./policy";
import {
    isSpread,
    makeInstancesService,
    makePeersService,
    makeService,
    publishedAddress,
    publishedPorts,
    servicePort,
} from "./service";
import { refusing, setProblem, STORAGE_CLASS } from "./refusals";
import { claimTemplates, retention, sizeClaims, volumeMounts, volumeSteps } from "./volumes";

/** Seconds in which a pod that goes still serves those who have not heard, when its workload does not say. */
const DRAIN = 5;

/** The share of the reserved CPU at which more instances come. */
const BUSY_PERCENT = 80;

/** Makes a workload's resources. */
export function placeWorkload(workload: Workload, scope: Scope): PlacedWorkload {
    const { parent } = scope;
    const stateful = (workload.volumes ?? []).length > 0;
    const account = serviceAccount(workload, scope);
    const published = publishedPorts(workload).map(({ internal }) => internal);
    const ports = Object.values(workload.ports ?? {});
    const policies = networkPolicies(
        workload,
        {
            published,
            ports,
            metrics: workload.metrics?.port,
            wayOut: published.length > 0,
            peers: workload.peers !== undefined,
        },
        scope,
    );
    const folders = (workload.watched ?? []).map((folder): [string, PlacedFolder] => [
        folder.name,
        placeFolder(folder, workload, scope),
    ]);
    const placed = folders.map(([, folder]) => folder);
    const template = podTemplate(workload, account, scope, {
        workload,
        drain: workload.drain ?? (stateful || ports.length === 0 ? 0 : DRAIN),
        volumes: placed.map(({ volume }) => volume),
        mounts: [...placed.map(({ mount }) => mount), ...volumeMounts(workload)],
        initContainers: volumeSteps(workload),
    });
    const options: pulumi.CustomResourceOptions = {
        parent,
        customTimeouts: timeouts(workload),
        dependsOn: pulumi
            .output(workload.dependsOn ?? [])
            .apply((before) => [
                ...(before as pulumi.Resource[]),
                ...policies,
                ...placed.flatMap(({ ownFiles }) => ownFiles),
            ]),
    };
    const controller = stateful
        ? statefulSet(workload, template, options, scope)
        : deployment(workload, template, options, scope);
    const service = makeService(workload, scope, {
        headless: stateful,
        dependsOn: [controller],
    });
    makePeersService(workload, scope);
    makeInstancesService(workload, scope);
    disruptionBudget(workload, scope);

    const ready = [controller];
    const namespace = namespaceOf(workload, scope);
    const hostOf = (service: string) =>
        pulumi.all([onceReady(service, ready), namespace]).apply(([name, space]) => `${name}.${space}.svc`);
    const host = hostOf(nameOf(workload, scope));
    return {
        host,
        addressOf: (port) =>
            isSpread(workload, port)
                ? pulumi.interpolate`${hostOf(instancesName(workload, scope))}:${port}`
                : pulumi.interpolate`${host}:${servicePort(workload, port)}`,
        // Callers are led to an instance that is ready at each connection.
        instances: [host],
        reach: reachOf(workload, namespace, scope),
        publishedAt: published.length > 0 && service ? publishedAddress(service) : pulumi.output(""),
        publishedFrom: pulumi.output(undefined),
        folders: Object.fromEntries(
            folders.map(([name, { reference }]): [string, FolderReference] => [name, reference]),
        ),
        ready,
    };
}

/** How callers get to the pods. */
function reachOf(workload: Workload, namespace: pulumi.Output<string>, scope: Scope): Reach | undefined {
    return workload.offers === undefined
        ? undefined
        : {
              namespace,
              podLabels: pulumi.output(selectorOf(workload, scope)),
              guarded: pulumi.output(true),
              port: pulumi.output(workload.offers),
              ports: pulumi.output(Object.values(workload.ports ?? { offered: workload.offers })),
          };
}

/** One instance after the other has to become ready, and those before it to go. */
function timeouts({ replicas, readyTimeout, stopGrace, drain = DRAIN }: Workload): pulumi.CustomTimeouts {
    const each = readyTimeout + stopGrace + drain;
    return {
        create: `${readyTimeout + CLUSTER_TAKES}s`,
        update: `${each * replicas + CLUSTER_TAKES}s`,
        delete: `${each + CLUSTER_TAKES}s`,
    };
}

/** New pods come one at a time beside the old ones, each ready before an old one goes. */
function deployment(
    workload: Workload,
    template: kubernetes.types.input.core.v1.PodTemplateSpec,
    options: pulumi.CustomResourceOptions,
    scope: Scope,
): pulumi.Resource {
    const scales = workload.maxReplicas !== undefined && workload.maxReplicas > workload.replicas;
    const made = new kubernetes.apps.v1.Deployment(
        workload.name,
        {
            // How many there are may have been said by others, such as an autoscaler that there was before.
            metadata: metadata(workload, scope, { annotations: { "pulumi.com/patchForce": "true" } }),
            spec: {
                replicas: workload.replicas,
                selector: { matchLabels: selectorOf(workload, scope) },
                strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
                progressDeadlineSeconds: workload.readyTimeout,
                revisionHistoryLimit: 2,
                template,
            },
        },
        // Who counts the pods is the autoscaler, where there is one; until it does, there are as many as it would have.
        { ...options, ...(scales ? { ignoreChanges: ["spec.replicas"] } : {}) },
    );
    if (scales) {
        new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
            `${workload.name}-autoscaler`,
            {
                metadata: metadata(workload, scope),
                spec: {
                    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: made.metadata.name },
                    minReplicas: workload.replicas,
                    maxReplicas: workload.maxReplicas as number,
                    metrics: [
                        {
                            type: "Resource",
                            resource: {
                                name: "cpu",
                                target: { type: "Utilization", averageUtilization: BUSY_PERCENT },
                            },
                        },
                    ],
                },
            },
            { parent: scope.parent },
        );
    }
    return made;
}

/** Each instance keeps its name and its volumes; the old pod goes before the new one comes. */
function statefulSet(
    workload: Workload,
    template: kubernetes.types.input.core.v1.PodTemplateSpec,
    options: pulumi.CustomResourceOptions,
    scope: Scope,
): pulumi.Resource {
    const name = nameOf(workload, scope);
    const set = new kubernetes.apps.v1.StatefulSet(
        workload.name,
        {
            metadata: metadata(workload, scope, {
                name,
                annotations: { [STORAGE_CLASS]: scope.kubernetes?.storageClass ?? "the cluster's default" },
            }),
            spec: {
                replicas: workload.replicas,
                serviceName: name,
                selector: { matchLabels: selectorOf(workload, scope) },
                podManagementPolicy: "Parallel",
                updateStrategy: { type: "RollingUpdate" },
                revisionHistoryLimit: 2,
                persistentVolumeClaimRetentionPolicy: retention(workload),
                template,
                volumeClaimTemplates: claimTemplates(workload, scope),
            },
        },
        // Claims can't be changed by their template, which can't be changed at all.
        { ...options, ignoreChanges: ["spec.volumeClaimTemplates"], hooks: refusing(workload.name, setProblem) },
    );
    sizeClaims(workload, set, scope);
    return set;
}

/** Of several instances only one at a time is taken away when a node is emptied. */
function disruptionBudget(workload: Workload, scope: Scope): void {
    if (workload.replicas < 2) {
        return;
    }
    new kubernetes.policy.v1.PodDisruptionBudget(
        `${workload.name}-budget`,
        {
            metadata: metadata(workload, scope, { name: joinName([nameOf(workload, scope)]) }),
            spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(workload, scope) } },
        },
        { parent: scope.parent },
    );
}

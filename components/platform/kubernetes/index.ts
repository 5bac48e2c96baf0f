// The Kubernetes platform: workloads as typed resources of one namespace.
import { Platform, PlatformKind } from "../workload";
import { declareRoute } from "./controllerRoute";
import { declareFile } from "./declaredFile";
import { INSTANCE_ATTRIBUTES } from "./environment";
import { makeNamespace } from "./namespace";
import { scheduleTask } from "./schedule";
import { secretValue } from "./secretValue";
import { runTask } from "./task";
import { placeWorkload } from "./workload";

export const kubernetesPlatform: Platform = {
    kind: PlatformKind.Kubernetes,
    balances: true,
    instanceAttributes: INSTANCE_ATTRIBUTES,
    namespace: makeNamespace,
    workload: placeWorkload,
    task: runTask,
    schedule: scheduleTask,
    secretValue,
    declareRoute,
    declareFile,
};

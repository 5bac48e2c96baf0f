// The Docker platform: workloads as containers, networks and volumes of one engine.
import { Platform, PlatformKind } from "../workload";
import { declareFile } from "./declaredFile";
import { scheduleTask } from "./schedule";
import { runTask } from "./task";
import { placeWorkload } from "./workload";

export const dockerPlatform: Platform = {
    kind: PlatformKind.Docker,
    balances: false,
    instanceAttributes: {},
    namespace: () => undefined,
    workload: placeWorkload,
    task: runTask,
    schedule: scheduleTask,
    declareFile,
};

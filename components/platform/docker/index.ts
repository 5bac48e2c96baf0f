// The Docker platform: workloads as containers, networks and volumes of one engine.
import { userError } from "../../support/errors";
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
    secretValue: ({ name }) => {
        throw userError(`${name}: a Docker engine keeps no secrets that could be read; give the value.`);
    },
    declareRoute: ({ name }) => {
        throw userError(`${name}: a Docker engine has no ingress controller; give the endpoint of a TraefikIngress.`);
    },
    declareFile,
};

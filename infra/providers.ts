// The provider of the platform that the settings name: always explicit, its SDK loaded only when it is used.
import * as pulumi from "@pulumi/pulumi";

import { Settings } from "./settings";

const LOCAL_ENGINE = "unix:///var/run/docker.sock";

/** The address of the Docker engine that the settings name. */
export function engineHost(
    engine: string,
    env: Readonly<Record<string, string | undefined>> = process.env,
): string {
    return engine === "local" ? env.DOCKER_HOST || LOCAL_ENGINE : engine;
}

/** The provider. */
export function platformProvider(settings: Settings): pulumi.ProviderResource {
    const docker = require("@pulumi/docker") as typeof import("@pulumi/docker");
    return new docker.Provider("docker", { host: engineHost(settings.engine as string) });
}

// The door to the platforms: a platform's provider SDK is loaded only when that platform is used.
import { Platform, PlatformKind } from "./workload";

export * from "./checks";
export * from "./placing";
export * from "./surroundings";
export * from "./workload";

/** The platform of a kind. */
export function platformOf(kind: PlatformKind): Platform {
    switch (kind) {
        case PlatformKind.Docker:
            // Loaded late on purpose: a provider SDK takes a good part of a preview's time.
            return (require("./docker") as typeof import("./docker")).dockerPlatform;
        case PlatformKind.Kubernetes:
            return (require("./kubernetes") as typeof import("./kubernetes")).kubernetesPlatform;
    }
}

// The toolchain's door: tools, engine, registry and images where only package registries may be within reach.
export { engineStatus, ensureEngine, stopEngine } from "./engine";
export type { Engine, EngineStatus } from "./engine";
export { ensureGo, ensureJaegerBinary, ensureLanguages, ensureTools, ensureTraefikBinary, generateSdk } from "./executables";
export type { Source, Taken, Tools } from "./executables";
export { cacheFolder, logFile, stateFolder } from "./folders";
export { ensureRegistry, registryAddress, registryStatus, stopRegistry } from "./registry";
export type { Registry } from "./registry";
export { VERSIONS } from "./versions";

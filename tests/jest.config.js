// Jest's projects, by what their tests need to run: nothing, Pulumi's mocks, or a real engine.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const rootDir = path.resolve(__dirname, "..");

function project(name, further = {}) {
    return {
        displayName: name,
        rootDir,
        testEnvironment: "node",
        testMatch: [`<rootDir>/tests/${name}/**/*.test.ts`],
        // Types are checked once for all by tsc.
        transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json", diagnostics: false }] },
        // The second package.json has the same name.
        modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/components/package.json"],
        ...further,
    };
}

// One environment for all engine tests: made by the default export of environment.ts, removed by that of teardown.ts.
function engineHooks() {
    const hooks = { globalSetup: "environment.ts", globalTeardown: "teardown.ts" };
    return Object.fromEntries(
        Object.entries(hooks)
            .map(([hook, file]) => [hook, path.join(__dirname, "engine", file)])
            .filter(([, file]) => fs.existsSync(file)),
    );
}

module.exports = {
    rootDir,
    projects: [project("unit"), project("components"), project("engine", { ...engineHooks(), setupFilesAfterEnv: ["<rootDir>/tests/engine/support/timeout.ts"] })],
};

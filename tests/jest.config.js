// Jest's projects, by what their tests need to run: nothing, Pulumi's mocks, npm's registry, a real engine or cluster, or
// one to themselves.
"use strict";

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
        // Other files package.json have the same name, or none yet.
        modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/components/package.json", "<rootDir>/templates/"],
        ...further,
    };
}

const PLAIN = { setupFilesAfterEnv: ["<rootDir>/tests/helpers/timeout.ts"] };
const ENGINE = { setupFilesAfterEnv: ["<rootDir>/tests/engine/support/timeout.ts"] };

module.exports = {
    rootDir,
    projects: [
        project("unit", PLAIN),
        project("components", PLAIN),
        project("package", ENGINE),
        project("engine", ENGINE),
        project("cluster", ENGINE),
        project("faults/engine", ENGINE),
        project("faults/cluster", ENGINE),
    ],
};

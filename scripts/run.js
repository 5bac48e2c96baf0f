// What README's commands start: looks after Node.js and the dependencies, then runs the command in TypeScript.
// Plain JavaScript without a dependency, since on a fresh clone there is none.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const OLDEST_NODE = 20;
const root = path.resolve(__dirname, "..");

/** Whether what npm has installed is what the lock file asks for. */
function isInstalled(lock, installed) {
    return Object.entries(lock.packages).every(([folder, wanted]) => {
        const found = installed.packages[folder];
        // What is made for another system is not installed; the root package is not a dependency.
        return folder === "" || (found ? found.version === wanted.version : wanted.optional === true);
    });
}

function readJson(file) {
    try {
        return JSON.parse(fs.readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}

function checkNode() {
    if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
        fail(
            `Node.js ${process.versions.node} is too old: expected ${OLDEST_NODE} or newer. ` +
                "Install a newer one (https://nodejs.org) and try again.",
        );
    }
}

function installDependencies() {
    const lock = readJson(path.join(root, "package-lock.json"));
    if (!lock) {
        fail("package-lock.json is missing or not readable: expected the one that belongs to this checkout.");
    }
    const installed = readJson(path.join(root, "node_modules", ".package-lock.json"));
    if (installed && isInstalled(lock, installed)) {
        return;
    }
    process.stderr.write("▸ dependencies (npm ci)\n");
    const start = Date.now();
    const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    const npm = process.env.npm_execpath;
    // npm's own output belongs to the progress, not to a result that is read from standard output.
    const options = { cwd: root, stdio: ["ignore", 2, 2] };
    const { status, error } = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync("npm", args, options);
    if (status !== 0) {
        const reason = error ? error.message : "see its messages above";
        fail(`The dependencies could not be installed by "npm ci": ${reason}. Mend it and try again.`);
    }
    process.stderr.write(`✓ dependencies (${Math.round((Date.now() - start) / 1000)} s)\n`);
}

function fail(message) {
    process.stderr.write(`${message}\n`);
    process.exit(1);
}

function main() {
    checkNode();
    installDependencies();
    require("./typescript.js");
    const { runCommand } = require("./commands/index.ts");
    void runCommand(process.argv[2], process.argv.slice(3));
}

if (require.main === module) {
    main();
}

module.exports = { isInstalled };

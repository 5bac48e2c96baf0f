// Lets Node.js load the project's TypeScript: by swc, without a check of types. Loaded first, by `--require` too. It is
// told nothing by variables, which programs and plugins of Pulumi would inherit.
"use strict";

const path = require("node:path");

require("ts-node").register({
    project: path.join(__dirname, "..", "tsconfig.json"),
    transpileOnly: true,
    swc: true,
});

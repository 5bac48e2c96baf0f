// The program of the tests' stacks: makes the resources that a file beside it lists.
"use strict";

const fs = require("node:fs");

const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");

const { provider: providerArgs, resources } = JSON.parse(fs.readFileSync("resources.json", "utf8"));
const provider = new kubernetes.Provider("cluster", providerArgs);
const made = {};

/** Values of the file: `{ $secret: value }` is a secret, `{ $from: name }` is the name of another's object. */
function resolve(value) {
    if (Array.isArray(value)) {
        return value.map(resolve);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if ("$secret" in value) {
        return pulumi.secret(value.$secret);
    }
    if ("$from" in value) {
        return made[value.$from].metadata.name;
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
}

for (const { name, type, args, options = {} } of resources) {
    const Resource = type.split(".").reduce((found, key) => found[key], kubernetes);
    const dependsOn = (options.dependsOn ?? []).map((each) => made[each]);
    made[name] = new Resource(name, resolve(args), { ...options, dependsOn, provider });
}

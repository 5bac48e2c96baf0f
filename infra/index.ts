// The reference program: the stack's settings become an environment, and its addresses the stack's outputs.
import * as pulumi from "@pulumi/pulumi";

import { TracedEnvironment } from "../components/environment/tracedEnvironment";
import { appArgs, databaseArgs, environmentArgs } from "./arguments";
import { Database } from "./database";
import { loadSettings } from "./load";
import { partVersions, probeTargets } from "./outputs";
import { platformProvider } from "./providers";

const settings = loadSettings();
const options: pulumi.ComponentResourceOptions = { providers: [platformProvider(settings)] };

const databases = Object.fromEntries(
    Object.keys(settings.databases ?? {}).map((name) => [
        name,
        new Database(`database-${name}`, databaseArgs(name, settings), options),
    ]),
);
const apps = Object.fromEntries(
    Object.entries(settings.apps ?? {}).map(([name, app]) => [name, appArgs(name, app, databases[app.database ?? ""])]),
);
const environment = new TracedEnvironment("main", { ...environmentArgs(settings), apps }, options);

/** Where people go: each app that has a route, and Jaeger's UI. */
export const urls = { apps: environment.appUrls, jaegerUi: environment.jaegerUiUrl };
/** The version of each part. */
export const versions = partVersions(settings);
/** Where other stacks' apps send their spans. */
export const otlpEndpoint = environment.otlp;
/** Where other stacks declare their routes. */
export const ingressEndpoint = environment.ingress;
/** The environment's name in traces. */
export const environmentName = settings.environmentName ?? pulumi.getStack();
/** What `npm run verify` asks for, and what it expects to find. */
export const probes = probeTargets(settings, environment);

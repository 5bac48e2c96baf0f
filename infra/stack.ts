// A whole stack from its settings: the platform's provider, databases, the environment, the outputs.
import * as pulumi from "@pulumi/pulumi";

import { TracedEnvironment } from "../components/environment/tracedEnvironment";
import { appArgs, databaseArgs, environmentArgs } from "./arguments";
import { Database } from "./database";
import { stackNamespace } from "./namespace";
import { partVersions, probeTargets } from "./outputs";
import { platformProvider } from "./providers";
import { Settings } from "./settings";

/** Makes everything that the settings name, and returns the stack's outputs. */
export function makeStack(settings: Settings) {
    const options: pulumi.ComponentResourceOptions = { providers: [platformProvider(settings)] };
    const namespace = stackNamespace(settings, options);
    const databases = Object.fromEntries(
        Object.keys(settings.databases ?? {}).map((name) => [
            name,
            new Database(`database-${name}`, databaseArgs(name, settings, namespace), options),
        ]),
    );
    const apps = Object.fromEntries(
        Object.entries(settings.apps ?? {}).map(([name, app]) => [
            name,
            appArgs(name, app, databases[app.database ?? ""]),
        ]),
    );
    const environment = new TracedEnvironment(
        "main",
        { ...environmentArgs(settings, namespace), apps },
        options,
    );
    return {
        /** Where people go: each app that has a route, and Jaeger's UI. */
        urls: {
            apps: environment.appUrls,
            jaegerUi: environment.jaegerUiUrl,
            ...(settings.ingress?.jaegerUiRoute ? { jaegerUiRoute: environment.jaegerUiRouteUrl } : {}),
        },
        /** The version of each part. */
        versions: partVersions(settings),
        /** Where the traces are stored. */
        storageConnection: environment.storage,
        /** What other stacks' apps are wired with, by a TracedEnvironmentReference. */
        environment: environment.shared,
        /** Alert rules: a rule file of Prometheus. */
        alertRules: environment.alertRules,
        /** The environment's name in traces. */
        environmentName: settings.environmentName ?? pulumi.getStack(),
        /** What `npm run verify` asks for, and what it expects to find. */
        probes: probeTargets(settings, environment, namespace),
    };
}

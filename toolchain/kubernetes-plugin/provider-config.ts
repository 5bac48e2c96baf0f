// Changes of the provider's own configuration: when they point to another cluster, every object is replaced.
import { parse } from "yaml";
import * as fs from "node:fs";

import { Properties, sameValue, UNKNOWN, Value } from "../property-values";
import { at, mapsAt, textAt } from "./objects";

/** What a changed configuration means. */
export interface ConfigChange {
    changed: string[];
    replaces: string[];
}

const CLUSTER_SETTINGS = ["kubeconfig", "context", "cluster"];
const IDENTIFIER = "clusterIdentifier";

/** Compares two configurations, without secrets. */
export function configChange(olds: Properties, news: Properties): ConfigChange {
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changed = names.filter((name) => !sameValue(olds[name], news[name]));
    if (olds[IDENTIFIER] !== undefined && news[IDENTIFIER] !== undefined) {
        return { changed, replaces: changed.includes(IDENTIFIER) ? [IDENTIFIER] : [] };
    }
    const unknown = CLUSTER_SETTINGS.filter((name) => news[name] === UNKNOWN);
    if (unknown.length > 0) {
        return { changed, replaces: unknown };
    }
    const [before, after] = [activeCluster(olds), activeCluster(news)];
    const isOther = before !== undefined && after !== undefined && !sameValue(before, after);
    return { changed, replaces: isOther ? changed.filter((name) => CLUSTER_SETTINGS.includes(name)) : [] };
}

// The cluster's address and authorities in the kubeconfig; undefined when there is none to compare.
function activeCluster(config: Properties): Value | undefined {
    const kubeconfig = readKubeconfig(config.kubeconfig);
    const context = textAt(config, "context") || textAt(kubeconfig, "current-context");
    const named = mapsAt(kubeconfig, "contexts").find(({ name }) => name === context);
    const cluster = textAt(config, "cluster") || textAt(named, "context", "cluster");
    return at(mapsAt(kubeconfig, "clusters").find(({ name }) => name === cluster), "cluster");
}

function readKubeconfig(value: Value | undefined): Value | undefined {
    if (typeof value !== "string" || value === "") {
        return value;
    }
    try {
        const content = !value.includes("\n") && fs.existsSync(value) ? fs.readFileSync(value, "utf8") : value;
        return parse(content) as Value;
    } catch {
        return undefined;
    }
}

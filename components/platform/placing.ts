// How a component is put into a program: the provider that its children get, and the name that is its own there.
import * as pulumi from "@pulumi/pulumi";

import { Problem, shown } from "../support/errors";
import { physicalName } from "../support/names";
import { PlaceArgs } from "./checks";
import { PlatformKind } from "./workload";

/** Packages of resources that are made on any platform: passwords and certificates. */
const ANYWHERE = ["random", "tls"];

/** What decides where a component's children are, and what they are called there. */
interface PlacingArgs extends PlaceArgs {
    environmentId?: string;
}

/** What is wrong with the options of a component that runs something, or with its name beside those of others. */
export function placingProblems(
    component: pulumi.ComponentResource,
    name: string,
    args: PlacingArgs,
    opts?: pulumi.ComponentResourceOptions,
): Problem[] {
    const called = physicalName(args.environmentId, name);
    return [...providerProblems(component, args.platform, opts), ...takenProblems(component, name, args, "name", called)];
}

/** The same of an environment: its parts begin with its name, and it may make a namespace. */
export function environmentPlacingProblems(
    component: pulumi.ComponentResource,
    name: string,
    args: PlacingArgs,
    opts?: pulumi.ComponentResourceOptions,
): Problem[] {
    const { platform, environmentId, kubernetes } = args;
    const makesNamespace = platform === PlatformKind.Kubernetes && kubernetes?.namespace === undefined;
    const [path, called] = makesNamespace
        ? ["kubernetes.namespace", physicalName(environmentId)]
        : ["name", `${physicalName(environmentId, name)}-...`];
    return [...providerProblems(component, platform, opts), ...takenProblems(component, name, args, path, called)];
}

/** The provider of a package that a component's children get; undefined for the default one. */
function providerOf(component: pulumi.ComponentResource, packageName: string): pulumi.ProviderResource | undefined {
    return component.getProvider(`${packageName}:index:Any`);
}

/**
 * A provider that no child can use is one that was meant for them: without this they would be made by the default one,
 * on whatever engine or cluster that is.
 */
function providerProblems(
    component: pulumi.ComponentResource,
    platform: PlatformKind = PlatformKind.Docker,
    { provider, providers = {} }: pulumi.ComponentResourceOptions = {},
): Problem[] {
    const own = providerOf(component, platform);
    const way = `give a ${platform}.Provider`;
    const several = Object.values(providers);
    const given = provider ? [provider, ...several] : several;
    const other = Object.values(PlatformKind).find((kind) => {
        const its = providerOf(component, kind);
        return kind !== platform && its !== undefined && given.includes(its);
    });
    // A single one is meant for what is made here; of several each takes its own.
    const missed = provider && several.length === 0 ? provider !== own : own === undefined;
    if (other && missed) {
        const path = provider ? "opts.provider" : "opts.providers";
        const reason = `is of platform "${other}", and nothing on platform "${platform}" is made by it`;
        return [{ path, reason: `${reason}; ${way}, or set \`platform: "${other}"\`` }];
    }
    const usable = [...Object.values(PlatformKind), ...ANYWHERE].map((each) => providerOf(component, each));
    if (provider && !usable.includes(provider)) {
        const reason = "is of a package by which nothing here is made";
        return [{ path: "opts.provider", reason: `${reason}; ${way}, or leave it out` }];
    }
    const reason = `missing; pulumi:disable-default-providers forbids the default one of "${platform}"; ${way}`;
    return own === undefined && hasNoDefault(platform) ? [{ path: "opts.provider", reason }] : [];
}

/**
 * Whether the stack's settings forbid the default provider of a package.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/config/#pulumi-configuration-options
 */
function hasNoDefault(packageName: string): boolean {
    // A list in JSON; one that is none the engine refuses itself.
    const setting = new pulumi.Config("pulumi").get("disable-default-providers") ?? "";
    const forbidden = [...setting.matchAll(/"\s*([^"]*?)\s*"/g)].map(([, each]) => each);
    return forbidden.includes("*") || forbidden.includes(packageName);
}

/**
 * What is called how in a program, by the provider of its engine or cluster, or by the program's stack where that is the
 * default one. Pulumi refuses two of a name only when they are of one type and below parents of one type; an engine
 * notices late, or not at all: of two apps the second one's route would take the place of the first one's.
 */
const taken = new WeakMap<pulumi.Resource, Map<string, string>>();

/** What is wrong with a name that another component of the program has, on the same engine or in the same namespace. */
function takenProblems(
    component: pulumi.ComponentResource,
    name: string,
    { platform = PlatformKind.Docker, kubernetes }: PlacingArgs,
    path: string,
    called: string,
): Problem[] {
    const home = providerOf(component, platform) ?? pulumi.runtime.getStackResource();
    const namespace = kubernetes?.namespace ?? "";
    // Of a namespace that is known later the cluster itself refuses the second one; a plugin is told of no stack.
    if (home === undefined || typeof namespace !== "string") {
        return [];
    }
    const names = taken.get(home) ?? new Map<string, string>();
    taken.set(home, names);
    const key = `${namespace}/${called}`;
    const holder = names.get(key);
    if (holder === undefined) {
        names.set(key, `${component.constructor.name} ${shown(name)}`);
        return [];
    }
    const reason =
        path === "name"
            ? `is called ${shown(called)} too; give one of them another name`
            : `makes the namespace ${shown(called)} too; give the name of one that exists`;
    return [{ path, reason: `${holder}, another part of this program, ${reason}, or an \`environmentId\` of its own` }];
}

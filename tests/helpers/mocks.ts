// Runs a Pulumi program against mocks and records every resource that it registers.
import { runInThisContext } from "vm";

import * as pulumi from "@pulumi/pulumi";

import { shortHash } from "../../components/support/names";
import { PrepareStackTrace, withCheapNotes } from "../../infra/promiseTraces";
import { AUTHORITY } from "./certificates";

// As in the program itself: Jest maps stacks too, outside of the context that a test has; it was half of the CPU.
Error.prepareStackTrace = withCheapNotes(runInThisContext("Error.prepareStackTrace") as PrepareStackTrace);

/** A value that the SDK marked as secret carries this key. */
const SECRET_KEY = "4dabf18193072939515e22adb298388d";

/** One registered resource. */
export interface Registered {
    type: string;
    name: string;
    /** The type of the resource it hangs below; empty at the top. */
    parentType: string;
    custom: boolean;
    /** The provider it was registered with; undefined for the default one. */
    provider?: string;
    inputs: Record<string, unknown>;
    /** The properties whose changes are not carried out. */
    ignoreChanges: string[];
    /** Whether the old one goes before the new one comes; undefined where the provider decides. */
    deleteBeforeReplace?: boolean;
    /** Whether it stays when the stack goes. */
    retainOnDelete?: boolean;
}

/** Passwords that the mocked provider generates: recognizable wherever they turn up. */
export const PASSWORD = "Gen3ratedPa55word";

const encoded = (text: string) => Buffer.from(text).toString("base64");

/** What any Secret holds that others keep in a cluster. */
const KEPT_BY_OTHERS = { elastic: encoded(`${PASSWORD}-elastic`), "ca.crt": encoded(AUTHORITY) };

/**
 * Runs a program with mocks and gives what it registered, in the order of registration.
 *
 * @param options.stacks the outputs of other stacks by their names
 */
export async function registeredBy(
    program: () => void,
    options: { preview?: boolean; stacks?: Readonly<Record<string, object>> } = {},
): Promise<Registered[]> {
    const registered: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, provider, custom, id }) => {
                if (id && type === "kubernetes:core/v1:Secret") {
                    return { id, state: { data: KEPT_BY_OTHERS } };
                }
                if (type === "pulumi:pulumi:StackReference") {
                    return { id: inputs.name, state: { name: inputs.name, outputs: options.stacks?.[inputs.name] ?? {} } };
                }
                registered.push({
                    type,
                    name,
                    parentType: "",
                    ignoreChanges: [],
                    custom: custom ?? false,
                    provider: provider || undefined,
                    inputs,
                });
                return { id: `${name}-id`, state: { ...inputs, ...computed(type, name, inputs) } };
            },
            call: ({ inputs }) => {
                throw new Error(`no such container: ${JSON.stringify(inputs)}`);
            },
        },
        "project",
        "stack",
        options.preview ?? false,
    );
    const parents = new Map<string, string>();
    const given = new Map<string, pulumi.CustomResourceOptions>();
    await pulumi.runtime.runInPulumiStack(async () => {
        pulumi.runtime.registerStackTransformation((args) => {
            const parent = args.opts.parent as (pulumi.Resource & { __pulumiType?: string }) | undefined;
            parents.set(`${args.type}::${args.name}`, parent?.__pulumiType ?? "");
            given.set(`${args.type}::${args.name}`, args.opts as pulumi.CustomResourceOptions);
            return undefined;
        });
        program();
    });
    await settled(registered);
    for (const resource of registered) {
        resource.parentType = parents.get(`${resource.type}::${resource.name}`) ?? "";
        const chosen = given.get(`${resource.type}::${resource.name}`);
        resource.ignoreChanges = chosen?.ignoreChanges ?? [];
        resource.deleteBeforeReplace = chosen?.deleteBeforeReplace;
        resource.retainOnDelete = chosen?.retainOnDelete;
    }
    return registered.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

/**
 * Runs a program that fails when something becomes known, and gives what it registered and the messages by which it
 * ended, each once: nobody waits for what is registered, so that it is Pulumi that reports the errors.
 */
export async function failingLate(program: () => void): Promise<{ registered: Registered[]; errors: string[] }> {
    // Jest has listeners of its own, outside of the context that a test has.
    const outside = runInThisContext("process") as NodeJS.Process;
    const others = outside.listeners("unhandledRejection");
    const errors = new Set<unknown>();
    outside.removeAllListeners("unhandledRejection");
    outside.on("unhandledRejection", (error) => errors.add(error));
    try {
        const registered = await registeredBy(program);
        return { registered, errors: [...errors].map((error) => (error as Error).message) };
    } finally {
        outside.removeAllListeners("unhandledRejection");
        others.forEach((listener) => outside.on("unhandledRejection", listener));
    }
}

/** Registrations follow one another through outputs: done when none has come for a while. */
async function settled(registered: readonly unknown[]): Promise<void> {
    for (let quiet = 0, seen = -1; quiet < 20; quiet = registered.length === seen ? quiet + 1 : 0) {
        seen = registered.length;
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

/** What providers compute. */
function computed(
    type: string,
    name: string,
    inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
    switch (type) {
        case "random:index/randomPassword:RandomPassword":
            return { result: `${PASSWORD}-${name}`, bcryptHash: `$2a$10$${PASSWORD}-${name}` };
        case "tls:index/privateKey:PrivateKey":
            return { privateKeyPem: `${PASSWORD}-${name}` };
        case "tls:index/certRequest:CertRequest":
            return { certRequestPem: `request of ${name}` };
        case "tls:index/selfSignedCert:SelfSignedCert":
        case "tls:index/locallySignedCert:LocallySignedCert":
            return { certPem: `certificate of ${name}` };
        case "docker:index/remoteImage:RemoteImage":
            return { imageId: `sha256:${name}` };
        case "docker:index/network:Network":
            return { ipamConfigs: [{ subnet: "10.99.0.0/24", gateway: "10.99.0.1" }] };
        case "docker:index/container:Container":
            return { exitCode: 0, containerLogs: "", name: inputs.name ?? `${name}-1a2b3c4` };
        case "docker:index/volume:Volume":
            return { name: inputs.name ?? autoname(name, inputs.labels) };
        default:
            return type.startsWith("kubernetes:") ? computedByCluster(name, inputs) : {};
    }
}

/** The name that Pulumi finds for what is replaced when this of it changes: another one then. */
export function autoname(name: string, madeOf: unknown): string {
    return `${name}-${shortHash(JSON.stringify(madeOf))}`;
}

/** What a cluster adds: a name where none is given, and the address of a load balancer. */
function computedByCluster(name: string, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const { metadata, spec, immutable, data } = unmarked(inputs) as {
        metadata?: object;
        spec?: { type?: string };
        immutable?: boolean;
        data?: object;
    };
    return {
        ...(metadata ? { metadata: { name: immutable ? autoname(name, data) : `${name}-1a2b3c4d`, ...metadata } } : {}),
        ...(spec?.type === "LoadBalancer" ? { status: { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } } } : {}),
    };
}

/** Every text in a resource's inputs that is not marked as secret. */
export function plainTexts(value: unknown): string[] {
    if (typeof value === "string") {
        return [value];
    }
    if (Array.isArray(value)) {
        return value.flatMap(plainTexts);
    }
    if (value !== null && typeof value === "object") {
        return SECRET_KEY in value
            ? []
            : Object.entries(value).flatMap(([key, inner]) => [key, ...plainTexts(inner)]);
    }
    return [];
}

/** The inputs without their secret marks. */
export function unmarked(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(unmarked);
    }
    if (value !== null && typeof value === "object") {
        const record = value as Record<string, unknown>;
        if (SECRET_KEY in record) {
            return unmarked(record.value);
        }
        return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, unmarked(inner)]));
    }
    return value;
}

// What the provider does with a resource: checks its inputs, compares, makes, changes, reads and removes the object.
import { Properties } from "../property-values";
import { Api, ApiError, UnknownKindError } from "./api";
import { NotReadyError, readinessNow } from "./awaiting";
import { Change, changes, parsePath, withoutIdle, withoutIgnored } from "./diff";
import type { EngineLog } from "./engine-log";
import { replacingFields } from "./immutable";
import { createObject, deleteObject, NoPreviewError, relinquish, updateObject, wouldBecome, Writing } from "./manage";
import { Autonaming, isAutonamed, isNamed, uniqueName, withName } from "./names";
import {
    ANNOTATIONS,
    annotationOf,
    apiVersionOf,
    idOf,
    isAnnotated,
    isMap,
    kindOf,
    KubeObject,
    nameOf,
    namespaceOf,
    ObjectKind,
    parseId,
    textAt,
    without,
    withValueAt,
} from "./objects";
import { pruned } from "./prune";
import { isNamespaced } from "./scopes";
import { plain, withSecretsOf } from "./secrets";
import type { ProviderSettings } from "./settings";
import { readState, State, writeState } from "./state";
import { isList, isPatch, parseToken } from "./tokens";
import { hasUnknown, normalized } from "./values";

/** A provider after its configuration. */
export interface Context {
    settings: ProviderSettings;
    /** The cluster; undefined when it can't be reached. */
    api: Api | undefined;
    /** Why it can't be reached. */
    unreachable: string;
    /** Namespace of objects that name none. */
    namespace: string;
    log: EngineLog;
    /** Ends waiting. */
    signal: AbortSignal;
}

/** The resource that a call is about. */
export interface Resource {
    urn: string;
    token: string;
}

/** The object was written but is not as it should be; the engine keeps the state and tries again next time. */
export class PartialError extends Error {
    constructor(
        message: string,
        readonly id: string,
        readonly properties: Properties,
        readonly reasons: readonly string[],
        readonly inputs?: Properties,
    ) {
        super(message);
    }
}

/** A comparison of state and new inputs. */
export interface Comparison {
    changes: Change[];
    deleteBeforeReplace: boolean;
    /** Replaced though no field changed: it is to be, when it is not ready. */
    replaceUnready: boolean;
}

const EXISTS_ALREADY =
    "When this resource was renamed in the program, give it an alias. To manage some fields of an object of others, " +
    "use its patch resource (ConfigMapPatch and so on). To take the object over, use `pulumi import`, or set " +
    "upsertExistingObjects on the provider";

/** The inputs as they are to be recorded: with a name and a namespace. */
export async function check(
    context: Context,
    { urn, token }: Resource,
    news: Properties,
    olds: Properties | undefined,
    seed: Uint8Array,
    autonaming: Autonaming | undefined,
): Promise<Properties> {
    parseToken(token);
    const inputs = normalizedInputs(news);
    const kind = textAt(inputs, "kind");
    if (isList(token, kind)) {
        throw new Error(`A ${kind} can't be created: create the objects in it one by one`);
    }
    if (isPatch(token, kind)) {
        if (!context.settings.enableServerSideApply) {
            throw new Error("Patch resources need server-side apply, which enableServerSideApply has switched off");
        }
        if (!isNamed(inputs)) {
            throw new Error("A patch resource needs metadata.name: the name of the object that it patches");
        }
    }
    if (textAt(inputs, "metadata", "generateName") !== "" && !isNamed(inputs)) {
        throw new Error("metadata.generateName is not supported: set metadata.name, or neither for an automatic name");
    }
    const old = olds && Object.keys(olds).length > 0 ? plain(olds) : undefined;
    const named = withName(inputs, old, urn.split("::").at(-1) ?? "", seed, autonaming);
    return withSecretsOf(await withNamespace(context, named), news);
}

/** What changes, and whether that replaces the object. */
export async function diff(
    context: Context,
    { urn, token }: Resource,
    olds: Properties,
    news: Properties,
    ignored: readonly string[],
): Promise<Comparison> {
    const state = readState(olds);
    const inputs = normalizedInputs(news);
    const patch = isPatch(token, textAt(inputs, "kind"));
    const before = await comparable(context, pruned(state.live, normalized(state.inputs)), state, inputs);
    const after = await comparable(context, inputs, state, inputs);
    const all = changes(before, after, replacingFields(inputs, patch, context.settings));
    let found = withoutIgnored(all, ignored);
    const isSame = nameOf(before) === nameOf(after) && namespaceOf(before) === namespaceOf(after);
    if (context.api && found.length > 0 && !hasUnknown(inputs) && isSame) {
        const options = { isPatch: patch, ignored, timeout: 0 };
        const writing = writingTo(context.api, context, urn, inputs, state.fieldManager, options);
        found = await withoutIdleChanges(writing, state, found);
    }
    const replaceUnready = await isUnreadyToReplace(context, urn, inputs, state);
    const replaces = replaceUnready || found.some((change) => change.replaces);
    return {
        changes: found,
        replaceUnready,
        deleteBeforeReplace:
            replaces &&
            isNamed(inputs) &&
            !isAutonamed(inputs) &&
            nameOf(inputs) === nameOf(state.live) &&
            namespaceOf(after) === (namespaceOf(state.live) || namespaceOf(after)),
    };
}

/** Makes the object; in a preview, asks the server what it would make. */
export async function create(
    context: Context,
    { urn, token }: Resource,
    properties: Properties,
    timeout: number,
    preview: boolean,
): Promise<{ id: string; properties: Properties }> {
    const inputs = normalizedInputs(properties);
    const patch = isPatch(token, textAt(inputs, "kind"));
    if (preview && (patch || hasUnknown(inputs) || !context.api)) {
        return { id: "", properties };
    }
    const api = reachable(context);
    const fieldManager = fieldManagerOf(inputs, "");
    const options = { isPatch: patch, ignored: [], timeout };
    const writing = { ...writingTo(api, context, urn, inputs, fieldManager, options), preview };
    const stateOf = (live: KubeObject): Properties => writeState({ inputs, live, fieldManager }, properties);
    try {
        const live = await createObject(writing);
        return preview
            ? { id: "", properties: stateOf(without(live, "status")) }
            : { id: idOf(live), properties: stateOf(live) };
    } catch (error) {
        if (preview && (error instanceof NoPreviewError || error instanceof UnknownKindError)) {
            return { id: "", properties };
        }
        throw explained(error, `${what(inputs)} was created, but did not become ready`, stateOf, inputs);
    }
}

/** Changes the object to its new inputs; in a preview, asks the server what it would become. */
export async function update(
    context: Context,
    { urn, token }: Resource,
    olds: Properties,
    news: Properties,
    ignored: readonly string[],
    timeout: number,
    preview: boolean,
): Promise<Properties> {
    const state = readState(olds);
    const inputs = normalizedInputs(news);
    if (preview && (hasUnknown(inputs) || !context.api)) {
        return news;
    }
    const api = reachable(context);
    const fieldManager = fieldManagerOf(inputs, state.fieldManager);
    const options = { isPatch: isPatch(token, textAt(inputs, "kind")), ignored, timeout };
    const stateOf = (live: KubeObject): Properties => writeState({ inputs, live, fieldManager }, news);
    try {
        const writing = { ...writingTo(api, context, urn, inputs, fieldManager, options), preview };
        const live = await updateObject(writing, nameOf(state.live));
        if (!preview && state.fieldManager !== "" && state.fieldManager !== fieldManager) {
            await relinquish(api, live, state.fieldManager);
        }
        return stateOf(live);
    } catch (error) {
        const isForbidden = error instanceof ApiError && error.code === 403;
        if (preview && (isForbidden || error instanceof NoPreviewError || error instanceof UnknownKindError)) {
            return news;
        }
        throw explained(error, `${what(inputs)} was changed, but did not become ready`, stateOf, inputs);
    }
}

/** The object as it is now, with the inputs that it comes to; undefined when it is gone. */
export async function read(
    context: Context,
    { urn, token }: Resource,
    id: string,
    properties: Properties,
    markedInputs: Properties,
): Promise<{ id: string; properties: Properties; inputs: Properties } | undefined> {
    if (!context.api) {
        context.log.warn(urn, unreachableText(context));
        if (context.settings.deleteUnreachable) {
            return undefined;
        }
        if (context.settings.skipUpdateUnreachable) {
            return { id, properties, inputs: markedInputs };
        }
        throw unreachableError(context);
    }
    const state = readState(properties);
    const oldInputs = normalizedInputs(markedInputs);
    const { namespace, name } = parseId(id);
    const isImport = Object.keys(oldInputs).length === 0;
    const kind = isImport ? importedKind(token, state) : kindOf(oldInputs);
    try {
        const live = await context.api.get(kind, namespace || namespaceOf(oldInputs), name);
        const inputs = isImport ? inputsOfImport(live) : pruned(live, oldInputs);
        const fieldManager = fieldManagerOf(inputs, state.fieldManager);
        const result = {
            id,
            properties: writeState({ inputs, live, fieldManager }, markedInputs),
            inputs: withSecretsOf(inputs, markedInputs),
        };
        if (isImport || isPatch(token, kind.kind)) {
            return result;
        }
        const readiness = await readinessNow(context.api, oldInputs, live);
        if (!readiness.ready) {
            const message = `${what(live)} is not ready`;
            throw new PartialError(message, id, result.properties, [message, ...readiness.messages], result.inputs);
        }
        return result;
    } catch (error) {
        if ((error instanceof ApiError && error.code === 404) || error instanceof UnknownKindError) {
            return undefined;
        }
        throw error;
    }
}

/** Removes the object. */
export async function remove(
    context: Context,
    { urn, token }: Resource,
    properties: Properties,
    timeout: number,
): Promise<void> {
    if (!context.api) {
        context.log.warn(urn, unreachableText(context));
        if (context.settings.deleteUnreachable) {
            return;
        }
        throw unreachableError(context);
    }
    const { inputs, live, fieldManager } = readState(properties);
    const options = { isPatch: isPatch(token, textAt(live, "kind")), ignored: [], timeout };
    try {
        await deleteObject(live, writingTo(context.api, context, urn, inputs, fieldManager, options));
    } catch (error) {
        const stateOf = (last: KubeObject): Properties => writeState({ inputs, live: last, fieldManager }, properties);
        throw explained(error, `${what(live)} was deleted, but is still there`, stateOf, live);
    }
}

/** What the user is told about a cluster that can't be reached. */
export function unreachableText({ unreachable }: Context): string {
    return `configured Kubernetes cluster is unreachable: ${unreachable}`;
}

function unreachableError(context: Context): Error {
    return new Error(
        `${unreachableText(context)}. When the cluster is gone for good, set PULUMI_K8S_DELETE_UNREACHABLE=true to ` +
            "remove its resources from the state",
    );
}

function reachable(context: Context): Api {
    if (!context.api) {
        throw new Error(unreachableText(context));
    }
    return context.api;
}

function normalizedInputs(properties: Properties): KubeObject {
    return normalized(plain(properties));
}

async function withNamespace(context: Context, inputs: KubeObject): Promise<KubeObject> {
    if (namespaceOf(inputs) !== "" || !isMap(inputs.metadata ?? {})) {
        return inputs;
    }
    return (await isNamespaced(kindOf(inputs), context.api))
        ? withValueAt(inputs, ["metadata", "namespace"], context.namespace)
        : inputs;
}

// Name, kind and namespace are compared as the object has them, however the inputs spell them.
async function comparable(context: Context, object: KubeObject, state: State, inputs: KubeObject): Promise<KubeObject> {
    const kind = kindOf(inputs);
    const placed = (await isNamespaced(kind, context.api))
        ? withValueAt(object, ["metadata", "namespace"], namespaceOf(object) || context.namespace)
        : without(object, "metadata", "namespace");
    const isOld = object !== inputs;
    const named = isOld && isNamed(inputs) ? withValueAt(placed, ["metadata", "name"], nameOf(state.live)) : placed;
    return { ...named, apiVersion: object.apiVersion ?? inputs.apiVersion, kind: object.kind ?? inputs.kind };
}

// A server that won't say, as of fields that can't be changed, leaves what was found.
async function withoutIdleChanges(writing: Writing, state: State, found: Change[]): Promise<Change[]> {
    try {
        const { api, inputs } = writing;
        const live = await api.get(kindOf(inputs), namespaceOf(inputs), nameOf(state.live));
        return withoutIdle(found, live, await wouldBecome(writing, live));
    } catch {
        return found;
    }
}

async function isUnreadyToReplace(
    context: Context,
    urn: string,
    inputs: KubeObject,
    { live }: State,
): Promise<boolean> {
    if (!isAnnotated(inputs, ANNOTATIONS.replaceUnready)) {
        return false;
    }
    if (!context.api || inputs.kind !== "Job") {
        const why = context.api ? "it is for a Job only" : "the cluster is unreachable";
        context.log.warn(urn, `${ANNOTATIONS.replaceUnready} is not heeded: ${why}`);
        return false;
    }
    try {
        const now = await context.api.get(kindOf(live), namespaceOf(live), nameOf(live));
        return !(await readinessNow(context.api, inputs, now)).ready;
    } catch {
        return false;
    }
}

interface WritingOptions {
    isPatch: boolean;
    ignored: readonly string[];
    timeout: number;
}

function writingTo(
    api: Api,
    { settings, signal, log }: Context,
    urn: string,
    inputs: KubeObject,
    fieldManager: string,
    { isPatch: patch, ignored, timeout }: WritingOptions,
): Writing {
    return {
        api,
        settings,
        signal,
        inputs,
        fieldManager,
        isPatch: patch,
        ignored: ignored.map(parsePath),
        timeoutSeconds: timeout,
        preview: false,
        say: (status) => log.status(urn, status),
    };
}

function fieldManagerOf(inputs: KubeObject, known: string): string {
    const annotated = annotationOf(inputs, ANNOTATIONS.patchFieldManager);
    return annotated || known || uniqueName("pulumi-kubernetes-", new Uint8Array());
}

function importedKind(token: string, { live }: State): ObjectKind {
    return textAt(live, "kind") === "" ? parseToken(token) : kindOf(live);
}

// What only the server and its controllers write is no input.
function inputsOfImport(live: KubeObject): KubeObject {
    const fields = without(normalized(live), "status");
    return ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"].reduce(
        (object, annotation) => without(object, "metadata", "annotations", annotation),
        fields,
    );
}

function what(object: KubeObject): string {
    return `${textAt(object, "kind")} ${idOf(object)}`;
}

function explained(
    error: unknown,
    message: string,
    stateOf: (live: KubeObject) => Properties,
    inputs: KubeObject,
): unknown {
    if (error instanceof NotReadyError) {
        const { object } = error;
        return new PartialError(`${message}: ${error.message}`, idOf(object), stateOf(object), [
            `${message}: ${error.message}`,
            ...error.reasons,
        ]);
    }
    if (error instanceof UnknownKindError) {
        const kind = kindOf(inputs);
        return new Error(
            `${what(inputs)} can't be written: ${error.message}. Expected a cluster that knows ` +
                `${apiVersionOf(kind)}, or its CustomResourceDefinition to be there before`,
        );
    }
    if (error instanceof ApiError) {
        const hint = hintFor(error);
        return new Error(`${what(inputs)}: ${error.message}${hint && `. ${hint}`}`);
    }
    return error;
}

function hintFor({ reason, details }: ApiError): string {
    if (reason === "AlreadyExists") {
        return EXISTS_ALREADY;
    }
    if (reason === "NotFound") {
        return details.kind === "namespaces"
            ? "Make the namespace before, with dependsOn or by using its name as an output, or name one that exists"
            : "When others have removed it, `pulumi refresh` takes it out of the state";
    }
    return "";
}

// Making, changing, reading and removing objects in a cluster.
import { Api, ApiError, pause, UnknownKindError } from "./api";
import { awaitGone, awaitReady, NotReadyError, Waiting } from "./awaiting";
import { CREATOR, leavingIgnored, takeover } from "./managed-fields";
import { ANNOTATIONS, annotationOf, isAnnotated, kindOf, KubeObject, nameOf, namespaceOf } from "./objects";
import type { ProviderSettings } from "./settings";

/** An object to write, and how. */
export interface Writing extends Waiting {
    settings: ProviderSettings;
    fieldManager: string;
    /** Whether the resource only patches an object of others. */
    isPatch: boolean;
    /** Paths of fields to leave as they are. */
    ignored: readonly (readonly (string | number)[])[];
    preview: boolean;
}

/** What the server would not tell, so that a preview goes on with the inputs alone. */
export class NoPreviewError extends Error {}

const NOT_FOUND = 404;
const FORBIDDEN = 403;
const CONFLICT = 409;
const RETRIES = 5;

/** Makes the object and waits until it is ready. Throws a NotReadyError when it was made but did not become so. */
export async function createObject(writing: Writing): Promise<KubeObject> {
    const { preview } = writing;
    const made = await retried(writing, async () => {
        try {
            return await (upserts(writing) ? applyNew(writing) : create(writing));
        } catch (error) {
            if (preview && error instanceof ApiError && cantPreview(error)) {
                throw new NoPreviewError(error.message);
            }
            throw error;
        }
    });
    return preview ? made : ready(await owned(made, writing), writing);
}

/** Changes the object to its new inputs and waits until it is ready. Throws a NotReadyError as above. */
export async function updateObject(writing: Writing, name: string): Promise<KubeObject> {
    const { api, inputs, preview, settings } = writing;
    const live = await api.get(kindOf(inputs), namespaceOf(inputs), name);
    const written =
        settings.enableServerSideApply && !isDefinition(inputs)
            ? await applyChange(writing, live)
            : await api.replace(
                  { ...inputs, metadata: { ...(inputs.metadata as KubeObject), resourceVersion: versionOf(live) } },
                  { fieldManager: writing.fieldManager, dryRun: preview },
              );
    return preview ? written : ready(written, writing);
}

/** What the live object would be with the new inputs, without changing anything. Throws when the server won't tell. */
export async function wouldBecome(writing: Writing, live: KubeObject): Promise<KubeObject> {
    return applyChange({ ...writing, preview: true }, live);
}

/** Removes the object and waits until it is gone; a patch gives up its fields instead. */
export async function deleteObject(object: KubeObject, writing: Writing): Promise<void> {
    const { api, inputs, fieldManager, isPatch } = writing;
    try {
        if (isPatch) {
            await relinquish(api, object, fieldManager);
            return;
        }
        await api.delete(object, propagation(inputs));
    } catch (error) {
        // An object that is gone, or whose kind is, is deleted.
        if ((error instanceof ApiError && error.code === NOT_FOUND) || error instanceof UnknownKindError) {
            return;
        }
        throw isPatch && error instanceof ApiError ? ofRequiredField(error) : error;
    }
    await awaitGone(object, writing);
}

/** Gives up all fields of the manager: those that nobody else manages go back to their defaults. */
export async function relinquish(api: Api, object: KubeObject, fieldManager: string): Promise<void> {
    const { apiVersion, kind } = object;
    const metadata = { name: nameOf(object), ...(namespaceOf(object) !== "" && { namespace: namespaceOf(object) }) };
    // An apply makes what is not there; a patch whose object is gone has nothing to give up.
    await api.get(kindOf(object), namespaceOf(object), nameOf(object));
    await api.apply({ apiVersion, kind, metadata }, { fieldManager });
}

function create({ api, inputs, preview }: Writing): Promise<KubeObject> {
    return api.create(inputs, { fieldManager: CREATOR, dryRun: preview });
}

function applyNew({ api, inputs, fieldManager, preview, settings }: Writing): Promise<KubeObject> {
    const force = preview || settings.enablePatchForce || isAnnotated(inputs, ANNOTATIONS.patchForce);
    return api.apply(inputs, { fieldManager, dryRun: preview, force }).catch((error: unknown) => {
        throw withConflictExplained(error, fieldManager);
    });
}

async function applyChange(writing: Writing, live: KubeObject): Promise<KubeObject> {
    const { api, inputs, fieldManager, ignored, isPatch, preview, settings } = writing;
    if (preview && !isPatch && takeover(live, fieldManager)) {
        // Beside fields that are still to be handed over, an apply comes to something else.
        throw new NoPreviewError("others have created the object");
    }
    const force = settings.enablePatchForce || isAnnotated(inputs, ANNOTATIONS.patchForce);
    const operations = preview || isPatch ? undefined : takeover(live, fieldManager);
    const current = operations ? await api.patch(live, operations) : live;
    const wanted = leavingIgnored(inputs, current, ignored, fieldManager);
    return api.apply(wanted, { fieldManager, dryRun: preview, force }).catch((error: unknown) => {
        throw withConflictExplained(error, fieldManager);
    });
}

/**
 * Makes what was created ours, so that later applies and dry runs come to what they say. An object that others keep
 * changing meanwhile is taken over at its first change.
 */
async function owned(made: KubeObject, { api, fieldManager, settings }: Writing): Promise<KubeObject> {
    let live = made;
    for (let attempt = 1; settings.enableServerSideApply && attempt <= RETRIES; attempt++) {
        const operations = takeover(live, fieldManager);
        if (!operations) {
            return live;
        }
        try {
            return await api.patch(live, operations);
        } catch {
            try {
                live = await api.get(kindOf(made), namespaceOf(made), nameOf(made));
            } catch {
                return live;
            }
        }
    }
    return live;
}

async function ready(object: KubeObject, writing: Writing): Promise<KubeObject> {
    try {
        return await awaitReady(object, writing);
    } catch (error) {
        throw error instanceof NotReadyError ? error : new NotReadyError((error as Error).message, object, []);
    }
}

// A namespace or a definition that is made at the same time may not be there yet.
async function retried<T>({ preview, say, signal }: Writing, attempt: () => Promise<T>): Promise<T> {
    for (let count = 1; ; count++) {
        try {
            return await attempt();
        } catch (error) {
            const isMissing =
                error instanceof UnknownKindError || (error instanceof ApiError && error.code === NOT_FOUND);
            if (preview || !isMissing || count > RETRIES) {
                throw error;
            }
            say(`attempt ${count}: ${error.message}`);
            await pause(2 ** (count - 1) * 1000, signal);
        }
    }
}

function cantPreview({ code, reason, details, message }: ApiError): boolean {
    return (
        code === FORBIDDEN ||
        reason === "AlreadyExists" ||
        (code === NOT_FOUND && details.kind === "namespaces") ||
        message.includes("does not support dry run")
    );
}

function upserts({ isPatch, settings }: Writing): boolean {
    return settings.enableServerSideApply && (isPatch || settings.upsertExistingObjects);
}

function isDefinition(object: KubeObject): boolean {
    return object.kind === "CustomResourceDefinition";
}

function versionOf(live: KubeObject): string {
    return String((live.metadata as KubeObject).resourceVersion);
}

function propagation(inputs: KubeObject): string {
    const given = annotationOf(inputs, ANNOTATIONS.deletionPropagation).toLowerCase();
    return ["Background", "Orphan"].find((policy) => policy.toLowerCase() === given) ?? "Foreground";
}

function withConflictExplained(error: unknown, fieldManager: string): unknown {
    if (!(error instanceof ApiError) || error.code !== CONFLICT) {
        return error;
    }
    return new Error(
        `Another manager has set the same fields as field manager "${fieldManager}": ${error.message}. ` +
            `Leave the fields to it (ignoreChanges), or take them by the annotation ${ANNOTATIONS.patchForce}: "true"`,
    );
}

function ofRequiredField(error: ApiError): unknown {
    return error.message.includes("Required value")
        ? new Error(
              "This patch manages a field that the object requires, so it can't give it up: set the option " +
                  `retainOnDelete, or let another manager set the field first. ${error.message}`,
          )
        : error;
}

// The engine's ResourceProvider protocol, served for objects of Kubernetes.
import * as grpc from "@grpc/grpc-js";
import { version } from "@pulumi/kubernetes/package.json";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { asGrpcError, refuse } from "../plugin-server";
import { revealAll } from "../property-values";
import { answer, fromStruct, toStruct, typeOf } from "../provider-messages";
import { Api } from "./api";
import { connect } from "./connection";
import { pathText } from "./diff";
import type { EngineLog } from "./engine-log";
import type { Autonaming } from "./names";
import { configChange } from "./provider-config";
import * as resources from "./resources";
import { PartialError } from "./resources";
import { ProviderSettings, readSettings } from "./settings";

const { Kind } = messages.PropertyDiff;
const { Mode } = messages.CheckRequest.AutonamingOptions;

/** How the engine names a change: in place, or with a replacement. */
const CHANGE_KINDS = {
    added: [Kind.ADD, Kind.ADD_REPLACE],
    deleted: [Kind.DELETE, Kind.DELETE_REPLACE],
    updated: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

const CONFIG_PREFIX = "kubernetes:config:";

/** The service's implementation; the engine does without the calls that it leaves out. */
export function kubernetesProvider(log: EngineLog): Partial<IResourceProviderServer> {
    const cancellation = new AbortController();
    let configured: Promise<resources.Context> | undefined;
    let hasWarned = false;

    // Until it is configured, as in a preview of a cluster that is still to be made, no cluster is known.
    const context = async (): Promise<resources.Context> =>
        (configured ??= unconfigured(log, cancellation.signal));

    return {
        getPluginInfo: (_call, callback) => callback(null, new PluginInfo().setVersion(version)),

        diffConfig: answer(async (request: messages.DiffRequest) => {
            const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
            const { changed, replaces } = configChange(revealAll(olds), revealAll(fromStruct(request.getNews())));
            const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
            return new messages.DiffResponse()
                .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
                .setDiffsList(changed)
                .setReplacesList(replaces);
        }),

        configure: answer(async (request: messages.ConfigureRequest) => {
            const variables = Object.fromEntries(
                request
                    .getVariablesMap()
                    .toArray()
                    .map(([name, value]: [string, string]) => [name.replace(CONFIG_PREFIX, ""), value]),
            );
            const settings = readSettings(variables, process.env);
            configured = configure(settings, log, cancellation.signal);
            await configured;
            return new messages.ConfigureResponse()
                .setAcceptsecrets(true)
                .setSupportspreview(true)
                .setSupportsAutonamingConfiguration(true);
        }),

        check: answer(async (request: messages.CheckRequest) => {
            const current = await context();
            if (!current.api && !hasWarned) {
                hasWarned = true;
                log.warn(request.getUrn(), resources.unreachableText(current));
            }
            if (!current.api && current.settings.skipUpdateUnreachable && request.getOlds()) {
                return new messages.CheckResponse().setInputs(request.getOlds());
            }
            const inputs = await resources.check(
                current,
                resourceOf(request),
                fromStruct(request.getNews()),
                request.getOlds() && fromStruct(request.getOlds()),
                request.getRandomseed_asU8(),
                autonamingOf(request),
            );
            return new messages.CheckResponse().setInputs(toStruct(inputs));
        }),

        diff: answer(async (request: messages.DiffRequest) => {
            const comparison = await resources.diff(
                await context(),
                resourceOf(request),
                fromStruct(request.getOlds()),
                fromStruct(request.getNews()),
                request.getIgnorechangesList(),
            );
            return diffResponse(comparison);
        }),

        create: answerResource(async (request: messages.CreateRequest) => {
            const { id, properties } = await resources.create(
                await context(),
                resourceOf(request),
                fromStruct(request.getProperties()),
                request.getTimeout(),
                request.getPreview(),
            );
            return new messages.CreateResponse().setId(id).setProperties(toStruct(properties));
        }),

        read: answerResource(async (request: messages.ReadRequest) => {
            const result = await resources.read(
                await context(),
                resourceOf(request),
                request.getId(),
                fromStruct(request.getProperties()),
                fromStruct(request.getInputs()),
            );
            return result
                ? new messages.ReadResponse()
                      .setId(result.id)
                      .setProperties(toStruct(result.properties))
                      .setInputs(toStruct(result.inputs))
                : new messages.ReadResponse();
        }),

        update: answerResource(async (request: messages.UpdateRequest) => {
            const properties = await resources.update(
                await context(),
                resourceOf(request),
                fromStruct(request.getOlds()),
                fromStruct(request.getNews()),
                request.getIgnorechangesList(),
                request.getTimeout(),
                request.getPreview(),
            );
            return new messages.UpdateResponse().setProperties(toStruct(properties));
        }),

        delete: answerResource(async (request: messages.DeleteRequest) => {
            await resources.remove(
                await context(),
                resourceOf(request),
                fromStruct(request.getProperties()),
                request.getTimeout(),
            );
            return new Empty();
        }),

        cancel: (_call, callback) => {
            cancellation.abort();
            callback(null, new Empty());
        },

        attach: (_call, callback) => callback(null, new Empty()),

        invoke: refuse(
            "this kubernetes provider was made from packages and has no functions; install the official plugin",
        ),
        construct: refuse(
            "this kubernetes provider was made from packages and has no components; install the official plugin",
        ),
        getSchema: refuse(
            "this kubernetes provider was made from packages and has no schema; install the official plugin",
        ),
    };
}

async function configure(settings: ProviderSettings, log: EngineLog, signal: AbortSignal): Promise<resources.Context> {
    const context: resources.Context = {
        settings,
        log,
        signal,
        namespace: settings.namespace || "default",
        api: undefined,
        unreachable: "",
    };
    try {
        const connection = await connect(settings);
        // Known without the cluster too: else a preview would move all objects.
        context.namespace = connection.namespace;
        const api = new Api(connection);
        await api.check();
        return { ...context, api };
    } catch (error) {
        return { ...context, unreachable: (error as Error).message };
    }
}

async function unconfigured(log: EngineLog, signal: AbortSignal): Promise<resources.Context> {
    const settings = readSettings({}, process.env);
    return { settings, log, signal, namespace: "default", api: undefined, unreachable: "it is not known yet" };
}

function resourceOf(request: { getUrn(): string; getType(): string }): resources.Resource {
    return { urn: request.getUrn(), token: typeOf(request) };
}

function autonamingOf(request: messages.CheckRequest): Autonaming | undefined {
    const options = request.getAutonaming();
    if (!options) {
        return undefined;
    }
    const modes = { [Mode.PROPOSE]: "propose", [Mode.ENFORCE]: "enforce", [Mode.DISABLE]: "disable" } as const;
    return { mode: modes[options.getMode()], proposedName: options.getProposedName() };
}

function diffResponse({ changes, replaceUnready, deleteBeforeReplace }: resources.Comparison): messages.DiffResponse {
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    const replaces = changes.filter((change) => change.replaces).map(({ path }) => pathText(path));
    const response = new messages.DiffResponse()
        .setChanges(changes.length > 0 || replaceUnready ? DIFF_SOME : DIFF_NONE)
        .setDiffsList([...new Set(changes.map(({ path }) => String(path[0])))])
        .setReplacesList(replaceUnready ? [...replaces, 'metadata.annotations["pulumi.com/replaceUnready"]'] : replaces)
        .setDeletebeforereplace(deleteBeforeReplace)
        .setHasdetaileddiff(true);
    for (const { path, how, replaces: isReplacing } of changes) {
        const kind = CHANGE_KINDS[how][isReplacing ? 1 : 0];
        // What goes is shown as the inputs had it, without what the server has put beside it.
        const property = new messages.PropertyDiff().setKind(kind).setInputdiff(how === "deleted");
        response.getDetaileddiffMap().set(pathText(path), property);
    }
    return response;
}

function answerResource<Request, Response>(
    handle: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
    return answer(handle, (error) => (error instanceof PartialError ? initFailed(error) : asGrpcError(error)));
}

// The engine reads from this detail that the resource exists all the same, and keeps its state.
function initFailed(error: PartialError): Partial<grpc.StatusObject> {
    const detail = new messages.ErrorResourceInitFailed()
        .setId(error.id)
        .setProperties(toStruct(error.properties))
        .setReasonsList([...error.reasons]);
    if (error.inputs) {
        detail.setInputs(toStruct(error.inputs));
    }
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message).setDetailsList([any]);
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

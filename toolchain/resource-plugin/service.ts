// The engine's ResourceProvider protocol, served for resources that are nowhere but in the state.
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { refuse } from "../plugin-server";
import { Properties, revealAll, secret, UNKNOWN } from "../property-values";
import { answer, fromStruct, toStruct, typeOf } from "../provider-messages";
import { checkInputs, isAbsent } from "./check";
import { Change, changes } from "./diff";
import type { ResourceKind } from "./resource-kind";

const { Kind } = messages.PropertyDiff;

/** How the engine names a change: in place, or with a replacement. */
const CHANGE_KINDS = {
    added: [Kind.ADD, Kind.ADD_REPLACE],
    deleted: [Kind.DELETE, Kind.DELETE_REPLACE],
    updated: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

/** A provider that stands for the official one of this name and version. */
export interface Provider {
    name: string;
    version: string;
    /** What it serves, by type token. */
    kinds: Readonly<Record<string, ResourceKind>>;
}

/** The kind of resource with this type token; throws for those that the stand-in does not serve. */
export function kindOf({ name, kinds }: Provider, type: string): ResourceKind {
    const kind = kinds[type];
    if (!kind) {
        const known = Object.keys(kinds).join(", ");
        throw new Error(
            `This ${name} provider was made from packages and does not serve ${type}, only ${known}. ` +
                "Install the official plugin for the others",
        );
    }
    return kind;
}

/** The service's implementation; the engine does without the calls that it leaves out. */
export function resourceProvider(provider: Provider): Partial<IResourceProviderServer> {
    return {
        getPluginInfo: (_call, callback) => callback(null, new PluginInfo().setVersion(provider.version)),

        configure: (_call, callback) =>
            callback(null, new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),

        check: answer(async (request: messages.CheckRequest) => {
            const news = fromStruct(request.getNews());
            const failures = checkInputs(kindOf(provider, typeOf(request)), news);
            return new messages.CheckResponse()
                .setInputs(toStruct(news))
                .setFailuresList(
                    failures.map(({ property, reason }) =>
                        new messages.CheckFailure().setProperty(property).setReason(reason),
                    ),
                );
        }),

        diff: answer(async (request: messages.DiffRequest) => {
            const kind = kindOf(provider, typeOf(request));
            return diffResponse(changes(kind, fromStruct(request.getOlds()), fromStruct(request.getNews())));
        }),

        create: answer(async (request: messages.CreateRequest) => {
            const kind = kindOf(provider, typeOf(request));
            const inputs = fromStruct(request.getProperties());
            if (request.getPreview()) {
                const unknown = Object.fromEntries(kind.outputs.map((name) => [name, UNKNOWN]));
                return new messages.CreateResponse().setProperties(toStruct(outputs(kind, inputs, unknown)));
            }
            const { id, computed } = await kind.create(revealAll(inputs));
            return new messages.CreateResponse()
                .setId(id)
                .setProperties(toStruct(outputs(kind, inputs, computed)));
        }),

        read: answer(async (request: messages.ReadRequest) => {
            const kind = kindOf(provider, typeOf(request));
            const state = fromStruct(request.getProperties());
            if (kind.outputs.some((name) => !isAbsent(state[name]))) {
                // There is nothing to compare the state with.
                return new messages.ReadResponse()
                    .setId(request.getId())
                    .setProperties(toStruct(outputs(kind, state, now(kind, state))))
                    .setInputs(request.getInputs());
            }
            if (!kind.import) {
                throw new Error(`${typeOf(request)} can't be imported`);
            }
            const { id, computed, inputs } = await kind.import(request.getId());
            return new messages.ReadResponse()
                .setId(id)
                .setProperties(toStruct(outputs(kind, inputs, computed)))
                .setInputs(toStruct(inputs));
        }),

        update: answer(async (request: messages.UpdateRequest) => {
            const kind = kindOf(provider, typeOf(request));
            const news = fromStruct(request.getNews());
            const state = outputs(kind, news, fromStruct(request.getOlds()));
            return new messages.UpdateResponse().setProperties(toStruct(outputs(kind, news, now(kind, state))));
        }),

        delete: (_call, callback) => callback(null, new Empty()),
        cancel: (_call, callback) => callback(null, new Empty()),
        attach: (_call, callback) => callback(null, new Empty()),

        getSchema: refuse(
            `this ${provider.name} provider was made from packages and has no schema; install the official plugin`,
        ),
    };
}

/** The state of a resource: its inputs, their defaults, and what it computes, with secrets marked. */
export function outputs(kind: ResourceKind, inputs: Properties, computed: Properties): Properties {
    const given = pickPresent(inputs, Object.keys(kind.inputs));
    // Defaults come from the revealed inputs, but a given value keeps its mark.
    const settings = { ...kind.withDefaults(revealAll(given)), ...given };
    const all = { ...settings, ...pickPresent(computed, kind.outputs) };
    return Object.fromEntries(
        Object.entries(all).map(([name, value]) => [name, kind.secrets.includes(name) ? secret(value) : value]),
    );
}

/** A state with what time has made of its outputs. */
function now(kind: ResourceKind, state: Properties): Properties {
    return { ...state, ...kind.current?.(revealAll(state)) };
}

function diffResponse(found: readonly Change[]): messages.DiffResponse {
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse()
        .setChanges(found.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(found.map(({ property }) => property))
        .setReplacesList(found.filter(({ replaces }) => replaces).map(({ property }) => property))
        .setHasdetaileddiff(true);
    for (const { property, how, replaces } of found) {
        const kind = CHANGE_KINDS[how][replaces ? 1 : 0];
        response.getDetaileddiffMap().set(property, new messages.PropertyDiff().setKind(kind));
    }
    return response;
}

function pickPresent(properties: Properties, names: readonly string[]): Properties {
    return Object.fromEntries(
        names.filter((name) => !isAbsent(properties[name])).map((name) => [name, properties[name]]),
    );
}

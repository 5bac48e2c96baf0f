// A resource's state: the object as the server has it, with the inputs that made it, and its field manager.
import { Properties } from "../property-values";
import { isMap, KubeObject, textAt } from "./objects";
import { plain, withSecretsOf } from "./secrets";

// The official provider's names, so that either one reads the other's state.
const INPUTS = "__inputs";
const API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

/** A state, read. */
export interface State {
    inputs: KubeObject;
    /** The object as the server had it. */
    live: KubeObject;
    fieldManager: string;
}

/** Reads a state; all is empty for none. */
export function readState(properties: Properties): State {
    const { [INPUTS]: inputs, [API_VERSION]: _version, [FIELD_MANAGER]: fieldManager, ...live } = plain(properties);
    return {
        inputs: isMap(inputs) ? inputs : {},
        live,
        fieldManager: typeof fieldManager === "string" ? fieldManager : "",
    };
}

/** Writes a state, with secrets where the marked inputs have them. */
export function writeState({ inputs, live, fieldManager }: State, marked: Properties): Properties {
    return {
        ...withSecretsOf(live, marked),
        [INPUTS]: withSecretsOf(inputs, marked),
        [API_VERSION]: textAt(inputs, "apiVersion"),
        [FIELD_MANAGER]: fieldManager,
    };
}

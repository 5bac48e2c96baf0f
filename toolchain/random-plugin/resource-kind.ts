// What the provider knows about each kind of resource that it serves.
import type { Properties } from "../property-values";

/** An input that was refused. */
export interface Failure {
    property: string;
    reason: string;
}

/** A resource as it was made or imported. */
export interface Made {
    id: string;
    /** Only what the resource computes; inputs and their defaults are added to it. */
    computed: Properties;
}

/** The type that the value of an input must have. */
export type InputType = "text" | "switch" | "count" | "keepers";

/** One kind of resource. Functions get inputs without the marks of secrets. */
export interface ResourceKind {
    inputs: Readonly<Record<string, InputType>>;
    required: readonly string[];
    /** Names of the outputs that the resource computes, and which of those are secrets. */
    outputs: readonly string[];
    secretOutputs: readonly string[];
    /** Rules that concern more than the type of one input. */
    rules(inputs: Properties): Failure[];
    /** Inputs with the defaults of those that were left out. */
    withDefaults(inputs: Properties): Properties;
    create(inputs: Properties): Promise<Made>;
    /** Takes over an existing value, given by the import's id, with inputs that would make such a value. */
    import(id: string): Promise<Made & { inputs: Properties }>;
}

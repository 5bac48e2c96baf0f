// What a provider knows about each kind of resource that it serves.
import type { Properties, Value } from "../property-values";

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

/** The type that the value of an input must have, and how a message calls it. */
export interface InputType {
    is(value: Value): boolean;
    words: string;
}

/**
 * One kind of resource that is nowhere but in the state: a value, drawn or computed once. Functions get values without
 * the marks of secrets.
 */
export interface ResourceKind {
    inputs: Readonly<Record<string, InputType>>;
    required: readonly string[];
    /** Names of the outputs that the resource computes. */
    outputs: readonly string[];
    /** Which properties, inputs included, are secrets in the state. */
    secrets: readonly string[];
    /** Rules that concern more than the type of one input; gets those inputs that are known already. */
    rules(inputs: Properties): Failure[];
    /** Inputs with the defaults of those that were left out. */
    withDefaults(inputs: Properties): Properties;
    /** Whether the resource has to be made anew when this input has changed. */
    replaces(input: string, before: Value | undefined, after: Value | undefined): boolean;
    create(inputs: Properties): Promise<Made>;
    /**
     * Takes over an existing value, given by the import's id, with inputs that would make such a value.
     *
     * @default imports are refused
     */
    import?(id: string): Promise<Made & { inputs: Properties }>;
    /** Outputs that follow from the others and from the time; gets the state. @default none */
    current?(state: Properties): Properties;
    /** The output for which a resource is made anew though no input has changed; gets the state. @default none */
    outlived?(state: Properties): string | undefined;
}

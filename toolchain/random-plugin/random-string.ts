// RandomString: a text that is not a secret.
import type { ResourceKind } from "../resource-plugin/resource-kind";
import { drawsAnew } from "./keepers";
import { drawText, inputsOfText, TEXT_INPUTS, textRules, textWithDefaults } from "./text";

export const randomString: ResourceKind = {
    inputs: TEXT_INPUTS,
    required: ["length"],
    outputs: ["result"],
    secrets: [],
    rules: textRules,
    withDefaults: textWithDefaults,
    replaces: drawsAnew,
    create: async (inputs) => made(drawText(inputs)),
    import: async (result) => ({ ...made(result), inputs: inputsOfText(result) }),
};

function made(result: string): { id: string; computed: { result: string } } {
    return { id: result, computed: { result } };
}

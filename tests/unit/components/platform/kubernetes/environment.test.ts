// The variables of a container: their order, and that the cluster finds no reference that nobody meant.
import * as pulumi from "@pulumi/pulumi";

import { literal, variables, withFields } from "../../../../../components/platform/kubernetes/environment";
import { INSTANCE_NAME } from "../../../../../components/platform";
import { valueOf } from "../../values";

/** What the cluster makes of a value (k8s.io/kubernetes/third_party/forked/golang/expansion). */
function expanded(text: string, variables: Record<string, string>): string {
    return text.replace(/\$(?:\$|\(([^)]*)\)|)/g, (match, name?: string) =>
        match === "$$" ? "$" : name === undefined ? match : (variables[name] ?? match),
    );
}

describe("a text for the cluster", () => {
    it.each(["plain", "$", "$$", "$$$", "$(A)", "$$(A)", "a $(cat file) $((1 + 2)) $B ${C}", "ends in $"])(
        "%j comes out as it went in",
        (text) => {
            expect(expanded(literal(text), { A: "wrong" })).toBe(text);
        },
    );

    it("has the fields of the instance as its only references", () => {
        const text = withFields(`a=$(A),pod=${INSTANCE_NAME},node=$(INSTANCE_NODE)`);
        expect(expanded(text, { A: "wrong", INSTANCE_NAME: "pod-1", INSTANCE_NODE: "node-1" })).toBe(
            "a=$(A),pod=pod-1,node=node-1",
        );
    });
});

describe("the variables of a container", () => {
    it("are sorted, and have the fields that they refer to before them", async () => {
        const made = await valueOf(pulumi.output(
            variables({ B: { value: "1" }, A: { perInstance: INSTANCE_NAME }, C: { secret: "s" } }, "secret-name"),
        ));
        expect(made).toEqual([
            { name: "INSTANCE_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "INSTANCE_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
            { name: "INSTANCE_NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
            { name: "INSTANCE_UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
            { name: "A", value: "$(INSTANCE_NAME)" },
            { name: "B", value: "1" },
            { name: "C", valueFrom: { secretKeyRef: { name: "secret-name", key: "C" } } },
        ]);
    });

    it("have no fields when none refers to one", async () => {
        expect(await valueOf(pulumi.output(variables({ A: { value: "1" } }, undefined)))).toEqual([{ name: "A", value: "1" }]);
    });
});

// What a user changes in all resources at once: it reaches every child of every component, and arrives.
import * as pulumi from "@pulumi/pulumi";

import { make, PLACED } from "../helpers/alone";
import { registeredBy } from "../helpers/mocks";

jest.setTimeout(120_000);

/** Marks what is registered. */
const mark: pulumi.ResourceTransformation = ({ type, props, opts }) =>
    type.startsWith("traced-environment:")
        ? undefined
        : { props: { ...props, marked: "by the user" }, opts: { ...opts, retainOnDelete: true } };

describe("a transformation of the user's", () => {
    it.each(PLACED)("on %s on %s changes every child", async (component, platform) => {
        const registered = await registeredBy(() => make(component, platform, "part", { transformations: [mark] }));
        const children = registered.filter(({ custom }) => custom);
        expect(children.length).toBeGreaterThan(1);
        expect(children.filter(({ inputs, retainOnDelete }) => inputs.marked !== "by the user" || !retainOnDelete)).toEqual([]);
    });

    it.each(PLACED)("on the stack changes every child of %s on %s", async (component, platform) => {
        const registered = await registeredBy(() => {
            pulumi.runtime.registerStackTransformation(mark);
            make(component, platform, "part");
        });
        const children = registered.filter(({ custom }) => custom);
        expect(children.length).toBeGreaterThan(1);
        expect(children.filter(({ inputs }) => inputs.marked !== "by the user")).toEqual([]);
    });
});

// The state that settings lead to, as `pulumi stack export` would print it: the reference program run against mocks.
import * as pulumi from "@pulumi/pulumi";

import { loadSettings } from "../../../../infra/load";
import { makeStack } from "../../../../infra/stack";
import { registeredBy } from "../../../helpers/mocks";
import { PROJECT, SECURE } from "./environments";

/** The names of project and stack in the mocks. */
export const MOCKED = { project: "project", stack: "stack" };

/** Decrypted, in the form that a password's hash has to have. */
const DECRYPTED = `$2y$12$${"not.to.be.seen".padEnd(53, "x")}`;

/** What the SDK's mock of the engine is sent when a component says its outputs. */
interface OutputsRequest {
    getUrn(): string;
    getOutputs(): { toJavaScript(): Record<string, unknown> };
}

const { MockMonitor } = require("@pulumi/pulumi/runtime/mocks") as {
    MockMonitor: { prototype: { registerResourceOutputs(request: OutputsRequest, callback: unknown): void } };
};

/** Runs the program, and gives the state's text. */
export async function stateOf(settings: Readonly<Record<string, unknown>>): Promise<string> {
    const outputs = new Map<string, Record<string, unknown>>();
    const { registerResourceOutputs } = MockMonitor.prototype;
    const spy = jest.spyOn(MockMonitor.prototype, "registerResourceOutputs").mockImplementation(function (this: unknown, request, callback) {
        outputs.set(request.getUrn().split("::").at(-1) as string, request.getOutputs().toJavaScript());
        registerResourceOutputs.call(this as never, request, callback);
    });
    try {
        const configuration = Object.entries(settings).map(([key, value]) => {
            const text = typeof value === "string" ? value : JSON.stringify(value, decrypted);
            return { key: `${PROJECT}:${key}`, text, isSecret: JSON.stringify(value).includes(JSON.stringify(SECURE)) };
        });
        const registered = await registeredBy(() => {
            pulumi.runtime.setAllConfig(
                Object.fromEntries(configuration.map(({ key, text }) => [key, text])),
                configuration.filter(({ isSecret }) => isSecret).map(({ key }) => key),
            );
            makeStack(loadSettings());
        });
        const urn = (type: string, name: string) => `urn:pulumi:${MOCKED.stack}::${MOCKED.project}::${type}::${name}`;
        const stack = { urn: urn("pulumi:pulumi:Stack", "project-stack"), type: "pulumi:pulumi:Stack" };
        const resources = registered.map(({ type, name, custom, inputs }) => ({
            urn: urn(type, name),
            type,
            inputs,
            outputs: custom ? inputs : outputs.get(name),
        }));
        return JSON.stringify({ version: 3, deployment: { resources: [stack, ...resources] } });
    } finally {
        spy.mockRestore();
    }
}

function decrypted(_: string, value: unknown): unknown {
    return JSON.stringify(value) === JSON.stringify(SECURE) ? DECRYPTED : value;
}

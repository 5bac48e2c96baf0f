// Records that may arrive as a whole output, and values that order those who use them.
import * as pulumi from "@pulumi/pulumi";

import { field, onceReady } from "../../../../components/support/inputs";
import { valueOf } from "../values";

interface Endpoint {
    url: pulumi.Input<string>;
    port?: pulumi.Input<number>;
}

describe("a field of a record", () => {
    const record = { url: "http://collector:4318", port: 4318 };

    test.each<[string, pulumi.Input<Endpoint>]>([
        ["plain", record],
        ["of outputs", { url: pulumi.output(record.url), port: pulumi.output(record.port) }],
        ["a promise", Promise.resolve(record)],
        ["an output as a whole, as from another stack", pulumi.output(record)],
    ])("that is %s", async (_, endpoint) => {
        expect(await valueOf(field(endpoint, "url"))).toBe(record.url);
        expect(await valueOf(field(endpoint, "port"))).toBe(record.port);
    });

    test("that is missing is undefined", async () => {
        expect(await valueOf(field({ url: "x" } as Endpoint, "port"))).toBeUndefined();
    });

    test("of a secret record is secret, and of a plain record only when it is itself", async () => {
        expect(await pulumi.isSecret(field(pulumi.secret(record), "url"))).toBe(true);
        const mixed = { url: pulumi.secret(record.url), port: 4318 };
        expect(await pulumi.isSecret(field(mixed, "url"))).toBe(true);
        expect(await pulumi.isSecret(field(mixed, "port"))).toBe(false);
    });

    test("is there although another one never comes", async () => {
        const never = pulumi.output(new Promise<number>(() => undefined));
        expect(await valueOf(field({ url: "here", port: never } as Endpoint, "url"))).toBe("here");
    });
});

describe("a value once its resources are ready", () => {
    /** The smallest thing that has an address. */
    const resource = (urn: Promise<string>) => ({ urn: pulumi.output(urn) }) as unknown as pulumi.Resource;

    test("waits for all of them", async () => {
        let make: (urn: string) => void = () => undefined;
        const second = new Promise<string>((resolve) => (make = resolve));
        const seen: string[] = [];
        const output = onceReady("host", [resource(Promise.resolve("urn:1")), resource(second)]);
        const done = valueOf(output.apply((value) => seen.push(value)));
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(seen).toEqual([]);
        make("urn:2");
        await done;
        expect(seen).toEqual(["host"]);
    });

    test("is there at once without any", async () => {
        expect(await valueOf(onceReady("host", []))).toBe("host");
    });
});

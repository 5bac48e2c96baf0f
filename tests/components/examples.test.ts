// The examples that take a platform, as programs: what each makes there, by the settings that its engine test gives.
import * as path from "path";

import * as pulumi from "@pulumi/pulumi";

import { PLATFORMS } from "../helpers/alone";
import { AUTHORITY } from "../helpers/certificates";
import { registeredBy } from "../helpers/mocks";
import { known } from "../helpers/outputs";

jest.setTimeout(60_000);

type Outputs = Record<string, unknown>;

/** Runs an example with its settings. */
async function run(example: string, settings: Record<string, unknown>, stacks: Record<string, object> = {}) {
    const entries = Object.entries(settings).map(([key, value]): [string, string] => [
        `project:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    let outputs: Outputs = {};
    const registered = await registeredBy(
        () => {
            pulumi.runtime.setAllConfig(Object.fromEntries(entries));
            jest.isolateModules(() => (outputs = require(path.join("../../examples", example)) as Outputs));
        },
        { stacks },
    );
    return { registered, outputs };
}

describe.each(PLATFORMS)("the examples on %s", (platform) => {
    const storage = () =>
        run("external-storage", {
            platform,
            server: {
                version: "8.19.0",
                urls: ["https://es.example.org:9200"],
                ca: AUTHORITY,
                ...(platform === "docker" ? { network: "search" } : { namespace: "search" }),
            },
            ...{ writerPassword: "w", readerPassword: "r", maintainerPassword: "m" },
            ...{ indexPrefix: "shop", retentionDays: 14, image: "registry.example.org/shop:1", secretKey: "k" },
        });

    afterEach(() => pulumi.runtime.setAllConfig({}));

    it("make an environment on an external storage, and no storage", async () => {
        const { registered, outputs } = await storage();
        const components = registered.filter(({ type }) => type.startsWith("traced-environment:")).map(({ name }) => name);
        expect(components.sort()).toEqual(["main", "main-collector", "main-ingress", "main-query", "main-retention", "main-shop"]);
        expect(await known(outputs.environment)).toMatchObject({ contract: 1, platform });
        expect(await known(outputs.alertRules)).toContain("groups:");
    });

    it("make a canary of what another stack offers", async () => {
        const shared = JSON.parse(JSON.stringify(await known((await storage()).outputs.environment))) as object;
        const { registered } = await run(
            "canary",
            { platform, environment: "o/p/s", routes: [{ service: "shop", host: "shop.localhost" }], namespace: "canary" },
            { "o/p/s": { environment: shared } },
        );
        const runs = registered.filter(({ type, name }) => /:(Container|CronJob)$/.test(type) && name === "canary");
        expect(runs).toHaveLength(1);
    });
});

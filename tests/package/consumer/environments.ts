// A program of somebody who installed the package: an environment on each platform, told as JSON what it registers.
import * as pulumi from "@pulumi/pulumi";
import { PlatformKind, TracedEnvironment, type TracedEnvironmentArgs } from "traced-environment";

const apps: TracedEnvironmentArgs["apps"] = {
    shop: { image: "registry.example.org/shop:1.4.2", port: 8000, route: { host: "shop.example.org" } },
};
const registered: string[] = [];

async function main(): Promise<void> {
    await pulumi.runtime.setMocks(
        {
            newResource({ type, name, inputs }) {
                registered.push(`${type} ${name}`);
                return { id: `${name}-id`, state: inputs };
            },
            call: () => ({}),
        },
        "project",
        "stack",
        true,
    );
    await pulumi.runtime.runInPulumiStack(async () => {
        const docker = new TracedEnvironment("here", { apps });
        new TracedEnvironment("there", {
            platform: PlatformKind.Kubernetes,
            kubernetes: { namespace: "shop" },
            storage: { kubernetes: { nodes: 3 } },
            apps,
        });
        return { url: docker.appUrls };
    });
    await pulumi.runtime.disconnect();
    process.stdout.write(JSON.stringify(registered.sort()));
}

void main();

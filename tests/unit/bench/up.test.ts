// The script that makes an environment without Pulumi: made from what the engine and Pulumi's state say.
import { spawnSync } from "node:child_process";

import { Description } from "../../../bench/engine";
import { callees, containerOrder } from "../../../bench/up/order";
import { EnvironmentParts, script } from "../../../bench/up/script";

const CONTAINER = "docker:index/container:Container";

describe("the order of containers", () => {
    const resources = [
        { urn: "network", type: "docker:index/network:Network", outputs: { name: "n" }, dependencies: [] },
        { urn: "files", type: CONTAINER, outputs: { name: "files-1" }, dependencies: ["network"] },
        { urn: "storage", type: CONTAINER, outputs: { name: "storage-0" }, dependencies: ["network", "files"] },
        { urn: "password", type: "random:index/randomPassword:RandomPassword", dependencies: ["storage"] },
        { urn: "app", type: CONTAINER, outputs: { name: "app-0" }, dependencies: ["password", "files"] },
    ];

    it("has what each waits for, through other resources, and nothing that those wait for", () => {
        expect(Object.fromEntries(containerOrder(resources))).toEqual({
            "files-1": [],
            "storage-0": ["files-1"],
            "app-0": ["files-1", "storage-0"],
        });
    });
});

describe("who calls whom", () => {
    const on = (name: string, networks: Record<string, string[]>) => ({
        Name: `/${name}`,
        NetworkSettings: {
            Networks: Object.fromEntries(
                Object.entries(networks).map(([network, Aliases]) => [network, { IPAddress: "10.0.0.2", Aliases }]),
            ),
        },
    });

    it("is told by the networks that they share: each is called after those who are called on it", () => {
        const called = callees([
            on("e-database-0", { "e-database-network": ["e-database", "e-database-0"] }),
            on("e-shop-0", { "e-database-network": ["0123"], "e-ingress-network": ["e-shop"] }),
            on("e-shop-1", { "e-database-network": ["4567"], "e-ingress-network": ["e-shop"] }),
            on("e-ingress-0", { "e-ingress-network": ["e-ingress"], "e-ingress-edge": [] }),
            on("files", {}),
        ]);
        expect(Object.fromEntries(called)).toEqual({
            "e-database-0": [],
            "e-shop-0": ["e-database-0", "e-ingress-0"],
            "e-shop-1": ["e-database-0", "e-ingress-0"],
            "e-ingress-0": [],
            files: [],
        });
    });
});

function description(name: string, changes: Partial<Description["Config"]> = {}, restart = "unless-stopped"): Description {
    return {
        Id: `0123456789ab-${name}`,
        Name: `/${name}`,
        Image: "sha256:1234",
        State: { Status: "running" },
        Config: {
            User: "1000:0",
            Env: ["GREETING=it's $HOME"],
            Cmd: ["serve", "--port=1"],
            Entrypoint: ["/bin/sh", "-c", 'exec "$@"', "launcher"],
            Hostname: name,
            Image: "sha256:1234",
            Labels: { "app.kubernetes.io/component": "app" },
            ...changes,
        },
        HostConfig: {
            Memory: 1024,
            MemorySwap: 1024,
            ReadonlyRootfs: true,
            NetworkMode: "second",
            CapDrop: ["ALL"],
            SecurityOpt: ["no-new-privileges"],
            Tmpfs: { "/tmp": "rw,size=16m" },
            RestartPolicy: { Name: restart },
            LogConfig: { Type: "json-file", Config: { "max-file": "3" } },
            PortBindings: { "8000/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] },
        },
        Mounts: [{ Type: "volume", Name: "data", Destination: "/data", RW: false }],
        NetworkSettings: {
            Networks: {
                first: { IPAddress: "10.0.0.2", Aliases: ["0123456789ab", name] },
                second: { IPAddress: "10.0.1.2", Aliases: ["0123456789ab", "the-app"] },
            },
        },
    };
}

const PARTS: EnvironmentParts = {
    volumes: [{ Name: "data", Driver: "local", Options: { o: "uid=1,mode=0755" }, Labels: { a: "b c" } }],
    networks: [
        { Name: "first", Internal: true, IPAM: { Config: null }, Labels: null },
        {
            Name: "second",
            Internal: false,
            IPAM: { Config: [{ Subnet: "10.1.2.0/26", Gateway: "10.1.2.1" }] },
            Labels: null,
        },
    ],
    containers: [
        { description: description("files"), after: [], files: { archive: "/tmp/files.tar", folder: "/etc" } },
        {
            description: description("app", {
                Healthcheck: { Test: ["CMD", "test", "-s", "/it's"], Interval: 5e9, Timeout: 2e9, Retries: 4 },
            }),
            after: ["files"],
        },
        { description: description("task", {}, "no"), after: ["app", "files"] },
    ],
};

describe("the script", () => {
    const text = script(PARTS);
    const line = (name: string) => text.split("\n").find((each) => each.includes(`--name ${name} `))!;

    it("is one that a shell reads", () => {
        expect(spawnSync("sh", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    });

    it("makes volumes and networks as they were", () => {
        expect(text).toContain("docker volume create --driver local --opt o=uid=1,mode=0755 --label 'a=b c' data");
        expect(text).toContain("docker network create --internal first ");
        expect(text).toContain("docker network create --subnet 10.1.2.0/26 --gateway 10.1.2.1 second ");
    });

    it("makes a container as it was", () => {
        for (const part of [
            "create --name app --hostname app --user 1000:0 --network second --network-alias the-app",
            "--memory 1024 --memory-swap 1024 --read-only --cap-drop ALL --security-opt no-new-privileges",
            "--tmpfs /tmp:rw,size=16m --volume data:/data:ro --publish 127.0.0.1:8080:8000/tcp",
            "--restart unless-stopped --log-driver json-file --log-opt max-file=3",
            "--health-retries 4 --health-interval 5000ms --health-timeout 2000ms",
            `--env 'GREETING=it'\\''s $HOME' --entrypoint /bin/sh sha256:1234 -c 'exec "$@"' launcher serve --port=1`,
            "docker network connect first app",
        ]) {
            expect(line("app")).toContain(part);
        }
    });

    it("waits as the environment does, and for what kind of end", () => {
        expect(line("files")).not.toContain("after");
        expect(line("files")).toMatch(/docker cp - files:\/etc > \/dev\/null < \/tmp\/files\.tar && touch/);
        expect(line("app")).toMatch(/^\{ after files && .* docker start app .* ready app && touch "\$done"\/app; \}/);
        expect(line("task")).toMatch(/^\{ after app files && .* finished task/);
    });
});

// What the commands read from a stack's settings file, and the one that they make of it for this machine.
import { asksForPreset } from "../../../scripts/stack/apps";
import { changes, merge, nextFile, withMachineSettings } from "../../../scripts/stack/overlay";
import { appBuilds, isLocal, namedCluster, neededImages, neededPlugins, platformOf, StackFile } from "../../../scripts/stack/settings";

const project = "traced-environment";
const file = (settings: Record<string, unknown>, others: Partial<StackFile> = {}): StackFile => ({
    ...others,
    config: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${project}:${key}`, value])),
});

describe("isLocal", () => {
    test.each([
        ["local", true],
        ["unix:///var/run/docker.sock", false],
        ["ssh://deploy@docker.example.org", false],
        [undefined, false],
        [true, false],
    ])("engine %j: %j", (engine, local) => {
        expect(isLocal(file({ engine }), project)).toBe(local);
    });

    test.each([
        ["kubernetes", { cluster: "local" }, true],
        ["kubernetes", { engine: "local" }, false],
        ["kubernetes", { kubernetes: { context: "prod" } }, false],
        ["docker", { cluster: "local" }, false],
    ])("platform %s with %j: %j", (platform, settings, local) => {
        expect(isLocal(file({ platform, ...settings }), project)).toBe(local);
        expect(platformOf(file({ platform }), project)).toBe(platform);
    });

    test("a file without settings is not local", () => {
        expect(isLocal({}, project)).toBe(false);
    });
});

describe("the cluster of a stack that is not local", () => {
    test.each([
        [{ context: "prod" }, { context: "prod" }],
        [{ context: "prod", kubeconfig: "/etc/kube" }, { context: "prod", kubeconfig: "/etc/kube" }],
    ])("%j is %j", (kubernetes, cluster) => {
        expect(namedCluster(file({ kubernetes }), project, "prod")).toEqual(cluster);
    });

    test.each([[undefined], [{}], [{ context: "" }], [{ kubeconfig: "/etc/kube" }]])("of %j is refused", (kubernetes) => {
        expect(() => namedCluster(file({ kubernetes }), project, "prod")).toThrow(
            /kubernetes\.context: missing\. .*Pulumi\.prod\.yaml.* no cluster is taken without being named/,
        );
    });
});

test("apps are built that name a folder and no image", () => {
    const apps = { shop: { build: "examples/shop" }, api: { build: "api", image: "api:1" }, web: { image: "web:1" }, bad: 1 };
    expect(appBuilds(file({ apps }), project)).toEqual([{ name: "shop", folder: "examples/shop" }]);
});

describe("neededImages", () => {
    const built = { apps: { shop: { build: "." } } };
    test.each([
        ["no app and no database", {}, ["elasticsearch", "jaeger", "traefik"]],
        ["a database", { databases: { shop: {} } }, ["elasticsearch", "jaeger", "traefik", "postgres"]],
        ["an app that is built", built, ["elasticsearch", "jaeger", "traefik", "python"]],
        ["an image of the user's", { images: { jaeger: { image: "jaeger:mine" } } }, ["elasticsearch", "traefik"]],
        ["an ingress controller of the user's", { ingress: { external: {} } }, ["elasticsearch", "jaeger"]],
        ["a storage of the user's", { storage: { external: {} } }, ["jaeger", "traefik"]],
        ["one that retention may look after", { storage: { external: { maintainer: {} } } }, ["elasticsearch", "jaeger", "traefik"]],
        ["a storage that ECK keeps", { storage: { external: { eck: {} } } }, ["elasticsearch", "jaeger", "traefik"]],
        ["an OTLP endpoint of the user's", { tracing: { external: {} } }, ["traefik"]],
        ["a registry of the user's", { ...built, images: { registry: "mirror.example.org" } }, []],
    ])("%s", (_, settings, images) => {
        expect(neededImages(file(settings), project)).toEqual(images);
    });
});

describe("neededPlugins", () => {
    const [three, kubernetes] = [{ kubernetes: { nodes: 3 } }, "kubernetes"];
    test.each([
        ["an engine", {}, ["docker"]],
        ["a cluster", { platform: kubernetes }, ["kubernetes"]],
        ["one node of storage", { platform: kubernetes, storage: { kubernetes: { nodes: 1 } } }, ["kubernetes"]],
        ["three nodes of storage", { platform: kubernetes, storage: three }, ["kubernetes", "tls"]],
        ["a storage that exists", { platform: kubernetes, storage: { ...three, external: {} } }, ["kubernetes"]],
        ["tracing that exists", { platform: kubernetes, storage: three, tracing: { external: {} } }, ["kubernetes"]],
    ])("%s", (_, settings, plugins) => {
        expect(neededPlugins(file(settings), project)).toEqual(plugins);
    });
});

describe("withMachineSettings", () => {
    const images = { registry: "127.0.0.1:5055", versions: { jaeger: "2.2.0", traefik: "3.7.15", python: "3.11" } };

    test("adds the checkout's id, the registry and the versions of what was made here", () => {
        const made = withMachineSettings(file({ engine: "local" }), project, { environmentId: "abc123", images });
        expect(made).toEqual(
            file({
                engine: "local",
                environmentId: "abc123",
                images: { registry: "127.0.0.1:5055", jaeger: { version: "2.2.0" }, traefik: { version: "3.7.15" } },
            }),
        );
    });

    test("keeps the user's id and images, and replaces a version that was not made", () => {
        const tracked = file({
            environmentId: "mine",
            images: { jaeger: { version: "2.21.0" }, traefik: { image: "traefik:mine", version: "3.6.0" } },
        });
        expect(withMachineSettings(tracked, project, { environmentId: "abc123", images })).toEqual(
            file({
                environmentId: "mine",
                images: {
                    registry: "127.0.0.1:5055",
                    jaeger: { version: "2.2.0" },
                    traefik: { image: "traefik:mine", version: "3.6.0" },
                },
            }),
        );
    });

    test("puts the built image in the place of the folder, in that app only", () => {
        const apps = { shop: { build: "shop", port: 8000 }, web: { image: "web:1" } };
        const made = withMachineSettings(file({ apps }), project, { environmentId: "a", appImages: { shop: "shop:1" } });
        expect(made.config?.[`${project}:apps`]).toEqual({
            shop: { port: 8000, image: "shop:1" },
            web: { image: "web:1" },
        });
    });

    test("leaves the tracked settings as they are", () => {
        const tracked = file({ apps: { shop: { build: "shop" } } });
        const before = JSON.stringify(tracked);
        withMachineSettings(tracked, project, { environmentId: "a", images, appImages: { shop: "shop:1" } });
        expect(JSON.stringify(tracked)).toBe(before);
    });
});

describe("merge and changes", () => {
    test.each([
        [{ a: 1, b: { c: 1, d: 2 } }, { b: { c: 3 }, e: 4 }, { a: 1, b: { c: 3, d: 2 }, e: 4 }],
        [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
        [{ a: 1 }, { a: { secure: "x" } }, { a: { secure: "x" } }],
        [{ a: 1 }, undefined, { a: 1 }],
    ])("%j merged with %j is %j", (first, second, merged) => {
        expect(merge(first, second)).toEqual(merged);
    });

    test.each([
        [{ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3, d: 2 }, e: 4 }, { b: { c: 3 }, e: 4 }],
        [{ a: [1, 2] }, { a: [1, 2] }, undefined],
        [{ a: 1, b: 2 }, { a: 1 }, undefined],
    ])("from %j to %j: %j", (before, after, changed) => {
        expect(changes(before, after)).toEqual(changed);
    });
});

describe("nextFile", () => {
    const generated = file({ apps: { shop: { image: "shop:1", replicas: 1 } } });

    test("is what was generated where there is none yet", () => {
        expect(nextFile(generated)).toEqual(generated);
    });

    test("keeps the salt and what the user has set, and takes what is new", () => {
        const present = file(
            { apps: { shop: { image: "shop:1", replicas: 3 } }, key: { secure: "v1:x" } },
            { encryptionsalt: "v1:salt" },
        );
        const next = file({ apps: { shop: { image: "shop:2", replicas: 1 } }, engine: "local" });
        expect(nextFile(next, { generated, file: present })).toEqual(
            file(
                { apps: { shop: { image: "shop:2", replicas: 3 } }, engine: "local", key: { secure: "v1:x" } },
                { encryptionsalt: "v1:salt" },
            ),
        );
    });

    test("takes the tracked salt, to which the tracked secrets belong", () => {
        const present = file({}, { encryptionsalt: "v1:here" });
        const next = { ...generated, encryptionsalt: "v1:tracked" };
        expect(nextFile(next, { generated, file: present }).encryptionsalt).toBe("v1:tracked");
    });

    test("is stable", () => {
        const present = nextFile(generated, { generated, file: file({ a: 1 }, { encryptionsalt: "v1:s" }) });
        expect(nextFile(generated, { generated, file: present })).toEqual(present);
    });
});

test.each([
    ["ARG PRESET=1\nFROM ${REGISTRY}traced-environment/python-opentelemetry:${PRESET}\n", true],
    ["ARG  PRESET\n", true],
    ["ARG PRESETS\n", false],
    ["FROM python\n# ARG PRESET\n", false],
])("the Dockerfile %j asks for the preset's image: %j", (dockerfile, asks) => {
    expect(asksForPreset(dockerfile)).toBe(asks);
});

// The parts of the summary, each by its table: what loses data, what names a change, how it is cut.
import { at, causesOf, changedVariables, code } from "../../../../scripts/summary/causes";
import { Change } from "../../../../scripts/summary/changes";
import { cut } from "../../../../scripts/summary/cut";
import { errorsOf } from "../../../../scripts/summary/errors";
import { Cost, meaningOfDeletion, meaningOfReplacement } from "../../../../scripts/summary/meaning";
import { isSecret, withoutSecrets } from "../../../../scripts/summary/secrets";

const APP = { urn: "a", type: "traced-environment:index:TracedApp", name: "main-shop" };
const STORAGE = { urn: "s", type: "traced-environment:index:ElasticsearchStorage", name: "main-storage" };
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const retention = (whenDeleted: string) => ({ spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted } } });

function change(type: string, name: string, component: Change["component"], inputs: object = {}, more: Partial<Change> = {}): Change {
    const before = { type, inputs: inputs as Record<string, unknown> };
    return { kind: "replace", urn: "u", type, name, component, before, after: before, paths: [], ...more };
}

describe("what a replacement means", () => {
    test.each<[string, Change, Cost]>([
        ["a data volume", change(VOLUME, "main-storage-data-0", STORAGE, { name: "x-data-0" }), "data"],
        ["one that is kept", change(VOLUME, "main-storage-backup-0", STORAGE, {}, { before: { type: VOLUME, retainOnDelete: true, inputs: {} } }), "none"],
        ["one that is protected", change(VOLUME, "main-storage-data-0", STORAGE, {}, { before: { type: VOLUME, protect: true, inputs: {} } }), "none"],
        ["a volume of files", change(VOLUME, "main-storage-config", STORAGE, { name: "main-storage-config-0123abc" }), "none"],
        ["a volume in memory", change(VOLUME, "main-ingress-routes", STORAGE, { driverOpts: { type: "tmpfs" } }), "restart"],
        ["a generated password", change("random:index/randomPassword:RandomPassword", "p", STORAGE), "data"],
        ["a key of digests", change("random:index/randomPassword:RandomPassword", "p-digest-key", STORAGE), "none"],
        ["an app's instance", change(CONTAINER, "main-shop-0", APP), "restart"],
        ["another part's instance", change(CONTAINER, "main-storage-0", STORAGE), "gap"],
        ["one of which the new one is there first", change(CONTAINER, "main-storage-0", STORAGE, {}, { first: "new" }), "restart"],
        ["a route", change(CONTAINER, "main-shop-route", APP), "none"],
        ["a task", change(CONTAINER, "main-shop-migrate", APP), "none"],
        ["a StatefulSet that leaves its claims", change(STATEFUL_SET, "main-storage", STORAGE, retention("Retain")), "gap"],
        ["one that says nothing of them", change(STATEFUL_SET, "main-storage", STORAGE), "gap"],
        ["one whose claims go with it", change(STATEFUL_SET, "main-storage", STORAGE, retention("Delete")), "data"],
        ["a namespace", change("kubernetes:core/v1:Namespace", "n", undefined), "data"],
        ["a claim", change("kubernetes:core/v1:PersistentVolumeClaim", "c", undefined), "data"],
        ["a network", change("docker:index/network:Network", "main-storage-network", STORAGE), "gap"],
        ["a provider", change("pulumi:providers:docker", "docker", undefined), "none"],
        ["an object of somebody's own", change("aws:s3/bucket:Bucket", "b", undefined), "gap"],
    ])("of %s", (_, given, cost) => {
        expect(meaningOfReplacement(given).cost).toBe(cost);
    });
});

test("a deletion is told with its meaning only where it may lose something", () => {
    const deleted = (type: string, name: string) => meaningOfDeletion(change(type, name, APP, {}, { kind: "delete" }))?.cost;
    expect(deleted(CONTAINER, "main-shop-0")).toBeUndefined();
    expect(deleted(VOLUME, "main-shop-data-0")).toBe("data");
});

describe("what causes a change", () => {
    const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
    const causes = (type: string, paths: string[], before: object, after: object, variables: string[] = []) =>
        causesOf(
            {
                ...change(type, "main-shop-0", APP),
                ...{ paths, before: { type, inputs: before as Record<string, unknown> } },
                after: { type, inputs: after as Record<string, unknown> },
            },
            variables,
        );

    test.each([
        ["names variables and no values", CONTAINER, ["envs[0]"], { envs: ["A=1", "B=2"] }, { envs: ["A=3", "B=2"] }, ["variables `A`"]],
        ["tells an image", "kubernetes:apps/v1:Deployment", ["spec.template.spec.containers[0].image"], pod({ image: "a:1" }), pod({ image: "a:2" }), ["`image` `a:1` → `a:2`"]],
        ["tells no digest", CONTAINER, ["image"], { image: "sha256:1" }, { image: "sha256:2" }, ["`image`"]],
        ["names the file of a ConfigMap", "kubernetes:core/v1:ConfigMap", ['data["a.yml"]'], { data: { "a.yml": "1" } }, { data: { "a.yml": "2" } }, ["file `a.yml`"]],
        ["names the key of a Secret", "kubernetes:core/v1:Secret", ["data.KEY"], { data: SECRET }, { data: SECRET }, ["secret value `KEY` (masked)"]],
        ["names what is uploaded", CONTAINER, ["uploads"], { uploads: [{ file: "/a", content: "1" }, { file: "/b" }] }, { uploads: [{ file: "/a", content: "2" }, { file: "/b" }] }, ["files `/a`"]],
        ["names the folder of what is masked", CONTAINER, ["uploads"], { uploads: SECRET }, { uploads: SECRET, volumes: [{ containerPath: "/run" }] }, ["secret files in `/run` (masked)"]],
        ["leaves out an empty list", CONTAINER, ["dns", "image"], {}, { dns: [], image: "a" }, ["`image`"]],
        ["leaves out what follows", CONTAINER, ["hostname", "name", "command"], { command: ["a"], hostname: "a", name: "a" }, { command: ["b"], hostname: "b", name: "b" }, ["`command`"]],
    ])("%s", (_, type, paths, before, after, expected) => {
        expect(causes(type, paths, before, after)).toEqual(expected);
    });

    test("names the app's secret variables where the file is theirs", () => {
        const inputs = { uploads: SECRET, volumes: [{ containerPath: "/run/secrets/environment" }] };
        expect(causes(CONTAINER, ["uploads"], inputs, inputs, ["A", "B"])).toEqual([
            "secret files in `/run/secrets/environment` (masked; the secret variables are `A`, `B`)",
        ]);
    });

    test("tells a variable from a Secret of another name only when none is new", () => {
        const of = (name: string, key: string) => ({ name: key, valueFrom: { secretKeyRef: { key, name } } });
        expect(changedVariables([of("s-1", "A")], [of("s-2", "A"), of("s-2", "B")])).toEqual(["B"]);
        expect(changedVariables([of("s-1", "A")], [of("s-2", "A")])).toEqual(["A"]);
    });

    test("finds what stands at a path", () => {
        expect(at({ data: { "a.b": [{ c: 1 }] } }, 'data["a.b"][0].c')).toBe(1);
        expect(at({}, "a.b[0]")).toBeUndefined();
    });
});

function pod(container: object): object {
    return { spec: { template: { spec: { containers: [container] } } } };
}

describe("Markdown", () => {
    test.each([
        ["a|b", "`a\\|b`"],
        ["a\n b", "`a b`"],
        ["Host(`a`)", "`` Host(`a`) ``"],
    ])("%j as code is %s", (text, expected) => {
        expect(code(text)).toBe(expected);
    });
});

describe("a summary that is too long", () => {
    const line = (n: number) => `- line ${n} ${"x".repeat(40)}`;
    const section = (name: string, lines: number) => ({ head: `#### ${name}\n`, lines: Array.from({ length: lines }, (_, n) => line(n)) });

    test.each([100, 500, 1000, 5000])("fits in %d characters and keeps its head", (limit) => {
        const text = cut([{ head: "### Head", lines: [] }, section("First", 20), section("Second", 50)], limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text).toMatch(/^### Head\n/);
    });

    test("is cut from its end, and says how much", () => {
        const text = cut([{ head: "### Head", lines: [] }, section("First", 5), { ...section("Second", 50), foot: "</details>" }], 1000);
        expect(text).toContain(line(4));
        expect(text).toMatch(/… and \d+ more\n<\/details>/);
        expect(text).toContain("cut to the length of a comment");
    });

    test("that is not is left as it is", () => {
        expect(cut([{ head: "a", lines: ["b"] }], 100)).toBe("a\nb\n");
    });
});

describe("errors", () => {
    const of = (message: string, urn?: string) => ({ severity: "error" as const, message, urn });

    test("are told once, whatever resource they are of", () => {
        const urn = (name: string) => `urn:pulumi:s::p::${CONTAINER}::${name}`;
        const text = (name: string) => `Preview failed: refreshing ${urn(name)}: 1 error occurred:\n\t* Cannot connect to the Docker daemon\n\n`;
        const [first, ...others] = errorsOf([of(text("a"), urn("a")), of(text("b"), urn("b")), of("preview failed")]);
        expect(others).toEqual([]);
        expect(first).toMatchObject({ message: "Cannot connect to the Docker daemon", names: ["a", "b"] });
        expect(first.advice).toContain("The engine can't be reached");
    });

    test.each([
        ["1 setting is wrong in the stack", "docs/settings.md"],
        ["error: incorrect passphrase", "PULUMI_CONFIG_PASSPHRASE"],
        ["the stack is currently locked by 1 lock(s)", "cancel"],
        ["failed with an unhandled exception:", "trace names first"],
        ["something else", "npm run preview"],
    ])("%j has a way out", (message, advice) => {
        expect(errorsOf([of(message)])[0].advice).toContain(advice);
    });

    test("name no path of the machine", () => {
        const [{ message }] = errorsOf([of("boom\n    at f (/home/a/b/c/infra/stack.ts:1:2)\n    at g (/home/a/node_modules/x/y.js:3:4)")]);
        expect(message).toBe("boom\n    at f (infra/stack.ts:1:2)");
    });
});

test("secrets are known in either form, and taken out in each", () => {
    expect([isSecret("[secret]"), isSecret("secret"), isSecret(undefined)]).toEqual([true, false, false]);
    expect(withoutSecrets("x a+b/c= y YStiL2M9 z a%2Bb%2Fc%3D", ["a+b/c="])).toBe("x [secret] y [secret] z [secret]");
});

// The documentation is held to the code where that is cheap: links, commands, settings, variables, versions, examples.
import * as fs from "node:fs";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";

import { telemetryNames } from "../../../components/app/opentelemetry";
import { HEADERS_VARIABLE } from "../../../components/app/otlp";
import { DJANGO } from "../../../components/app/presets";
import { INSTANCE_NAME } from "../../../components/platform";
import { variables } from "../../../components/platform/kubernetes/environment";
import { describeProblems } from "../../../components/support/errors";
import { IMAGES } from "../../../components/support/versions";
import { checkSettings } from "../../../infra/problems";
import { mayBeSecret } from "../../../infra/secrets";
import { NAMESPACE } from "../../../infra/settings";
import { backup } from "../../../scripts/commands/backup";
import { cluster } from "../../../scripts/commands/cluster";
import { down } from "../../../scripts/commands/down";
import { engine } from "../../../scripts/commands/engine";
import { generate } from "../../../scripts/commands/generate";
import { preview } from "../../../scripts/commands/preview";
import { restore } from "../../../scripts/commands/restore";
import { test as testCommand } from "../../../scripts/commands/test";
import { up } from "../../../scripts/commands/up";
import { HOPS } from "../../../scripts/verify/observations";
import { AUTHORITY } from "../../helpers/certificates";
import { registeredBy } from "../../helpers/mocks";
import { commandsOf } from "./commands";
import { anchors, code, firstCells, PAGES, prose, read, relativeLinks, ROOT, rows, section } from "./pages";

/** Brings the example under the type check. */
type Compose = typeof import("../../../examples/compose");

/** A certificate for one that is cut short. */
function withCertificates(_key: unknown, value: unknown): unknown {
    return typeof value === "string" && /^-----BEGIN CERTIFICATE-----\n\.\.\.\n/.test(value) ? AUTHORITY : value;
}

/** The settings of a block of YAML, of a whole stack's file or of a part of one; undefined when it holds something else. */
function settingsIn(block: string): Record<string, unknown> | undefined {
    const content = (parse(block, withCertificates) ?? {}) as Record<string, unknown>;
    const config = (content.config ?? content) as Record<string, unknown>;
    const entries = Object.entries(config);
    return entries.every(([key]) => key.startsWith(`${NAMESPACE}:`))
        ? Object.fromEntries(entries.map(([key, value]) => [key.slice(NAMESPACE.length + 1), value]))
        : undefined;
}

/** What a stack has besides the settings that a page is about: where it runs, and an app. */
function wholeStack(part: Record<string, unknown>): Record<string, unknown> {
    const { kubernetes, ingress = {}, ...rest } = part;
    const where =
        kubernetes !== undefined || "external" in (ingress as object)
            ? { platform: "kubernetes", kubernetes: { context: "production", ...(kubernetes as object) } }
            : { engine: "local" };
    const app = { image: "registry.example.org/shop:1.4.2", command: ["./shop"], egress: true, route: {} };
    return { ...where, apps: { shop: app }, ...rest, ...("ingress" in part ? { ingress } : {}) };
}

/** What is wrong with settings, but for the secrets that they lack: those are in no block, `config set` encrypts them. */
function settingsProblems(block: string, page = ""): string[] {
    const checked = checkSettings(wholeStack(settingsIn(block) ?? {}), { secretKeys: new Set() });
    const set = commandsOf(page).flatMap((command) => /config set .*--secret .*'traced-environment:(.*)'/.exec(command)?.[1] ?? []);
    const lacksSecret = (path: string) => mayBeSecret(path.split(".")) || set.some((key) => key.startsWith(`${path}.`));
    return "problems" in checked
        ? checked.problems.filter(({ path }) => !lacksSecret(path)).map(({ path, reason }) => `${path}: ${reason}`)
        : [];
}

describe.each(PAGES)("%s", (page) => {
    const text = read(page);

    it("links to files and headings that are there", () => {
        const missing = relativeLinks(text).filter((link) => {
            const [file, anchor] = link.split("#");
            const target = file === "" ? page : path.join(path.dirname(page), file);
            return (
                !fs.existsSync(path.join(ROOT, target)) ||
                (anchor !== undefined && !anchors(read(target)).includes(anchor))
            );
        });
        expect(missing).toEqual([]);
    });

    it("names commands that package.json has", () => {
        const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
        const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)].map(([, name]) => name);
        expect(named.filter((name) => !(name in scripts))).toEqual([]);
    });

    it("has no line of prose over 110 columns", () => {
        expect(prose(text).split("\n").filter((line) => !line.startsWith("|") && line.length > 110)).toEqual([]);
    });
});

describe("settings in the documentation", () => {
    const blocks = PAGES.flatMap((page) =>
        code(read(page), "yaml").map((block, number): [string, string, string] => [`${page}, block ${number + 1}`, block, page]),
    );
    const settings = blocks.filter(([, block]) => settingsIn(block) !== undefined);

    it.each(settings)("%s is accepted", (_, block, page) => {
        expect(settingsProblems(block, read(page))).toEqual([]);
    });

    it("are all of the YAML but configurations of Prometheus, and variables of an app", () => {
        const others = blocks.filter((each) => !settings.includes(each)).map(([, block]) => Object.keys(parse(block) as object));
        expect(others).toEqual([["scrape_configs"], ["scrape_configs"], ["OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"]]);
        expect(settings.length).toBeGreaterThan(10);
    });

    it.each([
        ["an unknown key", "traced-environment:ingres: {}", "ingres: unknown"],
        ["a bad value", "config:\n  traced-environment:storage: { memory: 1 }", "storage.memory: got 1"],
        ["what does not fit together", "traced-environment:tracing:\n  external: { http: 'https://otlp.example.org' }\ntraced-environment:storage: {}", "storage: "],
    ])("would be refused for %s", (_, block, problem) => {
        expect(settingsProblems(block).join("\n")).toContain(problem);
    });
});

describe("the README", () => {
    const readme = read("README.md");

    it("lists the options of each command", () => {
        const table = rows(section(readme, "## The commands"));
        const options = (command: string) =>
            [...(table.find(([first]) => first === `\`${command}\``)?.[2] ?? "").matchAll(/--([a-z-]+)/g)].map(
                ([, name]) => name,
            );
        for (const { usage } of [up, preview, down, backup, restore, engine, cluster, generate, testCommand]) {
            const command = usage.name === "test" ? "npm test" : `npm run ${usage.name}`;
            const own = Object.keys(usage.options).filter((name) => name !== "stack");
            expect({ command, options: options(command).sort() }).toEqual({ command, options: own.sort() });
        }
    });

    it("says the licence of package.json", () => {
        const { license } = JSON.parse(read("package.json")) as { license: string };
        expect(readme).toContain(`The licence is [${license}](LICENSE)`);
    });
});

describe("docs/settings.md", () => {
    const page = read("docs/settings.md");

    it("lists exactly the settings of the schema", () => {
        interface Schema {
            properties?: Record<string, Schema>;
            additionalProperties?: Schema | boolean;
            items?: Schema;
        }
        // How Pulumi writes a secret is no setting.
        const isSecret = ({ properties = {} }: Schema) => "secure" in properties;
        const keys = ({ properties = {} }: Schema, before = ""): string[] =>
            Object.entries(properties).flatMap(([name, schema]) => {
                const key = before + name.replace(`${NAMESPACE}:`, "");
                if (isSecret(schema)) {
                    return [key];
                }
                const values = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
                const named = isSecret(values) ? {} : values;
                return [
                    key,
                    ...keys(schema, `${key}.`),
                    ...keys(named, `${key}.<name>.`),
                    ...keys(schema.items ?? {}, `${key}[].`),
                ];
            });
        const schema = JSON.parse(read("infra/settings.schema.json")) as Schema;
        const config = schema.properties?.config ?? {};
        expect(firstCells(section(page, "## All settings")).sort()).toEqual(keys(config).sort());
    });

    it("shows errors as they are", () => {
        const wrong = {
            engine: "local",
            ingres: { port: 8080 },
            storage: { memory: "512MiB" },
            apps: { shop: { image: "r/shop:latest", replica: 2, preset: "django" } },
        };
        const checked = checkSettings(wrong, { secretKeys: new Set() });
        const [, ...shown] = code(section(page, "## Errors"), "text")[0].trimEnd().split("\n");
        expect(shown.join("\n")).toBe("problems" in checked ? describeProblems(checked.problems) : "no problems");
    });
});

describe("docs/app.md", () => {
    const injected = section(read("docs/app.md"), "## What is injected");

    it("lists exactly the variables that are injected", () => {
        const preset = DJANGO.variables({ settingsModule: "shop.settings", untracedPaths: ["/health"], keepAlive: 75 });
        const names = [...telemetryNames({ preset, certificate: "ca.crt", sampleRate: 0.1 }, []), HEADERS_VARIABLE];
        expect(firstCells(injected).sort()).toEqual(names.sort());
    });

    it("says why each is injected, and where that comes from", () => {
        const sources = [...injected.matchAll(/^\[(\d)\]: https:\/\/\S+$/gm)].map(([, number]) => `[${number}]`);
        const unsaid = rows(injected)
            .filter(([variable, , why, source]) => {
                const named = source.split(", ").every((each) => sources.includes(each));
                // One is of the package itself.
                return variable.startsWith("`") && (why === "" || !(named || source === "the base layer's detector"));
            })
            .map(([variable]) => variable);
        expect(unsaid).toEqual([]);
        expect(sources.length).toBeGreaterThan(5);
    });

    it("is one of the pages that name every variable of OpenTelemetry that the package knows", () => {
        const sources = fs
            .readdirSync(path.join(ROOT, "components"), { recursive: true, encoding: "utf8" })
            .filter((file) => file.endsWith(".ts"))
            .map((file) => read(`components/${file}`));
        const known = new Set(sources.flatMap((text) => text.match(/\bOTEL_[A-Z_]*[A-Z]\b/g) ?? []));
        const pages = PAGES.map(read).join("\n");
        expect([...known].filter((name) => !new RegExp(`\\b${name}\\b`).test(pages))).toEqual([]);
        expect(known.size).toBeGreaterThan(15);
    });

    it("names the fields of a pod that an app gets in a cluster", () => {
        const fields = variables({ ANY: { perInstance: INSTANCE_NAME } }, undefined)
            .map(({ name }) => name as string)
            .filter((name) => name !== "ANY");
        expect(fields.filter((name) => !injected.includes(`\`${name}\``))).toEqual([]);
        expect(fields).toContain("INSTANCE_NAME");
    });

    it("shows the pattern of untraced paths as it is", () => {
        const preset = DJANGO.variables({ settingsModule: "shop.settings", untracedPaths: ["/health"], keepAlive: 75 });
        expect(read("docs/app.md")).toContain(`\`${preset.OTEL_PYTHON_DJANGO_EXCLUDED_URLS}\``);
    });
});

describe("docs/matrix.md", () => {
    it("has the default versions", () => {
        const defaults = rows(read("docs/matrix.md"))
            .filter(([part]) => part in IMAGES)
            .map(([part, version]) => [part, version]);
        expect(defaults).toEqual(Object.entries(IMAGES).map(([part, { version }]) => [part, version]));
    });
});

describe("docs/verify.md", () => {
    it("lists exactly the hops that can be broken", () => {
        expect(firstCells(section(read("docs/verify.md"), "## Broken hops")).sort()).toEqual([...HOPS].sort());
    });
});

describe("examples/compose", () => {
    it("makes the parts and the app", async () => {
        pulumi.runtime.setAllConfig({ "project:image": "registry.example.org/shop:1.4.2", "project:secretKey": "s" });
        let outputs: Compose | undefined;
        const registered = await registeredBy(() => {
            outputs = require("../../../examples/compose") as Compose;
        });
        const components = registered.filter(({ type }) => type.startsWith("traced-environment:"));
        expect(components.map(({ name }) => name).sort()).toEqual(["collector", "ingress", "query", "retention", "shop", "storage"]);
        expect(outputs).toHaveProperty("url");
    });
});

describe("docs/sizing.md", () => {
    it("has the disk that its figures give", () => {
        const page = read("docs/sizing.md");
        const [, bytes] = /\| disk of a span, without replicas \| (\d+) bytes \|/.exec(page) ?? [];
        const table = rows(section(page, "## Disk and shards")).slice(2);
        expect(table).toHaveLength(10);
        for (const [spans, days, data, size] of table) {
            const needed = Number(spans.replace(",", "")) * 86_400 * (Number(days) + 1) * Number(bytes);
            expect([data, size]).toEqual([
                `${(needed / 1e9).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} GB`,
                `\`${Math.ceil(needed / 0.8 / 2 ** 30 + 1)}GiB\``,
            ]);
        }
    });
});
